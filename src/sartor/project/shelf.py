"""Stored runs that can be found again by what they depend on.

A key stands for everything that decides a scorecard; beside it the id of the run is noted. Knows
nothing about what is in a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sartor.errors import NotFound, StateError
from sartor.evaluation.runs import Begun, Runs
from sartor.protocols import Library
from sartor.types import Question, Scorecard


class Shelf:
    """Runs that can be found again by a key.

    Those that only chose between wordings are kept apart: nobody wants to see them listed.
    """

    def __init__(self, folder: Path, reported: Runs) -> None:
        self._keys = folder / "keys"
        self.reported = reported
        self.choosing = Runs(folder / "choosing")

    def find(self, runs: Runs, key: str, library: Library) -> Scorecard | None:
        """Find the scorecard of a finished run."""
        try:
            return runs.show(self._id(key), library).card
        except (NotFound, StateError, OSError):
            return None  # never measured, broken off, or deleted since

    def begin(
        self, runs: Runs, key: str | None, name: str, file: str, questions: Sequence[Question]
    ) -> Begun:
        """Go on with the run of a key, or begin one."""
        try:
            if key:
                return runs.resumed(self._id(key), name, questions)
        except (NotFound, StateError, OSError):
            pass
        return runs.start(name, file, questions)

    def note(self, key: str, id: str) -> None:
        """Remember which run a key stands for."""
        self._keys.mkdir(parents=True, exist_ok=True)
        (self._keys / key).write_text(id, encoding="utf-8")

    def _id(self, key: str) -> str:
        return (self._keys / key).read_text(encoding="utf-8")
