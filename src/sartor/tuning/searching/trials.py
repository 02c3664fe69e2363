"""What one training is asked, and what it answers: the nouns of searching."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sartor.tuning.recipes import Recipe
from sartor.types import Measurement

FINISHED = "finished"
OVERTAKEN = "overtaken"  # others were better after as much training
NO_TIME = "no time left"
FAILED = "failed"


class OutOfTime(Exception):
    """A training was cut off as the time for all of them was up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How good one training was on the development examples; higher is better.

    `scores` are those of the single examples, always the same ones in the same order: with them
    two trials can be told apart by far fewer examples. `seconds` are those of the training alone.
    `confirm` measures what was trained on the test examples; it is called for the chosen trial
    alone, and holds no network.
    """

    dev: Measurement
    scores: tuple[float | None, ...] = ()
    seconds: float = 0.0
    confirm: Callable[[], Measurement | None] | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One recipe that was tried: with which share of its budget, and what came of it."""

    number: int
    recipe: Recipe
    share: float
    trial: Trial | None
    seconds: float
    outcome: str
    reason: str = ""

    @property
    def finished(self) -> bool:
        """Whether it got its whole budget: only such attempts are compared for good."""
        return self.outcome == FINISHED and self.trial is not None
