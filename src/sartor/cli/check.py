"""`sartor check`: any text against its sources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.checks import print_checks
from sartor.errors import InputError

NOT_SUPPORTED = 7
STDIN = "-"


def check(
    context: typer.Context,
    answer: Annotated[str, typer.Argument(help="A file with the text to check; - for stdin.")],
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
    text = _read(answer)
    if sources:
        from sartor.project.checking import check as check_sources

        sentences = check_sources(text, sources, question=question)
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
        return sys.stdin.read()
    try:
        return Path(answer).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{answer} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{answer} is not UTF-8 at byte {error.start}") from None
