"""A run -> the figures behind its pictures: the funnel, the waterfall, the risk-coverage curve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, isfinite

from sartor.evaluation.reporting.wording import CORRECT
from sartor.types import Row, Run, Scorecard, Stage

PASSED: dict[str, Stage] = {  # the levels of the funnel, and the stage that loses on the way there
    "the answer stands in the documents": "not in the documents",
    "and was read": "not read",
    "whole in one passage": "cut by splitting",
    "found by search": "not retrieved",
    "in the context": "packed out",
    "used in the answer": "in context, unused",
}
FEWEST = 10  # questions that a curve needs


@dataclass(frozen=True, slots=True)
class Level:
    """How many questions are left at one level of the funnel, and how many it lost."""

    name: str
    left: int
    lost: int
    share: float
    lost_share: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of answering: where it usually begins, and how long it takes."""

    name: str
    start: float
    usual: float
    most: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many answers are right when only the surest are given.

    `points` are (share of questions answered, share of those right); `area` is the mean share of
    wrong ones over all cuts: AURC, 0 is best.
    """

    points: tuple[tuple[float, float], ...]
    area: float
    n: int

    def right_at(self, share: float) -> float:
        """Say what share is right when this share of all that it can answer is answered."""
        wanted = share * self.points[-1][0]
        return next(good for answered, good in self.points if answered >= wanted - 1e-9)


def right(row: Row) -> bool | None:
    """Say whether an answer is right; None: nothing decides it."""
    value = next((score.value for score in row.scores if score.metric == CORRECT), None)
    return None if value is None else value >= 0.5


def funnel(run: Run) -> tuple[Level, ...]:
    """Follow the answerable questions with evidence from the documents to the right answer."""
    known = {question.id for question in run.questions if question.answerable and question.evidence}
    rows = [row for row in run.card.rows if row.question_id in known and right(row) is not None]
    lost_at = Counter(row.stage for row in rows if not right(row))
    if not rows or set(lost_at) == {None}:  # nobody looked where they were lost
        return ()
    levels, left, total = [], len(rows), len(rows)
    for name, stage in PASSED.items():
        left -= lost_at[stage]
        levels.append(Level(name, left, lost_at[stage], left / total, lost_at[stage] / total))
    answered = sum(map(bool, map(right, rows)))
    lost = left - answered
    return (*levels, Level("answered correctly", answered, lost, answered / total, lost / total))


def waterfall(card: Scorecard) -> tuple[Stretch, ...]:
    """Measure each step over all answers, in the order in which they begin, then the whole."""
    begun: dict[str, list[float]] = {}
    took: dict[str, list[float]] = {}
    for row in card.rows:
        for name, steps in _by_name(row):
            begun.setdefault(name, []).append(min(started for started, _ in steps))
            took.setdefault(name, []).append(sum(seconds for _, seconds in steps))
    found = [
        Stretch(name, at(begun[name], 0.5), at(spent, 0.5), at(spent, 0.95))
        for name, spent in took.items()
    ]
    usual, most = (card.measurements.get(f"latency.{name}") for name in ("p50", "p95"))
    whole = [Stretch("the whole answer", 0.0, usual.mean, most.mean)] if usual and most else []
    return (*sorted(found, key=lambda stretch: stretch.start), *whole) if found else ()


def _by_name(row: Row) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    steps = sorted(row.answer.steps, key=lambda step: step.name) if row.answer else []
    for name, alike in groupby(steps, key=lambda step: step.name):
        yield name, [(step.started, step.seconds) for step in alike]


def at(values: Iterable[float], share: float) -> float:
    """Give the smallest of the values that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def coverage(rows: Sequence[Row]) -> Coverage | None:
    """Sort the answers by confidence and follow how many are right; None: too few to draw."""
    decided = [row for row in rows if row.answer and right(row) is not None]
    given = [
        (row.answer.confidence, bool(right(row)))
        for row in decided
        if row.answer and not row.answer.abstained and _known(row.answer.confidence)
    ]
    if len(given) < FEWEST or len({confidence for confidence, _ in given}) < 2:
        return None
    ordered = sorted(given, key=lambda pair: -(pair[0] or 0))
    return _curve(ordered, len(decided))


def _known(confidence: float | None) -> bool:
    return confidence is not None and isfinite(confidence)


def _curve(ordered: Sequence[tuple[float | None, bool]], asked: int) -> Coverage:
    """Follow the curve; answers of one confidence can only be given together."""
    points, risks, answered, wrong = [], 0.0, 0, 0.0
    for _, alike in groupby(ordered, key=lambda pair: pair[0]):
        together = [good for _, good in alike]
        missed = together.count(False) / len(together)
        for _ in together:
            answered, wrong = answered + 1, wrong + missed
            risks += wrong / answered
        points.append((answered / asked, 1 - wrong / answered))
    return Coverage(tuple(points), risks / answered, answered)
