"""`sartor cost`: what each rung would cost in a month, and from which volume another is cheaper."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.costing import print_costs


def cost(
    context: typer.Context,
    volume: Annotated[
        list[str] | None,
        typer.Option(help="Questions a month: 10000, 100k, 1M; may be repeated."),
    ] = None,
    run: Annotated[
        list[str] | None,
        typer.Option(help="A stored run instead of the last climb; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Project what each rung costs in a month, from what was measured. Nothing is asked."""
    with open_project(context) as project:
        report = project.cost(volumes=volume or (), runs=run or ())
    if as_json:
        print_json("cost", report)
    else:
        print_costs(report)
