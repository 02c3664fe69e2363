"""Figures of several systems and a bar -> the cheapest system that is enough, and why.

Sees names, prices and measurements, and nothing of what is behind them: exchanging the figures of
two systems exchanges the verdict. Deterministic; among equals the one handed in first is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

from sartor.evaluation.statistics import compare, holm
from sartor.ladder import reasons
from sartor.ladder.bars import MONTH, Bar, Requirement
from sartor.ladder.costs import per_month
from sartor.ladder.standings import STATUSES, Standing, Status, stand, worst
from sartor.types import Comparison, Measurement

__all__ = ["Candidate", "Decision", "Standing", "Status", "decide"]

UNBEATEN = "unbeaten"  # the status where no bar is given
CORRECT = "answers.correct"
QUERY = "cost.query"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be known of a system to decide about it.

    `order` is its declared place, the simplest first. `scores` holds each measure's values by
    question, `clusters` the document that a question shares with others. `per_month` (dollars)
    and `seconds` are None where unknown. `months` holds what a month costs at other volumes, where
    that is not so many times the price of an answer.
    """

    name: str
    order: int
    measurements: Mapping[str, Measurement]
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    per_month: float | None = None
    seconds: float | None = None
    clusters: Mapping[str, str] | None = None
    months: Mapping[int, Measurement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen, and on what grounds.

    `status` is the worst standing of the chosen one, or of the nearest where none is chosen.
    `considered` names all candidates, the cheapest first; `nearest` the one that came nearest where
    none is chosen.
    """

    chosen: str | None
    status: str
    standings: Mapping[str, tuple[Standing, ...]]
    reason: str
    considered: tuple[str, ...]
    nearest: str | None = None


def decide(
    candidates: Sequence[Candidate], bar: Bar | None, *, strict: bool = False, seed: int = 0
) -> Decision:
    """Choose the cheapest that is proved or likely to meet the bar; with `strict`, proved alone.

    Cheapest by cost a month where that is known of all that meet the bar, otherwise by declared
    order, then by seconds. Without a bar: the cheapest that no other beats at being right.
    """
    ordered = _cheapest_first(candidates)
    if not ordered:
        return Decision(None, "unmeasured", {}, reasons.NOTHING_MEASURED, ())
    return _by_bar(ordered, bar, strict) if bar else _by_comparing(ordered, seed)


def _by_bar(ordered: Sequence[Candidate], bar: Bar, strict: bool) -> Decision:
    """Take the cheapest of those whose worst requirement is met."""
    standings = {
        one.name: tuple(stand(asked, _measured(one, asked)) for asked in bar.requirements)
        for one in ordered
    }
    deciding = {name: worst(found) for name, found in standings.items()}
    considered = tuple(deciding)
    enough: tuple[Status, ...] = ("proved",) if strict else ("proved", "likely")
    meeting = _cheapest_first([one for one in ordered if deciding[one.name].status in enough])
    if not meeting:
        name = min(considered, key=lambda one: _distance(standings[one]))
        reason = reasons.none_meets(name, standings[name], strict=strict)
        return Decision(None, deciding[name].status, standings, reason, considered, nearest=name)
    name = meeting[0].name
    before = considered[: considered.index(name)]
    reason = reasons.meeting(
        name,
        standings[name],
        grounds=_grounds(meeting),
        passed_over={one: deciding[one] for one in before if deciding[one].status not in enough},
    )
    return Decision(name, deciding[name].status, standings, reason, considered)


def _by_comparing(ordered: Sequence[Candidate], seed: int) -> Decision:
    """Take the cheapest that no other beats, Holm's correction over all pairs."""
    considered = tuple(one.name for one in ordered)
    compared = [one for one in ordered if one.scores.get(CORRECT)]
    if not compared:
        return Decision(None, "unmeasured", {}, reasons.NOTHING_RIGHT_OR_WRONG, considered)
    beaten = _beaten(compared, seed)
    free = [one for one in compared if one.name not in beaten]
    unbeaten = _cheapest_first(
        free or compared
    )  # none is free where they beat each other in a ring
    chosen = unbeaten[0]
    reason = reasons.unbeaten(
        chosen.name,
        chosen.measurements.get(CORRECT),
        grounds=_grounds(unbeaten),
        beaten=beaten,
        questions=len(chosen.scores[CORRECT]) if len(unbeaten) > 1 else 0,
    )
    return Decision(chosen.name, UNBEATEN, {}, reason, considered)


def _beaten(compared: Sequence[Candidate], seed: int) -> dict[str, tuple[str, Comparison]]:
    """Name for each that is beaten the one that does so, and the comparison."""
    pairs = [
        (one, other)
        for one, other in combinations(compared, 2)
        if one.scores[CORRECT].keys() & other.scores[CORRECT].keys()
    ]
    found = holm(
        [
            compare(
                CORRECT,
                one.scores[CORRECT],
                other.scores[CORRECT],
                clusters=one.clusters,
                seed=seed,
            )
            for one, other in pairs
        ]
    )
    beaten: dict[str, tuple[str, Comparison]] = {}
    for (one, other), comparison in zip(pairs, found, strict=True):
        if comparison.outcome == "better":
            beaten.setdefault(other.name, (one.name, comparison))
        elif comparison.outcome == "worse":
            beaten.setdefault(one.name, (other.name, comparison))
    return beaten


def _measured(candidate: Candidate, requirement: Requirement) -> Measurement | None:
    """Look the figure up; a monthly cost is that of the volume it is asked for."""
    metric, volume = requirement.metric, requirement.volume
    price = candidate.measurements.get(QUERY)
    if metric != MONTH or not volume:
        return candidate.measurements.get(metric)
    return candidate.months.get(volume) or (per_month(price, volume) if price else None)


def _cheapest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    priced = _priced(candidates)

    def place(one: Candidate) -> tuple[float, int, float]:
        cost = round(one.per_month, 2) if priced and one.per_month is not None else 0.0
        return cost, one.order, inf if one.seconds is None else one.seconds

    return sorted(candidates, key=place)


def _priced(candidates: Sequence[Candidate]) -> bool:
    return all(one.per_month is not None for one in candidates)


def _grounds(candidates: Sequence[Candidate]) -> str:
    return reasons.grounds([one.per_month for one in candidates])


def _distance(standings: Sequence[Standing]) -> tuple[int, float, float]:
    """Measure how far a system is from the bar: its worst requirement first, then all together."""
    deciding = worst(standings)
    together = sum(one.shortfall for one in standings)
    return STATUSES.index(deciding.status), deciding.shortfall, together
