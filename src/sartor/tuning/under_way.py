"""The folder of a training under way: who may use it, and what in it can be gone on from.

It imports no torch: what is refused here is refused at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sartor.errors import StateError, TrainingFailed
from sartor.storage.lock import exclusive

LOCK = "lock"
CHECKPOINTS = "*/step-*"  # below the folder of a training, as its loop names them


class BrokenOff(StateError):
    """A training of this name waits to be gone on with: beginning anew would throw it away."""


class NotSaved(TrainingFailed):
    """A checkpoint could not be written; what was written before is whole."""


def step_reached(folder: Path) -> int:
    """Return the last step that can be gone on from; 0: there is none."""
    return max((int(path.name[-8:]) for path in folder.glob(CHECKPOINTS)), default=0)


def waiting(root: Path) -> Mapping[str, int]:
    """Name the trainings that were broken off, each with the last step that is kept of it."""
    found = {folder.name: step_reached(folder) for folder in sorted(root.glob("*"))}
    return {name: step for name, step in found.items() if step}


def require_unbegun(name: str, folder: Path) -> None:
    """Refuse to begin anew where a training of this name can be gone on with."""
    if step := step_reached(folder):
        raise BrokenOff(
            f"a training of {name!r} was broken off after step {step:,}; to begin anew would "
            "throw it away",
            "resume=True goes on with it, fresh=True throws it away; another name leaves it alone",
        )


@contextmanager
def alone(name: str, folder: Path) -> Iterator[None]:
    """Keep other processes from training under this name; refused where one does so already.

    What fails before there is anything to go on from leaves no folder behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    busy = StateError(f"another process is training {name!r}", "wait for it, or use --name")
    with exclusive(folder / LOCK, taken=busy):
        try:
            yield
        except BaseException:
            if not step_reached(folder):
                shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def scratch(folder: Path) -> Iterator[None]:
    """Make a folder for trainings that nobody goes on with, for one process; gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    what = folder.name.strip("_")
    busy = StateError(f"another {what} runs in this project", "wait for it, or stop it")
    with exclusive(folder / LOCK, taken=busy):
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)
