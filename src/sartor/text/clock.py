"""Text -> the times of day it states: "8 pm", "20:00", "20 Uhr", "9:15 a.m.", "noon".

Out come minutes since midnight with their places. A time without am or pm may mean either half of
the day where its hour allows both. Knows no dates and no time zones.
"""

# ruff: noqa: RUF001 - apostrophes as people type them

from __future__ import annotations

import re
from typing import NamedTuple

HALF_A_DAY = 720  # minutes
_HALF = r"(?P<half>[ap])(?:m\b|\.\s?m\b\.?)"
_TIME = re.compile(
    rf"(?<![\w.,:$€£-])(?P<hour>[01]?\d|2[0-4])"
    rf"(?:(?::|\.(?=\d\d\s?(?:[ap]\.?\s?m\b|Uhr\b)))(?P<minute>[0-5]\d)(?![\d:])(?:\s?(?:{_HALF}|Uhr\b))?"
    rf"|\s?(?:(?P<bare_half>[ap])(?:m\b|\.\s?m\b\.?)|Uhr\b|o['’]clock\b))"
    r"|\b(?P<named>noon|midnight|Mittag|Mitternacht)\b",
    re.IGNORECASE,
)
_NAMED = {"noon": 720, "mittag": 720, "midnight": 0, "mitternacht": 0}


class Time(NamedTuple):
    """A time of day: its possible minutes since midnight, and where it stands."""

    minutes: tuple[float, ...]
    start: int
    end: int


def times(text: str) -> list[Time]:
    """Find every time of day of a text, in order."""
    return [Time(_minutes(match), *match.span()) for match in _TIME.finditer(text)]


def either_half(hour: float) -> tuple[float, ...]:
    """Give the minutes that an hour without am or pm may mean."""
    minutes = hour % 24 * 60
    return (minutes, minutes + HALF_A_DAY) if 0 < hour < 12 else (minutes,)


def _minutes(match: re.Match[str]) -> tuple[float, ...]:
    if match["named"]:
        return (float(_NAMED[match["named"].lower()]),)
    hour, minute = int(match["hour"]), float(match["minute"] or 0)
    half = (match["half"] or match["bare_half"] or "").lower()
    if half:
        return (hour % 12 * 60 + minute + (HALF_A_DAY if half == "p" else 0),)
    if match["hour"].startswith("0"):
        return (hour * 60 + minute,)
    return tuple(start + minute for start in either_half(hour))
