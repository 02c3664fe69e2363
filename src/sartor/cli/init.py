"""`sartor init`: make a project folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.output import console


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make or use.")] = Path(),
) -> None:
    """Make a project: sartor.toml and the state folder .sartor/."""
    from sartor.project import Project

    with Project.init(folder) as project:
        out = console()
        out.print(f"Made a project in [bold]{project.folder}[/bold].")
        out.print('Next:  sartor add DOCUMENTS   then   sartor ask "..."')
