"""`sartor check`: any text against its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.given import argument, stdin
from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.checks import print_checks, print_left_out

NOT_SUPPORTED = 7
STDIN = "-"


def check(
    context: typer.Context,
    answer: Annotated[
        str,
        typer.Argument(
            help="A file with the text to check, of any kind that is read; - for stdin."
        ),
    ],
    sources: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; without any the project is searched."),
    ] = None,
    question: Annotated[str, typer.Option(help="What the text answers, if anything.")] = "",
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit code 7 if a sentence is unsupported or contradicted."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Say for each sentence of a text which exact words of the sources support it."""
    text, question = _read(answer), argument(question)
    if sources:
        from sartor.project.checking import check as check_sources

        sentences = check_sources(text, sources, question=question, on_trouble=print_left_out)
    else:
        with open_project(context) as project:
            sentences = project.check(text, labels=None)
    if as_json:
        print_json("check", sentences)
    else:
        print_checks(sentences)
    if strict and any(one.support in ("unsupported", "contradicted") for one in sentences):
        raise typer.Exit(NOT_SUPPORTED)


def _read(answer: str) -> str:
    if answer == STDIN:
        return stdin()
    from sartor.project.checking import text_of

    return text_of(Path(answer))
