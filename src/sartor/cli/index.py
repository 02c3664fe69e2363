"""`sartor index`: the search index compared with the ledger, mended or made anew."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json, progress
from sartor.cli.reports.lists import print_verification

app = typer.Typer(
    no_args_is_help=True,
    help="The search index: compare it with the ledger, mend it, build it anew.",
)


@app.command()
def verify(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what differs.")] = False,
    as_json: Json = False,
) -> None:
    """Compare the index with the ledger, row by row."""
    with open_project(context) as project:
        report = project.verify_index(repair=repair)
    if as_json:
        print_json("index-verify", report)
    else:
        print_verification(report, repaired=repair)
    if not report.equal and not repair:
        raise typer.Exit(1)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Build the index anew beside the old one and swap it in."""
    with open_project(context) as project, progress() as show:
        project.rebuild_index(progress=show)
    typer.echo("Rebuilt.", err=True)
