"""`sartor documents` and `sartor show`: what is in the knowledge base."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.lists import print_documents


def documents(context: typer.Context, as_json: Json = False) -> None:
    """List the documents."""
    with open_project(context) as project:
        listed = project.documents()
    if as_json:
        print_json("documents", listed)
    else:
        print_documents(listed)


def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="A document's id, as `sartor documents` lists it.")],
    as_json: Json = False,
) -> None:
    """Print one document's text as Sartor read it."""
    with open_project(context) as project:
        document = project.document(id)
    if as_json:
        print_json("show", document)
    else:
        typer.echo(document.text)
