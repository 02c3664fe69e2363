"""Two rungs and what each costs at any volume -> the volume at which the other becomes cheaper.

A rung's month is a line (what is due whatever happens, and each answer), and on machines of one's
own a staircase on top of it. Between two lines that is one division; stairs are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from sartor.evaluation.statistics.intervals import difference
from sartor.ladder.costing.answers import QUERY, Answers
from sartor.ladder.costing.assumptions import CostAssumptions
from sartor.ladder.costing.dues import Due
from sartor.ladder.costing.machines import Machine
from sartor.types import Measurement

DECADES = 9  # of questions a month: nobody asks more than ten to that power
STEPS = 40  # volumes looked at in each
MACHINES = 200  # of which it is looked at what happens when one more is needed
GRID = tuple(sorted({round(10 ** (step / STEPS)) for step in range(DECADES * STEPS + 1)}))


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Which of two rungs is the cheaper one, and up to how many questions a month.

    `volume` is the first at which `then` is cheaper than `first`; None: `first` stays so at any
    volume, or both cost the same (`first` is then "", and `then` names both). `low` and `high`
    bound it, given what was observed; `high` None: it may never come. `returns` says that further
    up the order changes again, because machines come whole.
    """

    first: str
    then: str
    volume: int | None = None
    low: int | None = None
    high: int | None = None
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a rung costs at any volume: dollars a month, and for each question.

    `seconds` are those of a machine of one's own; None: it needs none.
    """

    fixed: float
    each: float
    seconds: float | None
    machine: Machine
    repeated: float

    def dollars(self, volume: float) -> float:
        """Say what a month of that many questions costs."""
        asked = volume * (1 - self.repeated)
        machines = 0.0 if self.seconds is None else self.machine.dollars(asked, self.seconds)
        return self.fixed + self.each * volume + machines

    def steps(self) -> Iterator[int]:
        """Give the volumes on either side of which another machine is needed."""
        asked = 1 - self.repeated
        if self.seconds and asked:
            last = self.machine.capacity(self.seconds) / asked
            for count in range(1, MACHINES + 1):
                yield from (int(count * last), int(count * last) + 1)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the rungs that are compared. Rungs whose cost is unknown are none."""

    name: str
    answers: Answers
    dues: Sequence[Due]


def breaking_even(
    sides: Sequence[Side],
    assumptions: CostAssumptions,
    *,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> tuple[BreakEven, ...]:
    """Compare every two rungs."""
    return tuple(
        break_even(first, second, assumptions, clusters=clusters, seed=seed)
        for first, second in combinations(sides, 2)
    )


def break_even(
    first: Side,
    second: Side,
    assumptions: CostAssumptions,
    *,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> BreakEven:
    """Find the volume at which the cheaper of two rungs changes, with its range."""
    ours, theirs = _line(first, assumptions), _line(second, assumptions)
    found = crossings(ours, theirs)
    if found.leader == 0:
        return BreakEven("", f"{first.name}, {second.name}")
    names = (first.name, second.name) if found.leader < 0 else (second.name, first.name)
    if not found.volumes:
        return BreakEven(*names)
    ends = _ends(first, second, (ours, theirs), clusters, seed)
    others = [crossings(*pair) for pair in ends]
    told = [one.volumes[0] for one in others if one.leader == found.leader and one.volumes]
    return BreakEven(
        *names,
        volume=found.volumes[0],
        low=min([found.volumes[0], *told]),
        high=max([found.volumes[0], *told]) if len(told) == len(others) else None,
        returns=len(found.volumes) > 1,
    )


@dataclass(frozen=True, slots=True)
class Crossings:
    """Who is cheaper at few questions (-1: the first, 1: the second, 0: nobody), and until when."""

    leader: int
    volumes: tuple[int, ...]


def crossings(first: Line, second: Line) -> Crossings:
    """Find the volumes at which the cheaper of two lines changes."""

    def sign(volume: int) -> int:
        gap = first.dollars(volume) - second.dollars(volume)
        scale = abs(first.dollars(volume)) + abs(second.dollars(volume))
        return 0 if abs(gap) <= 1e-12 * scale else (-1 if gap < 0 else 1)

    leader, now, before = 0, 0, 1
    found: list[int] = []
    for volume in sorted({*GRID, *first.steps(), *second.steps()} - {0}):
        ahead = sign(volume)
        if ahead and now and ahead != now:
            found.append(_between(sign, before, volume, now))
        leader, now, before = leader or ahead, ahead or now, volume
    return Crossings(leader, tuple(found))


def _between(sign: Callable[[int], int], low: int, high: int, before: int) -> int:
    """Find the first volume at which the sign is no more what it was, by halving."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sign(middle) in (before, 0) else (low, middle)
    return high


def _line(side: Side, assumptions: CostAssumptions) -> Line:
    price, time = side.answers.price, side.answers.time
    return Line(
        fixed=sum(one.monthly or 0.0 for one in side.dues),
        each=(price.mean if price else 0.0) * (1 - assumptions.repeated)
        + sum(one.per_question for one in side.dues),
        seconds=time.mean if time else None,
        machine=assumptions.machine,
        repeated=assumptions.repeated,
    )


def _ends(
    first: Side,
    second: Side,
    lines: tuple[Line, Line],
    clusters: Mapping[str, str] | None,
    seed: int,
) -> Iterator[tuple[Line, Line]]:
    """Give both lines as far apart as what was observed allows, to either side."""
    apart = _apart(first.answers, second.answers, clusters, seed)
    ours, theirs = lines
    asked = 1 - ours.repeated
    for end in ("low", "high"):
        other = "high" if end == "low" else "low"
        yield (
            replace(
                ours,
                each=ours.each + asked * (getattr(apart, end) - apart.mean),
                seconds=getattr(first.answers.time, end, None),
            ),
            replace(theirs, seconds=getattr(second.answers.time, other, None)),
        )


def _apart(
    first: Answers, second: Answers, clusters: Mapping[str, str] | None, seed: int
) -> Measurement:
    """Measure how much dearer the answers of the first are, on the questions that both answered."""
    ours, theirs = first.dollars or {}, second.dollars or {}
    shared = sorted(ours.keys() & theirs.keys())
    if not shared:
        mine, other = first.price, second.price
        if mine is None or other is None:
            raise ValueError("a rung whose cost is unknown is compared with none")
        low, high = mine.low - other.high, mine.high - other.low
        return Measurement(QUERY, mine.mean - other.mean, low, high, 0)
    return difference(
        QUERY,
        np.array([ours[id] for id in shared]),
        np.array([theirs[id] for id in shared]),
        clusters=[clusters.get(id, id) for id in shared] if clusters else None,
        seed=seed,
    )
