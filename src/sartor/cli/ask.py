"""`sartor ask`: an answer, word for word from the documents, with its sources."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, Labels, open_project
from sartor.cli.output import print_json
from sartor.cli.reports import print_answer


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question.")],
    labels: Labels = None,
    as_json: Json = False,
) -> None:
    """Answer from the documents, each sentence cited."""
    with open_project(context) as project:
        answer = project.ask(question, labels=tuple(labels) if labels else None)
    if as_json:
        print_json("ask", answer)
    else:
        print_answer(answer)
