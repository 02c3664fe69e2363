"""Examples of answering from passages in, whether a text reads as they do out.

`cited`: the passages that an answer cites, by the numbers of its prompt. `abstains`: that it says
it does not know where the example says so. A base and its adapter are compared by both, whatever
form each of them answers in. It knows neither passages nor models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sartor.tuning.guard.forms import read_json
from sartor.types import Example

MOST = 0.5  # of the examples cite before the others count as abstaining
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_ENDING = " .!?…。"


def most_cite(examples: Sequence[Example]) -> bool:
    """Say whether these are answers that cite passages, by numbers that their prompts show."""
    citing = (cited(one.target) & _shown(one) for one in examples)
    return sum(map(bool, citing)) > MOST * len(examples)


def cited(text: str) -> frozenset[int]:
    """Find the numbers in square brackets."""
    return frozenset(int(number) for number in _NUMBER.findall(text))


def cites(example: Example, written: str) -> float | None:
    """Weigh the numbers that both cite against those that either does; None: nothing is to cite."""
    right = cited(example.target)
    said = cited(written)
    return len(right & said) / len(right | said) if right else None


def abstains(example: Example, written: str) -> float | None:
    """Look for what the target says instead of an answer; None: it answers."""
    if cited(example.target):
        return None
    return float(_plain(_said(example.target)) in _plain(written))


def _shown(example: Example) -> frozenset[int]:
    return cited("\n".join(message.content for message in example.prompt))


def _said(target: str) -> str:
    """Take the longest text out of JSON, or the target as it is."""
    try:
        value = read_json(target)
    except ValueError:
        return target
    return max(_texts(value), key=len, default=target)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  # whatever JSON holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(_ENDING)
