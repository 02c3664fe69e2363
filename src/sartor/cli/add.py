"""`sartor add` and `sartor sync`: documents in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sartor.cli.options import Json, open_project, pairs
from sartor.cli.output import print_json, progress
from sartor.cli.reports.syncing import print_sync

if TYPE_CHECKING:
    from sartor.types import SyncReport

SOME_FAILED = 4

NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Return when everything is committed; embed later.")
]


def add(
    context: typer.Context,
    locations: Annotated[list[str], typer.Argument(help="Folders or files.")],
    collection: Annotated[
        str | None, typer.Option(help="The knowledge base they belong to.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="Access label the reader must have; repeatable.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN",
            help="Where id, title, text or metadata stand in rows of CSV, JSON or JSONL.",
        ),
    ] = None,
    include: Annotated[list[str] | None, typer.Option(help="Only files like this pattern.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="No files like this pattern.")] = None,
    no_wait: NoWait = False,
    as_json: Json = False,
) -> None:
    """Add folders or files as sources, read, split and embed them."""
    reports = []
    with open_project(context) as project, progress() as show:
        reports += [
            project.add(
                location,
                collection=collection,
                labels=label,
                fields=pairs(field, "--field") if field else None,
                include=include,
                exclude=exclude,
                wait=not no_wait,
                progress=show,
            )
            for location in locations
        ]
    _finish("add", reports, as_json=as_json)


def sync(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Sources; default: all.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    no_wait: NoWait = False,
    as_json: Json = False,
) -> None:
    """Make the knowledge base equal to its sources: added, edited, moved, deleted files."""
    with open_project(context) as project, progress() as show:
        if dry_run:
            report = project.preview(names or ())
        else:
            report = project.sync(names or (), wait=not no_wait, progress=show)
    _finish("sync", [report], as_json=as_json)


def _finish(verb: str, reports: list[SyncReport], *, as_json: bool) -> None:
    if as_json:
        print_json(verb, reports)
    else:
        for report in reports:
            print_sync(report)
    if any(report.failed for report in reports):
        raise typer.Exit(SOME_FAILED)
