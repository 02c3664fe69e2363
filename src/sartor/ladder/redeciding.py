"""A verdict -> what the rule would say with one thing changed, and all else as it was measured.

Works on the standings and the costs that stand in the verdict; knows no rung by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isclose, sqrt

from sartor.ladder.bars import Requirement
from sartor.ladder.standings import Standing, stand
from sartor.ladder.verdict import Verdict
from sartor.ladder.weighing import Price

FARTHEST = 10_000  # times the volume, and as small a part of it: nobody plans further
HALVINGS = 8
BEYOND = 1e-6  # as a share: just more than a figure that was measured


def requirements(verdict: Verdict) -> tuple[Requirement, ...]:
    """List what the bar asks for."""
    found: Sequence[Standing] = next(iter(verdict.standings.values()), ())
    return tuple(one.requirement for one in found)


def enough(verdict: Verdict) -> list[str]:
    """Name the rungs that meet the bar, the cheapest first."""
    meeting = [name for name, found in verdict.standings.items() if _meets(verdict, found)]
    return cheapest_first(verdict, meeting)


def is_enough(verdict: Verdict, standing: Standing) -> bool:
    """Tell whether a requirement counts as met: likely does, unless proof was asked for."""
    if standing.status == "likely":
        return not _wants_proof(verdict)
    return standing.status == "proved"


def cheapest_first(verdict: Verdict, names: Sequence[str]) -> list[str]:
    """Order as the rule does: by price where that of all is known, else as declared."""
    months = {name: month(verdict, name) for name in names}
    ordered = [name for name in verdict.considered if name in months]
    if None in months.values():
        return ordered
    return sorted(ordered, key=lambda name: months[name] or 0.0)


def month(verdict: Verdict, name: str) -> float | None:
    """Look up what a month of a rung costs."""
    per_month = verdict.costs[name].per_month
    return per_month.mean if per_month else None


def turn(
    verdict: Verdict, requirement: Requirement, *, harder: bool
) -> tuple[float, str | None] | None:
    """Find the nearest figure, on one side of what is asked, at which another rung is chosen."""
    upwards = requirement.at_least == harder
    edges = {
        _edge(verdict, one)
        for found in verdict.standings.values()
        for one in found
        if one.requirement == requirement and one.measured
    }
    for edge in sorted(edges, reverse=not upwards):
        if edge != requirement.value and (edge > requirement.value) != upwards:
            continue
        beyond = BEYOND * max(1.0, abs(edge)) * (1 if upwards else -1)
        chosen = _choice(verdict, requirement, edge + beyond if harder else edge)
        if chosen != verdict.rung:
            return edge, chosen
    return None


def _choice(verdict: Verdict, changed: Requirement, value: float) -> str | None:
    """Decide anew with another value for one requirement."""
    wanted = replace(changed, value=value)
    meeting = [
        name
        for name, found in verdict.standings.items()
        if _meets(
            verdict,
            [stand(wanted, one.measured) if one.requirement == changed else one for one in found],
        )
    ]
    return next(iter(cheapest_first(verdict, meeting)), None)


def _meets(verdict: Verdict, standings: Sequence[Standing]) -> bool:
    return all(is_enough(verdict, one) for one in standings)


def _edge(verdict: Verdict, standing: Standing) -> float:
    """Give the most that a rung is still enough for: its estimate, or what is proved of it."""
    measured = standing.measured
    if measured is None:
        return standing.requirement.value
    if not _wants_proof(verdict):
        return measured.mean
    return measured.low if standing.requirement.at_least else measured.high


def _wants_proof(verdict: Verdict) -> bool:
    """Tell whether proof was asked for: something likely was then passed over."""
    names = verdict.considered
    before = names[: names.index(verdict.rung)] if verdict.rung else names
    found = [verdict.standings.get(name, ()) for name in before]
    return any(
        standings and all(one.status in ("proved", "likely") for one in standings)
        for standings in found
    )


# --- at other volumes -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Months:
    """What a month of each rung costs at any volume, by what the climb was priced with."""

    verdict: Verdict
    price: Price
    _known: dict[tuple[str, int], float] = field(default_factory=dict, init=False, repr=False)

    @property
    def agree(self) -> bool:
        """Tell whether the prices are those that the verdict rests on."""
        volume = self.verdict.volume
        names = [name for name in self.verdict.considered if month(self.verdict, name) is not None]
        return all(
            isclose(self.of(name, volume), month(self.verdict, name) or 0.0, rel_tol=1e-6)
            for name in names
        )

    def of(self, name: str, volume: int) -> float:
        """Project a month of a rung; infinite where that is not known."""
        if (name, volume) not in self._known:
            card = replace(self.verdict.cards[name], system=name)
            found = self.price(card, volume=volume, clusters=self.verdict.clusters).per_month
            self._known[name, volume] = found.mean if found else inf
        return self._known[name, volume]

    def above(self, name: str, dollars: float) -> int | None:
        """Find the volume at which a rung costs more than that; None: it does now, or never."""
        return self._first(lambda volume: self.of(name, volume) > dollars)

    def cheaper(self, name: str, other: str) -> int | None:
        """Find the volume at which a rung is cheaper than another; None: it is now, or never."""
        return self._first(lambda volume: self.of(name, volume) < self.of(other, volume))

    def _first(self, holds: Callable[[int], bool]) -> int | None:
        """Find the nearest volume at which something holds, to two figures; larger ones first."""
        volume = self.verdict.volume
        if volume < 1 or holds(volume):
            return None
        for step in (sqrt(10), 1 / sqrt(10)):
            before = volume
            for after in _steps(volume, step):
                if holds(after):
                    return _between(holds, before, after)
                before = after
        return None


def _steps(volume: int, step: float) -> Iterator[int]:
    at = volume * step
    while max(1.0, volume / FARTHEST) <= at <= volume * FARTHEST:
        yield round(at)
        at *= step


def _between(holds: Callable[[int], bool], before: int, after: int) -> int:
    """Narrow down where it begins to hold, by halving the factor between both."""
    for _ in range(HALVINGS):
        middle = round(sqrt(before * after))
        before, after = (before, middle) if holds(middle) else (middle, after)
    return int(float(f"{after:.2g}"))
