"""`sartor advise`: what the field's guides say, before anything is measured."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sartor.cli.options import Call, Json, open_project, pairs
from sartor.cli.output import console, print_json
from sartor.cli.reports.advising import print_advice, print_taken, worded
from sartor.errors import ConfigError, NotAProject

if TYPE_CHECKING:
    from sartor.ladder.advising import Advice
    from sartor.project import Project


def advise(
    context: typer.Context,
    profile: Annotated[
        Path | None, typer.Option(help="A file of answers by name, YAML or TOML.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--set", "--answer", metavar="NAME=VALUE", help="One answer; may be repeated."
        ),
    ] = None,
    like: Annotated[
        str, typer.Option(help="A use case: legal, voice, medical, code or support.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say which rung to try first, by what guides say of a project like this one."""
    from sartor.project.advising import advise_project, profile_file

    given: dict[str, object] = profile_file(profile) if profile else {}
    given |= pairs(answer, "--answer")
    project = _project(context)
    try:
        found = advise_project(project, given, like=like)
        if sys.stdin.isatty() and not (given or like or as_json):
            found = advise_project(project, _ask(found))
    finally:
        if project:
            project.close()
    if as_json:
        print_json("advise", found)
    else:
        print_advice(found)


def _project(context: typer.Context) -> Project | None:
    """Open the project this is about; advice is for those who have none, too."""
    call: Call = context.obj or Call()
    try:
        return open_project(context)
    except NotAProject:
        if call.folder:
            raise
        return None


def _ask(known: Advice) -> Mapping[str, object]:
    """Put the questions that are open, one after the other, until they or the input end."""
    from sartor.ladder.advising.profile import is_asked, questions, read_answer, read_profile

    out = console(stderr=True)
    print_taken(out, known)
    out.print("Enter: not known.  Ctrl-D: enough asked.\n", style="dim")
    answers: dict[str, object] = {}
    for question in questions():
        if not is_asked(question, read_profile({**known.profile, **answers})):
            continue
        while question.name not in answers:
            try:
                answers[question.name] = read_answer(question, out.input(worded(question)))
            except ConfigError as error:
                out.print(f"  {error.args[0]}", style="yellow", markup=False)
            except EOFError:
                return answers
    return answers
