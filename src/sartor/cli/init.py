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
    from sartor.config import FILE_NAME
    from sartor.project import Project

    made = "Opened the project that was" if (folder / FILE_NAME).exists() else "Made a project"
    with Project.init(folder) as project:
        out = console()
        out.print(f"{made} in [bold]{project.folder}[/bold].", soft_wrap=True)
        out.print('Next:  sartor add DOCUMENTS   then   sartor ask "..."')
