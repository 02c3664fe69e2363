"""`sartor ask`: an answer with its sources, or the answers to a file of questions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from sartor.cli.given import argument, stdin
from sartor.cli.many import SOME_FAILED, answer_all
from sartor.cli.options import (
    Adapter,
    Filters,
    Json,
    Labels,
    ModelName,
    Rung,
    open_project,
    pairs,
    tell_departure,
)
from sartor.cli.output import console, print_json, progress
from sartor.cli.reports.answers import print_events
from sartor.cli.reports.traces import print_explanation
from sartor.errors import ConfigError, InputError

STDIN = "-"


def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(help="The question; - reads it from stdin.", show_default=False)
    ] = None,
    rung: Rung = None,
    model: ModelName = None,
    adapter: Adapter = None,
    k: Annotated[int | None, typer.Option("-k", "--k", min=1, help="Passages to search.")] = None,
    filters: Filters = None,
    labels: Labels = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the answer came about, passage by passage.")
    ] = False,
    questions: Annotated[
        Path | None, typer.Option(help="A file of questions, .jsonl or one a line in .txt.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The .jsonl file that --questions writes and resumes.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer from the documents, each sentence checked and cited."""
    _fits_together(question, questions, output, as_json=as_json, explain=explain)
    asked = "" if questions else _question(question)
    allowed = tuple(labels) if labels else None
    with open_project(context) as project:
        assistant = project.assistant(
            rung=rung, model=model, adapter=adapter, filters=pairs(filters, "--filter"), k=k
        )
        tell_departure(project, rung=rung, model=model, adapter=adapter)
        if questions and output:
            with progress() as show:
                tally = answer_all(assistant, questions, output, labels=allowed, progress=show)
            typer.echo(f"{tally} {output} holds the answers.", err=True)
            raise typer.Exit(SOME_FAILED if tally.failed else 0)
        began, clock = datetime.now(UTC), perf_counter()
        if as_json:
            print_json("ask", assistant.answer(asked, labels=allowed))
            return
        answer = print_events(assistant.stream(asked, labels=allowed))
    if explain:
        console().print()
        print_explanation(answer, began=began, seconds=perf_counter() - clock)


def _fits_together(
    question: str | None,
    questions: Path | None,
    output: Path | None,
    *,
    as_json: bool,
    explain: bool,
) -> None:
    """Refuse options that mean nothing together."""
    example = "sartor ask --questions FILE.jsonl --output ANSWERS.jsonl"
    if bool(questions) != bool(output):
        missing = "--output" if questions else "--questions"
        raise ConfigError(f"--questions and --output go together; {missing} is missing", example)
    if questions and (question or as_json or explain):
        raise ConfigError("--questions takes no question, --json or --explain beside it", example)


def _question(given: str | None) -> str:
    if given is not None and given != STDIN:
        return argument(given)
    if given is None and sys.stdin.isatty():
        raise InputError("there is no question", 'sartor ask "..."')
    return stdin().strip()
