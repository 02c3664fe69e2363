"""Objects with `answer`, and plain functions -> systems.

Takes the time of each answer; where an assistant can stream, that to its first word too. Whatever
a function returns becomes an answer if it can be meant as one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from sartor.evaluation.systems.rows import read_row, reply_of
from sartor.evaluation.systems.system import NoAnswer, Reply
from sartor.protocols import Library, Pricing
from sartor.types import Answer, Done, Question, Token


class AssistantSystem:
    """Asks an object with `answer`.

    It is told the conversation, the deadline and that its owner asks (`labels=None`: whoever
    measures sees everything), each only where it takes that.
    """

    def __init__(
        self,
        assistant: Any,  # noqa: ANN401  # anything with `answer` may stand here
        *,
        name: str,
        library: Library | None = None,
        pricing: Pricing | None = None,
    ) -> None:
        self.name = name
        self._assistant = assistant
        self._library = library
        self._pricing = pricing
        self._streams = callable(getattr(assistant, "stream", None))

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the assistant says."""
        if self._streams:
            reply = self._streamed(question, deadline)
            if reply is not None:
                return reply
            self._streams = False  # it streams something else than our events
        call = self._assistant.answer
        started = perf_counter()
        said = call(question.text, **_taken(call, question, deadline))
        return reply_with(said, perf_counter() - started, self._library, self._pricing)

    def _streamed(self, question: Question, deadline: float | None) -> Reply | None:
        call = self._assistant.stream
        first: float | None = None
        started = perf_counter()
        for event in call(question.text, **_taken(call, question, deadline)):
            if isinstance(event, Token) and first is None:
                first = perf_counter() - started
            if isinstance(event, Done):
                return Reply(event.answer, seconds=perf_counter() - started, first_token=first)
        return None


class FunctionSystem:
    """Asks a function: a question in; a text, an `Answer` or a row of recorded shape out."""

    def __init__(
        self,
        function: Callable[..., object],
        *,
        name: str,
        library: Library | None = None,
        pricing: Pricing | None = None,
    ) -> None:
        self.name = name
        self._function = function
        self._library = library
        self._pricing = pricing

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the function returns."""
        started = perf_counter()
        said = self._function(question.text, **_taken(self._function, question, deadline))
        return reply_with(said, perf_counter() - started, self._library, self._pricing)


def reply_with(
    said: object, seconds: float, library: Library | None, pricing: Pricing | None
) -> Reply:
    """Make a reply of what was returned in so many seconds."""
    if isinstance(said, Answer):
        return Reply(said, seconds=seconds)
    if isinstance(said, str):
        return Reply(Answer(said, abstained=not said.strip()), seconds=seconds)
    if not isinstance(said, Mapping):
        raise NoAnswer(
            f"answered with {type(said).__name__}; expected a text, an Answer or a row with answer"
        )
    row = read_row({**said, "seconds": seconds})
    if row.error:
        raise NoAnswer(row.error)
    return reply_of(row, library, pricing)


def _taken(
    call: Callable[..., object], question: Question, deadline: float | None
) -> dict[str, Any]:
    """Choose what a call takes beside the question; a conversation is never kept back silently."""
    taken = _parameters(call)
    more: dict[str, Any] = {"history": question.history} if question.history else {}
    if "labels" in taken:
        more["labels"] = None
    if "deadline" in taken and deadline is not None:
        more["deadline"] = deadline
    return more


def _parameters(call: Callable[..., object]) -> frozenset[str]:
    try:
        return frozenset(inspect.signature(call).parameters)
    except (TypeError, ValueError):  # builtins tell nothing about themselves
        return frozenset()
