"""Objects with `answer`, and plain functions -> systems.

Takes the time of each answer; where an assistant can stream, that to its first word too. Whatever
a function returns becomes an answer if it can be meant as one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
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

    def match(self, questions: Sequence[Question]) -> list[str]:
        """Say how many questions it is asked without the conversation before them."""
        return _kept_back(self._assistant.answer, questions)

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the assistant says."""
        if self._streams:
            reply = self._streamed(question, deadline)
            if reply is not None:
                return reply
            self._streams = False  # it streams something else than our events
        given, named = _arguments(self._assistant.answer, question, deadline)
        started = perf_counter()
        said = self._assistant.answer(*given, **named)
        return reply_with(said, perf_counter() - started, self._library, self._pricing)

    def _streamed(self, question: Question, deadline: float | None) -> Reply | None:
        given, named = _arguments(self._assistant.stream, question, deadline)
        first: float | None = None
        started = perf_counter()
        for event in self._assistant.stream(*given, **named):
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

    def match(self, questions: Sequence[Question]) -> list[str]:
        """Say how many questions it is asked without the conversation before them."""
        return _kept_back(self._function, questions)

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the function returns."""
        given, named = _arguments(self._function, question, deadline)
        started = perf_counter()
        said = self._function(*given, **named)
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


# --- what a call takes ------------------------------------------------------------------------


def _arguments(
    call: Callable[..., object], question: Question, deadline: float | None
) -> tuple[list[object], dict[str, object]]:
    """Choose what a call is told: the question, and of the rest what it takes."""
    taken = _parameters(call)
    given: list[object] = [question.text]
    named: dict[str, object] = {}
    if _second(taken):
        given.append(question.history)
    elif question.history and _by_name(taken):
        named["history"] = question.history
    if "labels" in taken:
        named["labels"] = None
    if "deadline" in taken and deadline is not None:
        named["deadline"] = deadline
    return given, named


def _kept_back(call: Callable[..., object], questions: Sequence[Question]) -> list[str]:
    taken = _parameters(call)
    count = sum(bool(question.history) for question in questions)
    if not count or _by_name(taken) or _second(taken):
        return []
    return [
        f"{count} of {len(questions)} questions follow a conversation, which this system does not "
        "take (it has no `history`): they were asked without it"
    ]


def _by_name(taken: Mapping[str, inspect.Parameter]) -> bool:
    """Tell whether a conversation can be named: `history`, or any name at all."""
    any_name = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    return any_name or (
        "history" in taken and taken["history"].kind is not inspect.Parameter.POSITIONAL_ONLY
    )


def _second(taken: Mapping[str, inspect.Parameter]) -> bool:
    """Tell whether a second argument is wanted, whatever its name; one with a default is not."""
    places = [
        one.name
        for one in taken.values()
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.default is one.empty
    ]
    return len(places) == 2 and not {"labels", "deadline"} & {*places}


def _parameters(call: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(call).parameters
    except (TypeError, ValueError):  # builtins tell nothing about themselves
        return {}
