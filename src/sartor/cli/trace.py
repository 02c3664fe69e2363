"""`sartor trace`: how answers came about."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.traces import print_trace, print_traces

app = typer.Typer(no_args_is_help=True, help="How answers came about: steps, passages, cost.")


@app.command("list")
def list_traces(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """List what was answered last."""
    with open_project(context) as project:
        traces = project.traces(limit)
    if as_json:
        print_json("trace-list", traces)
    else:
        print_traces(traces)


@app.command()
def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="An answer's id, or: last.")],
    as_json: Json = False,
) -> None:
    """Show one trace: steps with times, what was found, read, cut and cited, tokens, cost."""
    with open_project(context) as project:
        trace = project.trace(id)
    if as_json:
        print_json("trace-show", trace)
    else:
        print_trace(trace)
