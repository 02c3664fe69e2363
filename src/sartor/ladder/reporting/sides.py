"""Rungs side by side: for each one a figure, its interval and their picture in every column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from sartor.evaluation.reporting.drawing import whisker
from sartor.evaluation.reporting.figures import called, interval, measure, value
from sartor.ladder.bars import MONTH, Requirement
from sartor.ladder.costing.answers import QUERY
from sartor.ladder.redeciding import requirements
from sartor.ladder.standings import worst
from sartor.ladder.verdict import Verdict
from sartor.types import Measurement

SHOWN = (  # in the order of reading; what no rung has is left out
    "answers.correct",
    "format.valid",
    "style.match",
    "citations.recall",
    "answers.abstained",
    "latency.p95",
    MONTH,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of all rungs; `top` is where its pictures end, `asked` what the bar wants."""

    metric: str
    heading: str
    about: str
    top: float
    asked: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one rung; `status` is how it stands to the bar, if that is about it."""

    heading: str
    value: str
    interval: str
    status: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Side:
    """One rung: its place in the order of considering, and whether it is chosen or nearest."""

    number: int
    name: str
    mark: str
    status: str
    cells: tuple[Cell, ...]


def columns(verdict: Verdict) -> list[Column]:
    """Choose what is shown: what a first look needs, and all that the bar asks for."""
    asked = {one.metric: one for one in requirements(verdict)}
    names = [*SHOWN, *(name for name in asked if name not in SHOWN and name != QUERY)]
    months = [name for name in names if name == MONTH]  # money stands last
    ordered = [name for name in names if name != MONTH] + months
    return list(_columns(verdict, ordered, asked))


def _columns(
    verdict: Verdict, names: list[str], asked: Mapping[str, Requirement]
) -> Iterator[Column]:
    for name in names:
        found = [one for rung in verdict.considered if (one := measured(verdict, rung, name))]
        if not found and name != MONTH:
            continue
        by_bar = asked.get(name)
        same_volume = by_bar is not None and by_bar.volume in (None, verdict.volume)
        wanted = by_bar.value if by_bar and same_volume else None
        top = 1.0 if measure(name).unit == "share" else _top(found, wanted)
        yield Column(name, called(name), measure(name).meaning, top, wanted)


def _top(found: list[Measurement], wanted: float | None) -> float:
    ends = [one.high for one in found if isfinite(one.high)]
    return 1.05 * max([*ends, wanted or 0.0], default=0.0)


def sides(verdict: Verdict, shown: list[Column]) -> list[Side]:
    """Write every rung that was measured, in the order in which they are considered."""
    return [
        Side(
            number,
            name,
            "chosen" if name == verdict.rung else "nearest" if name == verdict.nearest else "",
            worst(found).status if (found := verdict.standings.get(name)) else "",
            tuple(_cell(verdict, name, column) for column in shown),
        )
        for number, name in enumerate(verdict.considered, start=1)
    ]


def _cell(verdict: Verdict, name: str, column: Column) -> Cell:
    found = measured(verdict, name, column.metric)
    status = next(
        (
            one.status
            for one in verdict.standings.get(name, ())
            if one.requirement.metric == column.metric
        ),
        "",
    )
    if found is None:
        unknown = "unknown" if column.metric == MONTH else "\N{EN DASH}"
        return Cell(column.heading, unknown, "", status, Markup())
    told = f"{name}, {column.heading}: {value(found)}, 95 % interval {interval(found)}"
    picture = Markup()
    if column.top > 0:
        reach = (found.mean, found.low, found.high)
        picture = whisker(told, *reach, column.top, asked=column.asked)
    return Cell(column.heading, value(found), interval(found, unit=False), status, picture)


def measured(verdict: Verdict, name: str, metric: str) -> Measurement | None:
    """Look up a figure of a rung; a month is that of the stated volume."""
    if metric == MONTH:
        return verdict.costs[name].per_month
    return verdict.cards[name].measurements.get(metric)
