"""Sample documents and questions of our own writing: what `sartor demo` works on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError

if TYPE_CHECKING:
    from sartor.project import Project

HERE = Path(__file__).parent
MARKER = "made by `sartor demo`; made anew each time\n"


@contextmanager
def make_project(folder: Path) -> Iterator[tuple[Project, Path, Path]]:
    """Make the sample project in `folder`; give it with its documents and questions.

    A folder that an earlier demo made is replaced; any other that is not empty is refused.
    """
    from sartor.project import Project

    marker = folder / ".demo"
    if folder.exists() and any(folder.iterdir()):
        if not marker.exists():
            raise ConfigError(f"{folder} is not empty", "sartor demo ANOTHER_FOLDER")
        shutil.rmtree(folder)
    documents, questions = folder / "documents", folder / "questions.jsonl"
    shutil.copytree(HERE / "documents", documents)
    shutil.copy(HERE / "questions.jsonl", questions)
    marker.write_text(MARKER, encoding="utf-8")
    with Project.init(folder) as project:
        yield project, documents, questions
