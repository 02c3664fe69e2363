"""Measures as a person reads them: their unit, their room, their figures as text.

Shared by the page and the terminal, and so quick to import. Draws nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING

from sartor.types import Measurement

if TYPE_CHECKING:
    from sartor.evaluation.measures.names import Measure

UNKNOWN = "unknown"
ROOMS = {  # in the order of reading
    "answers": "Answers",
    "judge": "Judge",
    "retrieval": "Retrieval",
    "citations": "Citations",
    "faithfulness": "Faithfulness",
    "format": "Format",
    "rules": "Output rules",
    "style": "Style",
    "latency": "Latency",
    "tokens": "Tokens",
    "cost": "Cost",
}
# What a first look needs, in the order of reading; the others wait behind a fold.
_FIRST = (
    r"answers\.correct", r"answers\.silent", r"answers\.abstained", r"judge\.correct",
    r"retrieval\.recall@\d+", r"retrieval\.ndcg@\d+", r"retrieval\.mrr",
    r"citations\.recall", r"citations\.precision", r"faithfulness\.supported",
    r"faithfulness\.numbers", r"format\.valid", r"rules\..+", r"style\.match",
    r"latency\.p50", r"latency\.p95", r"latency\.first_token\.p50", r"latency\.first_token\.p95",
    r"tokens\.input", r"tokens\.output", r"cost\..+",
)  # fmt: skip
# Between 0 and 1, and yet no count of anything: written as 0.683.
_INDEX = re.compile(r"answers\.(f1|rouge_l|chrf|relevance)|retrieval\.(ndcg|mrr|map|iou).*")

_DEPTH = re.compile(r"@(\d+)")


@dataclass(frozen=True, slots=True)
class Room:
    """The measures of one room: those of a first look, and the others."""

    name: str
    title: str
    first: tuple[Measurement, ...]
    others: tuple[Measurement, ...]


def rooms(measured: Mapping[str, Measurement]) -> list[Room]:
    """Sort measurements into rooms; a room without any of the first look shows all it has."""
    found: dict[str, list[Measurement]] = {name: [] for name in ROOMS}
    for one in measured.values():
        found.setdefault(one.metric.partition(".")[0], []).append(one)
    return [_room(name, inside) for name, inside in found.items() if inside]


def _room(name: str, inside: list[Measurement]) -> Room:
    inside.sort(key=lambda one: _place(one.metric))
    first = tuple(one for one in inside if first_look(one.metric)) or tuple(inside)
    others = tuple(one for one in inside if one not in first)
    return Room(name, ROOMS.get(name, name.capitalize()), first, others)


def first_look(metric: str) -> bool:
    """Say whether a measure belongs to a first look."""
    return _place(metric) < len(_FIRST)


@cache
def _place(metric: str) -> int:
    """Say where in a first look a measure stands; behind the last when it waits."""
    matches = (at for at, pattern in enumerate(_FIRST) if re.fullmatch(pattern, metric))
    return next(matches, len(_FIRST))


@cache
def measure(metric: str) -> Measure:
    """Describe a measure, also one that nobody registered."""
    from sartor.evaluation.measures.names import Measure, about  # its room brings numpy along

    try:
        found = about(metric)
    except KeyError:
        return Measure(metric, "a measure of your own", higher_is_better=None)
    depth = _DEPTH.search(metric)
    return replace(found, meaning=re.sub(r"\bK\b", depth[1], found.meaning)) if depth else found


def called(metric: str) -> str:
    """Name a measure as headings do: "right"; by its own name where it has no other."""
    return measure(metric).called or metric


def named(metrics: Iterable[str]) -> str:
    """Write which measures stand behind headings: "right: answers.correct; cited: ..."."""
    return "; ".join(f"{called(one)}: {one}" for one in metrics if called(one) != one)


def short(metric: str) -> str:
    """Name a measure within its room: "recall@10", "input", "search p95"."""
    return metric.partition(".")[2].replace("_", " ").replace(".", " ") or metric


def figure(metric: str, value: float) -> str:
    """Write one value with its unit."""
    return _with_unit(*_written(metric, value, value))


def terse(metric: str, value: float) -> str:
    """Write the value of one question: shares as 1, 0 or 0.667, counts without their unit."""
    match measure(metric).unit:
        case "share":
            return f"{value:.3g}"
        case "tokens" | "words":
            return f"{value:,.0f}"
    return figure(metric, value)


def value(measured: Measurement) -> str:
    """Write a mean with its unit, as precisely as its interval."""
    return _with_unit(*_written(measured.metric, measured.mean, _widest(measured)))


def interval(measured: Measurement, *, unit: bool = True) -> str:
    """Write the interval with its unit, once: "62.0 to 79.0 %"."""
    low, said = _written(measured.metric, measured.low, _widest(measured))
    high, _ = _written(measured.metric, measured.high, _widest(measured))
    if not unit:
        return f"{low} to {high}"
    return f"${low} to ${high}" if said == "$" else f"{low} to {high} {said}".rstrip()


def _with_unit(number: str, unit: str) -> str:
    return f"${number}" if unit == "$" else f"{number} {unit}".rstrip()


def _widest(measured: Measurement) -> float:
    return max(abs(measured.mean), abs(measured.low), abs(measured.high))


def _written(metric: str, value: float, scale: float) -> tuple[str, str]:
    """Write a number and its unit; `scale` decides on the precision and between ms and s."""
    if not (isfinite(value) and isfinite(scale)):
        return UNKNOWN, ""
    match measure(metric).unit:
        case "seconds":
            return _seconds(value, scale)
        case "dollars":
            return (f"{value:,.0f}" if scale >= 100 else f"{value:.{_places(scale)}f}"), "$"
        case "tokens" | "words" as unit:
            return f"{value:,.0f}", unit
    if _INDEX.fullmatch(metric) or abs(scale) > 1:
        return f"{value:,.3f}", ""
    return f"{100 * value:.1f}", "%"


def _seconds(value: float, scale: float) -> tuple[str, str]:
    if scale < 1:
        return f"{1000 * value:.{0 if scale >= 0.01 else 1}f}", "ms"
    return f"{value:,.{0 if scale >= 100 else 1 if scale >= 10 else 2}f}", "s"


def _places(value: float) -> int:
    """Say how many places a price needs to show two figures that count."""
    places = 2
    while places < 8 and 0 < abs(value) < 10 ** (1 - places):
        places += 1
    return places


def points(gain: Measurement) -> str:
    """Write a difference of shares in points with its interval: "9 points [5, 14]"."""
    if not all(map(isfinite, (gain.mean, gain.low, gain.high))):
        return UNKNOWN
    mean, low, high = (round(100 * one) for one in (gain.mean, gain.low, gain.high))
    return f"{mean} point{'' if abs(mean) == 1 else 's'} [{low}, {high}]"


def change(apart: Measurement) -> str:
    """Write a difference with its sign and interval: "+7.0 points [2.0, 12.0]"."""
    given = (apart.mean, apart.low, apart.high)
    (mean, unit), (low, _), (high, _) = (
        _written(apart.metric, one, _widest(apart)) for one in given
    )
    sign = "+" if apart.mean > 0 else ""
    named = f" {'points' if unit == '%' else unit}".rstrip()
    return f"{sign}{mean}{named} [{low}, {high}]".replace("-", "\N{MINUS SIGN}")


def percent(part: float, whole: float) -> str:
    """Write a share without places; "0 %" of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"
