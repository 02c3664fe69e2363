"""An assistant that may lose its model -> one that then answers with another, and says so.

Only that: a refused key, an unknown model or an answer that is none are not hidden, for somebody
must correct them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic, perf_counter

from sartor.assistants.events import Streaming
from sartor.errors import Unreachable
from sartor.protocols import StreamingAssistant
from sartor.types import Answer, Done, Event, Message, Step, Token, Usage, Withdrawn

STEP = "unreachable"


class FallingBack(Streaming):
    """Answer with `inner`; when its model cannot be reached in time, with `fallback`."""

    def __init__(self, inner: StreamingAssistant, fallback: StreamingAssistant) -> None:
        self._inner = inner
        self._fallback = fallback

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer bit by bit; text of an answer that broke off is withdrawn."""
        started = perf_counter()
        sent = False
        try:
            for event in self._inner.stream(question, history, labels, deadline):
                sent = (sent or isinstance(event, Token)) and not isinstance(event, Withdrawn)
                yield event
        except (Unreachable, TimeoutError) as error:
            reason = f"the model could not be reached: {_first(error)}"
        else:
            return
        lost = perf_counter() - started
        if sent:
            yield Withdrawn(reason)
        if deadline is not None and deadline <= monotonic():
            deadline = None  # it has passed; quotes are quick
        for event in self._fallback.stream(question, history, labels, deadline):
            yield Done(_noted(event.answer, reason, lost)) if isinstance(event, Done) else event


def _first(error: Exception) -> str:
    """Give what an error says, without its hint."""
    return str(error.args[0]).rstrip(".") if error.args else type(error).__name__


def _noted(answer: Answer, reason: str, lost: float) -> Answer:
    """Add what happened to the answer; its own stages begin where the model was given up."""
    note = reason if answer.abstained else f"{reason}; these are quotes from the documents"
    moved = (replace(step, started=step.started + lost) for step in answer.steps)
    return replace(
        answer,
        notes=(note, *answer.notes),
        usage=Usage(seconds=lost) + answer.usage,
        timings={STEP: lost, **answer.timings},
        steps=(Step(STEP, 0.0, lost, content=reason), *moved),
    )
