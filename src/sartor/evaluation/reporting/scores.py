"""Measurements -> the lines of the page: a name, what it means, its figures and their picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from sartor.evaluation.reporting.drawing import bar, difference, two_whiskers, whisker
from sartor.evaluation.reporting.figures import (
    Room,
    change,
    figure,
    interval,
    measure,
    percent,
    rooms,
    short,
    value,
)
from sartor.evaluation.reporting.wording import CORRECT, STAGES, added, lost_at, more
from sartor.types import Comparison, Gain, Measurement, Scorecard, Stage

MATCHERS = {
    "label": "a person said so",
    "exact": "the answer is the expected text",
    "contains": "the expected text stands in the answer",
    "number": "the same number or date, units considered",
    "regex": "the pattern of the question",
    "schema": "the JSON schema of the question",
    "facts": "numbers, names and key terms are in the answer, and nothing contradicts it",
    "yes or no": "the same of the two",
    "abstention": "it said nothing: right only where there is no answer",
    "no answer": "it failed: wrong",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One measure on the page."""

    name: str
    about: str
    value: str
    interval: str
    n: int
    picture: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one room; `scale` are the ends of its pictures."""

    title: str
    scale: tuple[str, str]
    first: tuple[Line, ...]
    others: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What one stage lost, and what fixing it would add."""

    stage: Stage
    happened: str
    lost: int
    picture: Markup
    gain: str
    gain_picture: Markup
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """How many answers one kind of match decided."""

    name: str
    about: str
    count: int
    share: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Versus:
    """One measure of two systems."""

    name: str
    about: str
    first: str
    second: str
    picture: Markup
    change: str
    outcome: str
    more: str
    test: str


def groups(measured: Mapping[str, Measurement]) -> list[Group]:
    """Write the measurements room by room."""
    return [_group(room) for room in rooms(measured)]


def _group(room: Room) -> Group:
    """Give all pictures of a room one scale; what has another unit than most gets none."""
    metric = room.first[0].metric
    alike = [one for one in (*room.first, *room.others) if _unit(one) == _unit(room.first[0])]
    top = _top(alike)

    def line(one: Measurement) -> Line:
        return _line(
            one, short(one.metric), measure(one.metric).meaning, top if one in alike else 0
        )

    return Group(
        room.title,
        ("0 %", "100 %") if top == 1.0 else ("0", figure(metric, top)),
        tuple(map(line, room.first)),
        tuple(map(line, room.others)),
    )


def _unit(one: Measurement) -> str:
    return measure(one.metric).unit


def _top(alike: Iterable[Measurement]) -> float:
    """Say where the pictures of one unit end: at 1 for shares, else at the highest end."""
    ends = [(1.0 if _unit(one) == "share" else 0.0, one.mean, one.high) for one in alike]
    return max((end for three in ends for end in three if isfinite(end)), default=0.0)


def _line(one: Measurement, name: str, about: str, top: float) -> Line:
    mean, reach = value(one), interval(one)
    told = f"{mean}, 95 % interval {reach}"
    picture = whisker(told, one.mean, one.low, one.high, top) if top > 0 else Markup()
    return Line(name, about, mean, reach, one.n, picture)


def by_tag(card: Scorecard) -> list[Line]:
    """Write `answers.correct` by tag, the weakest first."""
    ordered = sorted(card.tagged.items(), key=lambda pair: pair[1].mean)
    return [_line(one, tag, "", 1.0) for tag, one in ordered]


def by_matcher(card: Scorecard) -> list[Decided]:
    """Write what decided whether answers are right, the most frequent first."""
    total = sum(card.decided_by.values())
    return [
        Decided(
            name or "nothing",
            MATCHERS.get(name, ""),
            count,
            percent(count, total),
            bar(f"{count}", count / total),
        )
        for name, count in Counter(card.decided_by).most_common()
        if count
    ]


def losses(card: Scorecard) -> list[Loss]:
    """Write where answers were lost, most first."""
    most = max((lost for _, lost, _ in lost_at(card)), default=1)
    reach = max((gain.gain.high for gain in card.gains), default=0.0)
    return [
        Loss(
            stage=stage,
            happened=STAGES[stage].happened,
            lost=lost,
            picture=bar(f"{lost} questions", lost / most),
            gain=added(gain) if gain else "not known",
            gain_picture=_gained(gain, reach),
            reason=gain.reason if gain else "",
        )
        for stage, lost, gain in lost_at(card)
    ]


def _gained(gain: Gain | None, reach: float) -> Markup:
    if gain is None or gain.gain.high <= 0:
        return Markup()
    return whisker(added(gain), gain.gain.mean, gain.gain.low, gain.gain.high, reach)


def versus(
    first: Mapping[str, Measurement],
    second: Mapping[str, Measurement],
    comparisons: Sequence[Comparison],
) -> Iterator[Versus]:
    """Write the measures of two systems side by side, `answers.correct` on top."""
    for one in sorted(comparisons, key=lambda found: found.metric != CORRECT):
        a, b = first.get(one.metric), second.get(one.metric)
        apart = change(one.difference)
        yield Versus(
            name=one.metric,
            about=measure(one.metric).meaning,
            first=value(a) if a else "not measured",
            second=value(b) if b else "not measured",
            picture=_both(a, b) if a and b else _apart(one, apart),
            change=apart,
            outcome=one.outcome,
            more=more(one),
            test=f"{one.test}, p = {one.p:.3f}, {one.differing} differ",
        )


def _both(first: Measurement, second: Measurement) -> Markup:
    top = _top([first, second])
    told = f"{value(first)} against {value(second)}"
    a, b = ((one.mean, one.low, one.high) for one in (first, second))
    return two_whiskers(told, a, b, top)


def _apart(one: Comparison, told: str) -> Markup:
    apart = one.difference
    reach = max(abs(apart.low), abs(apart.high)) or 1.0
    return difference(told, apart.mean, apart.low, apart.high, reach)
