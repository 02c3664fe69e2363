"""`sartor eval`: the assistant on a file of questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json, progress
from sartor.cli.reports.measuring import print_scorecard


def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="A questions.jsonl file.")],
    as_json: Json = False,
) -> None:
    """Measure the configured assistant on test questions."""
    with open_project(context) as project, progress() as show:
        card = project.evaluate(questions, progress=show)
    if as_json:
        print_json("eval", card)
    else:
        print_scorecard(card)
