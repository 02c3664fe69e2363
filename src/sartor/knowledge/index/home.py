"""Where an index lives: one folder of generations, of which one is current.

    home/
      current        the name of the generation in use; replacing this file is the swap
      g000001/       card.json, seal.json, shard/
      owner.lock     held by the process that has the index open (see `owner`)

In: the home folder. Out: generation folders. It does not know what is in a generation. Whatever a
crash leaves behind is a generation that is not current, and is swept away by the next owner.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sartor.knowledge.index.card import replace_file

CURRENT = "current"
GENERATION = "g"


def current(home: Path) -> Path | None:
    """Find the generation in use; None when there is none or it has been deleted."""
    try:
        name = (home / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    folder = home / name
    return folder if folder in _generations(home) else None


def fresh(home: Path) -> Path:
    """Make an empty generation beside the others."""
    numbers = [int(folder.name[1:]) for folder in _generations(home)]
    folder = home / f"{GENERATION}{max(numbers, default=0) + 1:06d}"
    folder.mkdir(parents=True)
    return folder


def swap(home: Path, folder: Path) -> None:
    """Make a generation the current one, in one step."""
    replace_file(home / CURRENT, folder.name)


def sweep(home: Path) -> None:
    """Remove every generation but the current one. Only the owner may do this."""
    kept = current(home)
    for folder in _generations(home):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _generations(home: Path) -> list[Path]:
    return [
        folder
        for folder in home.glob(f"{GENERATION}*")
        if folder.is_dir() and folder.name[1:].isdigit()
    ]
