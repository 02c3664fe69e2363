"""Make a better generation beside the current one: rebuilt from the ledger, or optimised.

In: the home folder and how to follow the ledger. Out: a new generation, closed, ready to be
swapped in. It does not know who owns the home, and it does not swap.

The engine's optimiser would stop this process for as long as it runs (a quarter of a millisecond of
CPU for each passage), so a child process runs it, on files that nobody else has open:

    python -m sartor.knowledge.index.build GENERATION
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sartor.errors import IndexDamaged
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.card import CARD, REBUILD, Card, read_card
from sartor.knowledge.index.edge import SHARD, EdgeIndex
from sartor.protocols import Index

Child = subprocess.Popen[bytes]
Follow = Callable[[Index, float], bool]  # catch up for so many seconds; True: nothing is left

FOREVER = float("inf")
POLITE = 10  # searches go first
PIECE = 1 << 16


def rebuilt(home: Path, card: Card, follow: Follow) -> Path:
    """Fill a new generation from the ledger."""
    folder = homes.fresh(home)
    index = EdgeIndex.create(folder, card)
    try:
        follow(index, FOREVER)
        worthwhile = index.worth_optimizing()
    finally:
        index.close()
    if worthwhile:
        wait_for(start_optimizing(folder))
    return folder


def copied(home: Path, index: EdgeIndex) -> Path:
    """Copy an index as it is on disk. Nobody may write to it meanwhile."""
    index.flush()
    folder = homes.fresh(home)
    shutil.copytree(index.folder / SHARD, folder / SHARD, copy_function=copy_without_holes)
    shutil.copy2(index.folder / CARD, folder / CARD)
    return folder


def copy_without_holes(source: str | Path, target: str | Path) -> None:
    """Copy a file and leave out zeros: the engine reserves 32 MiB a file and fills them later."""
    with open(source, "rb") as old, open(target, "wb") as new:
        while piece := old.read(PIECE):
            if piece.count(0) == len(piece):
                new.seek(len(piece), os.SEEK_CUR)
            else:
                new.write(piece)
        new.truncate()


def start_optimizing(folder: Path) -> Child:
    """Start to optimise a closed generation in a child process."""
    command = [sys.executable, "-m", "sartor.knowledge.index.build", str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def wait_for(child: Child) -> None:
    """Wait until the optimiser is done; raises `IndexDamaged` when it failed or was ended."""
    _, said = child.communicate()
    if child.returncode != 0:
        reason = said.decode(errors="replace").strip()[-300:] or f"it ended with {child.returncode}"
        raise IndexDamaged(f"the index could not be optimised: {reason}", hint=REBUILD)


def _optimize_here(folder: Path) -> None:
    os.nice(POLITE)
    index = EdgeIndex.open(folder, read_card(folder))
    index.optimize()
    index.close()


if __name__ == "__main__":
    _optimize_here(Path(sys.argv[1]))
