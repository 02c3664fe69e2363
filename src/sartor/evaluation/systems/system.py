"""What stands under test: something with a name that replies to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sartor.evaluation.asked import ClaimedCitation
from sartor.types import Answer, Question


class NoAnswer(Exception):  # it is an outcome of a question, not a fault of ours
    """There is no answer to this question; the message says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what is known beside it; None and empty where nobody knows.

    `label` is what a person said about it, `claimed` the citations that do not stand.
    """

    answer: Answer
    label: bool | None = None
    seconds: float | None = None
    first_token: float | None = None
    claimed: tuple[ClaimedCitation, ...] = ()


@runtime_checkable
class System(Protocol):
    """Reply to a question, or raise when there is no reply.

    `deadline` is on `time.monotonic()`; one that cannot keep to it is left behind by whoever asks.
    """

    name: str

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply to one question."""
        ...


@runtime_checkable
class Matching(Protocol):
    """What can say beforehand how it fits the questions."""

    def match(self, questions: Sequence[Question]) -> list[str]:
        """Say what does not fit together; the figures count it, so a reader should know."""
        ...
