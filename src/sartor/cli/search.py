"""`sartor search`: passages for a query."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Collections, Filters, Json, Labels, Mode, open_project, pairs
from sartor.cli.output import print_json
from sartor.cli.reports.hits import print_explanation, print_hits


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int | None, typer.Option("-k", "--k", min=1, help="Hits to show.")] = None,
    mode: Mode = None,
    filters: Filters = None,
    collections: Collections = None,
    labels: Labels = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show ranks, scores and timings of each leg.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find passages by meaning and by words."""
    with open_project(context) as project:
        result = project.find(
            query,
            k=k,
            mode=mode,  # type: ignore[arg-type]  # checked by find, which names the modes
            filters=pairs(filters, "--filter"),
            collections=tuple(collections or ()),
            labels=tuple(labels) if labels else None,
        )
    if as_json:
        print_json("search", result if explain else result.hits)
        return
    print_hits(result.hits, query)
    if explain:
        print_explanation(result)
