"""Marks like [2] in what a model writes -> the numbers of the passages it says it used.

Marks are claims of the model, no more: they tell the checker where to look first. In goes a
sentence, out come the sentence without them and the numbers. Knows no passages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERS = r"\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*"  # noqa: RUF001  # models write the dash of ranges too
_MARK = rf"[\[【](?:passages?\s+)?\s*{_NUMBERS}\s*[\]】](?!\()"
_MARKS = re.compile(rf"\s*{_MARK}", re.IGNORECASE)
_AFTER_STOP = re.compile(rf"([.!?。！？]+)((?:\s?{_MARK})+)", re.IGNORECASE)  # noqa: RUF001
_UNFINISHED = re.compile(r"[\[【][^\]】]{0,40}\Z")
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")  # noqa: RUF001
_BEFORE_STOP = re.compile(r"[ \t]+([.,;:!?])")
_LONGEST_RANGE = 50


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its marks, and the numbers they held, in order."""

    text: str
    numbers: tuple[int, ...]


def unmarked(sentence: str) -> Marked:
    """Take the marks out of a sentence."""
    found = [number for mark in _MARKS.findall(sentence) for number in _numbers(mark)]
    if not found:
        return Marked(sentence, ())
    bare = _BEFORE_STOP.sub(r"\1", _MARKS.sub("", sentence)).strip()
    return Marked(bare, tuple(dict.fromkeys(found)))


def before_stops(text: str) -> str:
    """Put marks that follow a full stop in front of it, so that they stay with their sentence."""
    return _AFTER_STOP.sub(r"\2\1", text)


def may_go_on(text: str) -> bool:
    """Tell whether a text ends within what may become a mark."""
    return _UNFINISHED.search(text) is not None


def _numbers(mark: str) -> list[int]:
    numbers: list[int] = []
    for low, high in ((int(a), int(b)) for a, b in _RANGE.findall(mark)):
        numbers += range(low, min(high, low + _LONGEST_RANGE) + 1)
    return numbers + [int(number) for number in re.findall(r"\d+", _RANGE.sub(" ", mark))]
