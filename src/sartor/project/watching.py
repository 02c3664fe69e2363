"""A rung under test whose model may be lost on the way -> told as soon as it is.

One question that takes too long is that question's bad luck; a model that cannot be reached is
everybody's. Without this every remaining question would be waited for, and count as wrong.
"""

from __future__ import annotations

from time import monotonic

from sartor.errors import Unreachable
from sartor.evaluation.systems import Reply, System
from sartor.types import Question

MOST_LATE = 3  # questions in a row whose time ran out: then it is not the questions


class Watched:
    """A system that remembers when its model could not be reached, and then asks no more."""

    def __init__(self, inner: System) -> None:
        self.name = inner.name
        self.lost: Unreachable | None = None
        self._inner = inner
        self._late = 0

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Pass the question on, as long as there is somebody to answer it."""
        if self.lost:
            raise self.lost
        try:
            reply = self._inner.ask(question, deadline)
        except Unreachable as error:
            self._late += 1
            in_time = deadline is None or monotonic() < deadline
            if in_time or self._late >= MOST_LATE:
                self.lost = error
            raise
        self._late = 0
        return reply
