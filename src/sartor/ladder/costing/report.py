"""Rungs with their scorecards, volumes and assumptions -> what each costs, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sartor.ladder.costing.answers import answers_of, took
from sartor.ladder.costing.assumptions import Assumption, CostAssumptions
from sartor.ladder.costing.breaking_even import BreakEven, Side, breaking_even
from sartor.ladder.costing.dues import Due
from sartor.ladder.costing.months import Month, month
from sartor.ladder.costing.published import Published, published
from sartor.types import Measurement, Scorecard


@dataclass(frozen=True, slots=True)
class Subject:
    """A rung to be priced. `like` names the rung whose answers stand in for those it never gave."""

    name: str
    card: Scorecard
    like: str = ""


@dataclass(frozen=True, slots=True)
class RungCost:
    """What one rung costs.

    `took` says what an answer takes, `start` what is paid before the first question (None:
    unknown); the months hold it already where it is paid again and again. `answers` were seen,
    `failed` questions had none.
    """

    rung: str
    run: str
    like: str
    answers: int
    failed: int
    took: Mapping[str, Measurement]
    months: tuple[Month, ...]
    start: float | None


@dataclass(frozen=True, slots=True)
class CostReport:
    """What every rung costs at several volumes, and what all of that rests on.

    `chosen` is the rung that the last climb chose, if it did. `published` are ranges of guides, to
    stand beside it.
    """

    rungs: tuple[RungCost, ...]
    volumes: tuple[int, ...]
    chosen: str | None = None
    break_even: tuple[BreakEven, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    published: tuple[Published, ...] = field(default_factory=published)
    notes: tuple[str, ...] = ()


def cost_report(
    subjects: Sequence[Subject],
    volumes: Sequence[int],
    assumptions: CostAssumptions,
    *,
    chosen: str | None = None,
    stated: Sequence[Assumption] = (),
    notes: Sequence[str] = (),
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> CostReport:
    """Price every rung at every volume, and every two of them against each other.

    `stated` are the assumptions in words; `clusters` names the document that questions share.
    """
    sides = [
        Side(
            one.name,
            answers_of(one.card, assumptions, clusters=clusters, seed=seed),
            assumptions.dues_of(one.name),
        )
        for one in subjects
    ]
    rungs = tuple(
        RungCost(
            rung=one.name,
            run=one.card.run,
            like=one.like,
            answers=side.answers.count,
            failed=side.answers.failed,
            took=took(one.card, clusters=clusters, seed=seed),
            months=tuple(month(side.answers, side.dues, assumptions, each) for each in volumes),
            start=_start(side.dues),
        )
        for one, side in zip(subjects, sides, strict=True)
    )
    known = [side for side, rung in zip(sides, rungs, strict=True) if _is_known(rung)]
    return CostReport(
        rungs,
        tuple(volumes),
        chosen,
        breaking_even(known, assumptions, clusters=clusters, seed=seed),
        tuple(stated),
        notes=tuple(notes),
    )


def _start(dues: Sequence[Due]) -> float | None:
    """Add up what is paid before the first question."""
    starts = [one.start for one in dues]
    return None if None in starts else sum(one for one in starts if one is not None)


def _is_known(rung: RungCost) -> bool:
    return all(one.total is not None for one in rung.months)
