"""Items, a file of ratings and keys -> verdicts. Shows nothing and reads no keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sartor.evaluation.rating.items import Item
from sartor.evaluation.rating.ratings import Ratings

PAIR_KEYS: Mapping[str, str] = {"a": "first", "b": "second", "t": "tie", "s": "skip"}
SINGLE_KEYS: Mapping[str, str] = {"y": "right", "n": "wrong", "s": "skip"}
UNDO, QUIT = "u", "q"
VERDICTS = ("first", "second", "tie", "right", "wrong", "skip")

Outcome = Literal["noted", "undone", "nothing to undo", "quit", "unknown"]


@dataclass(slots=True)
class Session:
    """One sitting: which item is next, and what a key does to it.

    On disk and in `Ratings` "first" and "second" are the systems, not the places they were shown
    at.
    """

    items: Sequence[Item]
    ratings: Ratings
    keys: Mapping[str, str]

    @property
    def current(self) -> Item | None:
        """The first item without a verdict."""
        waiting = (item for item in self.shown if item.question.id not in self.ratings.verdicts)
        return next(waiting, None)

    @property
    def shown(self) -> list[Item]:
        """Everything that a person has to look at."""
        return [item for item in self.items if not item.same]

    @property
    def done(self) -> int:
        """How many items have a verdict."""
        return sum(item.question.id in self.ratings.verdicts for item in self.shown)

    def press(self, key: str) -> Outcome:
        """Do what a key says to the current item."""
        item = self.current
        if key == QUIT:
            return "quit"
        if key == UNDO:
            return "nothing to undo" if self.ratings.undo() is None else "undone"
        if key not in self.keys or item is None:
            return "unknown"
        self.ratings.put(item.question.id, _meant(self.keys[key], item))
        return "noted"


def _meant(verdict: str, item: Item) -> str:
    """Turn the place that was preferred into the system that stood there."""
    if item.order != "21":
        return verdict
    return {"first": "second", "second": "first"}.get(verdict, verdict)
