"""What all assistants share: the events of an answer, and the clock they are timed on.

Knows nothing about how an answer is made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from sartor.types import Answer, Done, Event, Message, Scalar, Step


def last(events: Iterable[Event]) -> Answer:
    """Give the answer that a stream of events ends with."""
    answer = None
    for event in events:
        if isinstance(event, Done):
            answer = event.answer
    if answer is None:
        raise ValueError("the events end without an answer: Done must be the last of them")
    return answer


class Streaming(ABC):
    """An assistant that answers bit by bit: its whole answer is what its stream ends with."""

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Answer:
        """Answer as a whole."""
        return last(self.stream(question, history, labels, deadline))

    @abstractmethod
    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer as events, in the order that `StreamingAssistant` promises."""


@dataclass(slots=True)
class Stages:
    """Note each stage of answering one question, on one clock that begins with it."""

    began: float = field(default_factory=perf_counter)
    steps: list[Step] = field(default_factory=list)

    def now(self) -> float:
        """Give the seconds since the question came."""
        return perf_counter() - self.began

    def note(self, name: str, since: float, *, content: str = "", **counts: Scalar) -> Step:
        """Note a stage that began at `since` and ends now."""
        step = Step(name, since, self.now() - since, counts, content)
        self.steps.append(step)
        return step

    def timings(self) -> Mapping[str, float]:
        """Sum the seconds by the name of the stage."""
        seconds: dict[str, float] = {}
        for step in self.steps:
            seconds[step.name] = seconds.get(step.name, 0.0) + step.seconds
        return seconds
