"""An answer -> what it took: time, tokens, money, and the output rules that fired.

What nobody measured is left out; a price that nobody told is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.value import Value
from sartor.types import Answer

_NOT_IN_A_NAME = re.compile(r"[^\w-]+", re.ASCII)


def service(asked: Asked) -> Iterator[Value]:
    """Give each measure of what one answer took."""
    if asked.seconds is not None:
        yield Value("latency.seconds", asked.seconds)
    if asked.first_token is not None:
        yield Value("latency.first_token.seconds", asked.first_token)
    if asked.answer is not None:
        yield from _steps(asked.answer)
        yield from _usage(asked.answer)
        yield from _rules(asked.answer)


def _steps(answer: Answer) -> Iterator[Value]:
    """Sum the seconds by the name of the step."""
    seconds = dict(answer.timings)
    if not seconds:
        for step in answer.steps:
            seconds[step.name] = seconds.get(step.name, 0.0) + step.seconds
    for name, taken in seconds.items():
        if known := _as_part(name):
            yield Value(f"latency.{known}.seconds", taken)


def _usage(answer: Answer) -> Iterator[Value]:
    usage = answer.usage
    if usage.input_tokens or usage.output_tokens:
        yield Value("tokens.input", usage.input_tokens)
        yield Value("tokens.output", usage.output_tokens)
    yield Value("cost.query", answer.cost, "" if answer.cost is not None else "price unknown")


def _rules(answer: Answer) -> Iterator[Value]:
    """Name each output rule that fired; a flag may count the sentences: "links: 2"."""
    for flag in dict.fromkeys(flag.partition(":")[0] for flag in answer.flags):
        if rule := _as_part(flag):
            yield Value(f"rules.{rule}", 1.0)


def _as_part(name: str) -> str:
    """Write a name as a part of a measure's name; empty when nothing is left of it."""
    return _NOT_IN_A_NAME.sub("_", name.lower()).strip("_-0123456789")
