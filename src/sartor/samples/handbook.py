"""The sample of `sartor demo`: a company's handbook that the lab model can read.

In goes a folder, out comes a project with its documents in an older edition, which can be renewed.
The company is made up; `scripts/make_handbook.py` writes all of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.samples import HERE, SHOP

if TYPE_CHECKING:
    from sartor.project import Project

HANDBOOK = HERE / "handbook"
OLDER = HANDBOOK / "older"  # the edition before, of those documents that changed
DOCUMENTS = "documents"
FILES = ("questions.jsonl", "questions-to-learn.jsonl", "examples.jsonl")
SETTINGS = "sartor.toml"
MODEL = 'path = "lab"'
MARKER = "made by `sartor demo`; made anew each time\n"


@contextmanager
def make_handbook(folder: Path, *, model: bool = True) -> Iterator[Project]:
    """Make the project in `folder`, its documents beside it in the older edition, not added yet.

    A folder that an earlier demo made is replaced; any other that is not empty is refused. Without
    `model` answers will be quotes. The small sample of the documentation is put into `samples`.
    """
    from sartor.project import Project

    _clear(folder)
    shutil.copytree(HANDBOOK / DOCUMENTS, folder / DOCUMENTS)
    shutil.copytree(OLDER, folder / DOCUMENTS, dirs_exist_ok=True)
    for name in FILES:
        shutil.copy(HANDBOOK / name, folder)
    settings = (HANDBOOK / SETTINGS).read_text(encoding="utf-8")
    if not model:
        settings = settings.replace(MODEL, f"# {MODEL}   # needs: pip install 'sartor[tune]'")
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    _copy_prompts(folder / "prompts")
    _copy_shop(folder / "samples")
    with Project.init(folder) as project:
        yield project


def renew(folder: Path) -> tuple[str, ...]:
    """Put the new edition in the place of the older one; return the documents that it changes."""
    names = sorted(str(path.relative_to(OLDER)) for path in OLDER.rglob("*") if path.is_file())
    for name in names:
        shutil.copy(HANDBOOK / DOCUMENTS / name, folder / DOCUMENTS / name)
    return tuple(names)


def _clear(folder: Path) -> None:
    marker = folder / ".demo"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not marker.exists():
            raise ConfigError(f"{folder} is not empty", "sartor demo ANOTHER_FOLDER")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(MARKER, encoding="utf-8")


def _copy_prompts(to: Path) -> None:
    to.mkdir()
    for template in resources.files("sartor.lab").joinpath("handbook_prompts").iterdir():
        (to / template.name).write_text(template.read_text("utf-8"), encoding="utf-8")


def _copy_shop(to: Path) -> None:
    to.mkdir()
    documents, questions = SHOP
    shutil.copytree(HERE / documents, to / documents)
    shutil.copy(HERE / questions, to)
