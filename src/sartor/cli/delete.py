"""`sartor delete` and `sartor purge`: documents out."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import open_project

Ids = Annotated[list[str], typer.Argument(help="Document ids, as `sartor documents` lists them.")]


def delete(context: typer.Context, ids: Ids) -> None:
    """Take documents out; `sartor sync` leaves them out until they are added again."""
    with open_project(context) as project:
        project.delete(*ids)
    typer.echo(f"Deleted {len(ids)}. Nothing finds them any more.", err=True)


def purge(context: typer.Context, ids: Ids) -> None:
    """Delete documents and leave no byte of them in any file of the project's state."""
    with open_project(context) as project:
        project.purge(*ids)
    typer.echo(
        f"Purged {len(ids)}. Backups made earlier and files of your own may hold them.", err=True
    )
