"""What a climb may take in time and money, what it has taken, and whether the next step fits.

Knows nothing of rungs. Time runs from when the allowance is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from sartor.errors import BudgetRefused
from sartor.evaluation.reporting.figures import figure
from sartor.ladder.again import AGAIN, Again
from sartor.protocols import Progress

MINUTES = 120  # seconds from which on minutes are easier to read
RESUME = "with a larger --minutes or --budget it goes on where it stopped"


@dataclass(slots=True)
class Allowance:
    """How many seconds and dollars may be taken; None: as many as it needs.

    `again` writes the command that climbs so again.
    """

    seconds: float | None = None
    dollars: float | None = None
    clock: Callable[[], float] = monotonic
    again: Again = AGAIN
    spent: float = field(default=0.0, init=False)
    unpriced: int = field(default=0, init=False)  # what was paid for, and nobody knows how much
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def spend(self, dollars: float | None) -> None:
        """Count dollars; what nobody knows cannot be counted, and is told."""
        self.spent += dollars or 0.0
        self.unpriced += dollars is None

    @property
    def unlimited(self) -> bool:
        """Tell whether nothing is limited."""
        return self.seconds is None and self.dollars is None

    @property
    def reached(self) -> str:
        """Say what is used up; empty while there is something left."""
        if self.seconds is not None and self._elapsed >= self.seconds:
            return f"the allowed {_time(self.seconds)} are over"
        if self.dollars is not None and self.spent and self.spent >= self.dollars:
            return f"the allowed {_money(self.dollars)} are spent"
        return ""

    @property
    def resume(self) -> str:
        """Say how to go on."""
        return f"{self.again()}: {RESUME}"

    @property
    def uncounted(self) -> str:
        """Say that dollars could not be counted, where they are limited."""
        if self.dollars is None or not self.unpriced:
            return ""
        return (
            f"Of {self.unpriced:,} answers nobody knows the price, so the allowed "
            f"{_money(self.dollars)} could not be held against them."
        )

    def refuses(self, *, seconds: float | None, dollars: float | None) -> str:
        """Say why a step does not fit any more; empty where it does, as far as anybody knows."""
        if self.reached:
            return self.reached
        if self.seconds is not None and (seconds or 0.0) > self.seconds - self._elapsed:
            left = self.seconds - self._elapsed
            return f"it would take about {_time(seconds or 0.0)}, and {_time(left)} are left"
        if self.dollars is not None and (dollars or 0.0) > self.dollars - self.spent:
            left = self.dollars - self.spent
            return f"it would cost about {_money(dollars or 0.0)}, and {_money(left)} are left"
        return ""

    def watching(self, progress: Progress | None = None) -> Progress:
        """Pass progress on, and raise `BudgetRefused` as soon as nothing is left.

        For work that is kept as it goes: what was done until then need not be done again.
        """

        def told(stage: str, done: int, total: int) -> None:
            if progress:
                progress(stage, done, total)
            if self.reached and done != total:
                raise BudgetRefused(self.reached, self.resume)

        return told

    @property
    def _elapsed(self) -> float:
        return self.clock() - self._began


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= MINUTES else f"{seconds:.0f} seconds"


def _money(dollars: float) -> str:
    return figure("cost.month", dollars)
