"""`sartor delete` and `sartor purge`: documents out."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.adapters import print_purged

Ids = Annotated[list[str], typer.Argument(help="Document ids, as `sartor documents` lists them.")]


def delete(context: typer.Context, ids: Ids) -> None:
    """Take documents out; `sartor sync` leaves them out until they are added again."""
    with open_project(context) as project:
        project.delete(*ids)
    typer.echo(f"Deleted {len(ids)}. Nothing finds them any more.", err=True)


def purge(context: typer.Context, ids: Ids, as_json: Json = False) -> None:
    """Delete documents and leave no byte of them in any file of the project's state.

    Adapters that learned from them are named: weights cannot forget.
    """
    with open_project(context) as project:
        purged = project.purge(*ids)
    if as_json:
        print_json("purge", purged)
        return
    typer.echo(
        f"Purged {len(ids)}. Backups made earlier and files of your own may hold them.", err=True
    )
    print_purged(purged)
