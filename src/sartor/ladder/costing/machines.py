"""Seconds of a model on a machine of one's own -> how many machines, and dollars a month.

A machine is paid for around the clock, whether it answers or waits; and machines come whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

HOURS = 730  # a month
SECONDS = HOURS * 3600


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that runs models of one's own.

    `per_hour` is dollars; None: nobody said. It is `speed` times as fast as the one that answers
    were measured on, writes `at_once` answers side by side without any of them taking longer, and
    can be kept busy for a share of its time, `utilisation`. In the busiest hour come `peak` times
    as many questions as in an average one.
    """

    per_hour: float | None = None
    speed: float = 1.0
    at_once: int = 1
    utilisation: float = 0.6
    peak: float = 3.0

    def capacity(self, seconds: float) -> float:
        """Say how many answers of so many seconds one machine writes in a month, at the most."""
        return self.at_once * self.utilisation * self.speed * SECONDS / (self.peak * seconds)

    def needed(self, volume: float, seconds: float) -> int:
        """Count the machines for the busiest hour: at least one, where anything is asked at all."""
        if not volume:
            return 0
        return max(1, ceil(volume / self.capacity(seconds))) if seconds else 1

    def dollars(self, volume: float, seconds: float) -> float:
        """Say what the machines cost in a month; raises `ValueError` where no price is known."""
        if self.per_hour is None:
            raise ValueError("nobody said what the machine costs")
        return self.needed(volume, seconds) * self.per_hour * HOURS
