"""`sartor runs`: what was measured so far."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.measuring import print_scorecard
from sartor.cli.reports.runs import print_origin, print_report, print_runs

app = typer.Typer(no_args_is_help=True, help="Stored runs of `sartor eval`.")

Id = Annotated[str, typer.Argument(help="A run's id, or: latest.")]


@app.command("list")
def list_runs(context: typer.Context, as_json: Json = False) -> None:
    """List the runs, newest first."""
    with open_project(context) as project:
        runs = project.runs()
    if as_json:
        print_json("runs-list", runs)
    else:
        print_runs(runs)


@app.command()
def show(
    context: typer.Context,
    id: Id = "latest",
    everything: Annotated[bool, typer.Option("--all", help="Show every measure.")] = False,
    as_json: Json = False,
) -> None:
    """Show one run: figures, what it ran with, where its report lies."""
    with open_project(context) as project:
        run = project.run(id)
        if as_json:
            print_json("runs-show", run)
            return
        place = project.report(run.id)
    print_origin(run)
    print_scorecard(run.card, everything=everything)
    print_report(run.id, place)


@app.command()
def delete(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="Ids of runs, or: latest.")],
) -> None:
    """Delete runs with their answers and reports."""
    with open_project(context) as project:
        for id in ids:
            typer.echo(f"Deleted {project.delete_run(id)}.", err=True)
