"""`sartor backup` and `sartor restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The file to write; must not exist.")],
) -> None:
    """Write the project into one file while it goes on working."""
    from sartor.cli.options import open_project

    with open_project(context) as project:
        project.backup(target)
    typer.echo(f"Wrote {target}.", err=True)


def restore(
    archive: Annotated[Path, typer.Argument(help="A file that `sartor backup` wrote.")],
    folder: Annotated[Path, typer.Argument(help="The folder to make; must not hold a project.")],
) -> None:
    """Make a project out of a backup; the index is built from the ledger on first use."""
    from sartor.project import Project

    with Project.restore(archive, folder) as project:
        typer.echo(f"Restored {len(project.documents())} documents into {folder}.", err=True)
