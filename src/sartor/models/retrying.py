"""One loop that asks an endpoint again: what, when, how often and until when.

A refusal is asked again when it may pass: no answer, a timeout, 408, 409, 429 and the 5xx (529
among them), unless the endpoint says otherwise (`x-should-retry`). It waits as long as the
endpoint asks (`retry-after`, seconds or a date), else twice as long each time, with chance in it
so that many clients do not come back at once. A stream is asked again only while nothing of it
has been handed on. What is being asked, and how a final refusal is told, it does not know.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0  # an endpoint that asks for more has refused
PASSING = frozenset({408, 409, 429})


class Refusal(Exception):
    """One request that got no good answer. `status` is None when there was none at all.

    `words` is what the endpoint said, free of keys.
    """

    def __init__(
        self,
        words: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(words)
        self.words = words
        self.status = status
        self.headers = headers or {}
        self.final = final

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later."""
        advice = self.headers.get("x-should-retry")
        if self.final or advice == "false":
            return False
        passing = self.status is None or self.status in PASSING or self.status >= 500
        return passing or advice == "true"

    def wanted_wait(self, now: float) -> float | None:
        """Return the seconds the endpoint asked for; None where it did not ask."""
        wanted = self.headers.get("retry-after", "")
        try:
            return max(0.0, float(wanted))
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(wanted).timestamp() - now)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a request ended that got no good answer: how often it was asked, for how long.

    `begun` tells that half a stream had arrived, `late` that the deadline left no time to go on.
    """

    count: int
    seconds: float
    begun: bool = False
    late: bool = False


Explain = Callable[[Refusal, Attempts], Exception]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a request is tried again. The clocks and the chance can be replaced for tests."""

    retries: int
    timeout: float  # seconds of one request
    explain: Explain  # what to raise in the end
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    chance: Callable[[float, float], float] = field(default=random.uniform)

    def run(self, request: Callable[[float], T], deadline: float | None) -> T:
        """Return what `request(timeout)` returns, or raise what `explain` makes of its refusal."""
        [answer] = self.stream(lambda timeout: iter([request(timeout)]), deadline)
        return answer

    def stream(
        self, request: Callable[[float], Iterator[T]], deadline: float | None
    ) -> Iterator[T]:
        """Yield what `request(timeout)` yields; ends as `run` does."""
        started = self.clock()
        asked, begun = 0, False
        while True:
            try:
                timeout = self._time_left(deadline)
                asked += 1
                for piece in request(timeout):
                    begun = True
                    yield piece
            except Refusal as refusal:
                wait = self._wait(refusal, asked)
                late = wait is not None and not self._in_time(wait, deadline)
                if begun or late or wait is None:
                    spent = self.clock() - started
                    raise self.explain(refusal, Attempts(asked, spent, begun, late)) from None
                self.sleep(wait)
            else:
                return

    def _time_left(self, deadline: float | None) -> float:
        """Return how long a request may take; raises a refusal when there is no time at all."""
        if deadline is None:
            return self.timeout
        left = deadline - self.clock()
        if left <= 0:
            raise Refusal("the deadline has passed")
        return min(self.timeout, left)

    def _in_time(self, wait: float, deadline: float | None) -> bool:
        return deadline is None or self.clock() + wait < deadline

    def _wait(self, refusal: Refusal, asked: int) -> float | None:
        """Return the seconds until the next attempt; None when there is none."""
        if not refusal.may_pass or asked > self.retries:
            return None
        wanted = refusal.wanted_wait(self.wall_clock())
        if wanted is not None:
            return wanted if wanted <= LONGEST_WAIT else None
        longest = min(FIRST_WAIT * 2 ** (asked - 1), LONGEST_WAIT)
        return self.chance(longest / 2, longest)
