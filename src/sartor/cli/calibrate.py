"""`sartor calibrate`: when to say nothing, found on questions of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json, progress
from sartor.cli.reports.measuring import print_calibration


def calibrate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="A questions.jsonl file with evidence.")],
    error: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Share of answerable questions that may be left unanswered."
        ),
    ] = 0.1,
    as_json: Json = False,
) -> None:
    """Find the confidence below which nothing should be said."""
    with open_project(context) as project, progress() as show:
        found = project.calibrate(questions, error, progress=show)
    if as_json:
        print_json("calibrate", found)
    else:
        print_calibration(found)
