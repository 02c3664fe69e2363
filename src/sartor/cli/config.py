"""`sartor config`: the settings and where they come from."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.lists import print_settings

app = typer.Typer(no_args_is_help=True, help="The settings and where each comes from.")


@app.command()
def show(
    context: typer.Context,
    origin: Annotated[bool, typer.Option("--origin", help="Say where values come from.")] = False,
    as_json: Json = False,
) -> None:
    """List every setting."""
    from sartor.config import listing

    with open_project(context) as project:
        rows = listing(project.settings)
    if as_json:
        print_json("config", rows)
    else:
        print_settings(rows, origin=origin)
