"""`sartor sources`: list or remove sources."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.lists import print_sources


def sources(
    context: typer.Context,
    remove: Annotated[
        str | None, typer.Option(metavar="NAME", help="Remove this source and its documents.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the sources, or remove one with all its documents."""
    with open_project(context) as project:
        if remove is not None:
            typer.echo(f"Removed {project.remove_source(remove)} documents of {remove}.", err=True)
        listed = project.sources()
    if as_json:
        print_json("sources", listed)
    else:
        print_sources(listed)
