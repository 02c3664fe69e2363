"""One loop that tries a request again: what, when and how often.

A refusal is tried again when it may pass: no answer, a timeout, 408, 409, 429 and the 5xx, unless
the endpoint says otherwise (`x-should-retry: false`). It waits as long as the endpoint asks
(`retry-after`), else twice as long each time, with chance in it so that many clients do not come
back at once. It does not know what is being asked.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

from sartor.errors import ProviderError

T = TypeVar("T")

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0  # an endpoint that asks for more has refused
PASSING = frozenset({408, 409, 429})


class Refusal(Exception):
    """One request that got no good answer. `status` is None when there was none at all."""

    def __init__(
        self, words: str, *, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(words)
        self.status = status
        self.headers = headers or {}

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later."""
        if self.headers.get("x-should-retry") == "false":
            return False
        return self.status is None or self.status in PASSING or self.status >= 500

    @property
    def wanted_wait(self) -> float | None:
        """Seconds the endpoint asked for, as a number or as a date."""
        wanted = self.headers.get("retry-after", "")
        try:
            return max(0.0, float(wanted))
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(wanted).timestamp() - time.time())
        except ValueError:
            return None


class RetryPolicy:
    """How often a request is tried again, and how many are sent in a minute (0: any number)."""

    def __init__(self, retries: int, requests_per_minute: int = 0) -> None:
        self._retries = retries
        self._pause = 60.0 / requests_per_minute if requests_per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def run(self, request: Callable[[], T]) -> T:
        """Return what the request returns; raises `ProviderError` when it is refused for good."""
        for attempt in range(self._retries + 1):
            self._keep_the_rate()
            try:
                return request()
            except Refusal as refusal:
                wait = self._wait(refusal, attempt)
                if wait is None:
                    raise _final(refusal, attempt + 1) from refusal
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, refusal: Refusal, attempt: int) -> float | None:
        if not refusal.may_pass or attempt == self._retries:
            return None
        wanted = refusal.wanted_wait
        if wanted is not None:
            return wanted if wanted <= LONGEST_WAIT else None
        longest = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
        return random.uniform(longest / 2, longest)  # noqa: S311  (no secret)

    def _keep_the_rate(self) -> None:
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next)
            self._next = mine + self._pause
        time.sleep(mine - now)


def _final(refusal: Refusal, attempts: int) -> ProviderError:
    status = f"status {refusal.status}" if refusal.status else "no answer"
    times = "once" if attempts == 1 else f"{attempts} times"
    hint = "check `endpoint` and `model`, or run the same command later: what is done is kept"
    if refusal.status in (401, 403):
        hint = "check the key in the environment variable that `api_key_env` names"
    return ProviderError(f"embedding failed, asked {times} ({status}): {refusal}", hint=hint)
