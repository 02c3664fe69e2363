"""Rows of a scorecard -> what fixing each stage would add, with its interval.

Were a stage fixed, a question that it lost would be right with a probability: measured where it
was asked again with its evidence, otherwise estimated from the questions that came past the stage.
The interval holds both uncertainties: clusters are drawn with replacement, and everything is
estimated anew in each draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from sartor.types import Gain, Measurement, Row, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CORRECT, UNANSWERABLE, FOUND = "answers.correct", "answers.abstained", "retrieval.mrr"
LACKING: dict[Stage, str] = {
    "right but uncited": "citations.recall",
    "right but wrong format": "format.valid",
    "right but wrong style": "style.match",
}
# The stages that may still lose a question when the one in front is fixed. Whatever splitting,
# search and packing lost is then in the context: "perfect retrieval" means all three.
_WRITING: tuple[Stage, ...] = ("in context, unused", "used but wrong")
_FINDING: tuple[Stage, ...] = ("cut by splitting", "not retrieved", "packed out")
_WRITTEN: tuple[Stage, ...] = (*_WRITING, "right but wrong format")  # wrong where the form decides
STILL_AHEAD: dict[Stage, tuple[Stage, ...]] = {
    "no answer": ("not in the documents", "not read", *_FINDING, *_WRITTEN, "unknown"),
    "not in the documents": ("not read", *_FINDING, *_WRITTEN),
    "not read": (*_FINDING, *_WRITTEN),
    **dict.fromkeys(_FINDING, _WRITTEN),
}
PAST: dict[Stage, str] = {
    "no answer": "that were answered",
    "not in the documents": "whose evidence is in the documents",
    "not read": "whose evidence was read",
    **dict.fromkeys(_FINDING, "whose evidence was in the context"),
}
STAGES: tuple[Stage, ...] = (
    *PAST,
    *_WRITING,
    "should have abstained",
    *LACKING,
)
SEEN_ENOUGH = 5  # right and wrong ones, each, below which drawing them again tells too little
MOST_CLUSTERS = 2_000  # more are pooled by chance: the interval stays, the time does not grow
BATCH = 1_000  # resamples drawn at once
TAILS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A row with its scores by name."""

    row: Row
    values: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What each row adds to one stage's gain.

    The columns of `table`: the question counts; it is lost here and would be right for sure (or
    was, when asked again); it is lost here and open; it came past the stage and is right; it came
    past the stage. `again` counts the right ones and all that were asked again.
    """

    stage: Stage
    lost: int
    again: tuple[int, int]
    table: Floats

    @property
    def can_be_told(self) -> bool:
        """Tell whether there is anything to estimate from."""
        _, _, still_open, _, past = self.table.sum(axis=0)
        return bool(past or not still_open)


def gains(
    rows: Sequence[Row],
    *,
    clusters: Mapping[str, str],
    given: Mapping[str, bool] = MappingProxyType({}),
    seed: int = 0,
    resamples: int = 10_000,
) -> tuple[Gain, ...]:
    """Give the gain of fixing each stage that lost questions, in the order of the pipeline.

    `given` says which questions were right when asked again with their evidence. A stage that
    cost no right answer but citations, format or style gains in that measure. "unknown" has no
    gain, since nobody knows what to fix; nor has a stage that no question is known to have passed.
    """
    lost_at = {row.stage for row in rows}
    judged = [_Judged(row, {one.metric: one.value for one in row.scores}) for row in rows]
    counted = [_counted(stage, judged, given) for stage in STAGES if stage in lost_at]
    if not counted:
        return ()
    names = [clusters.get(row.question_id, row.question_id) for row in rows]
    table = _by_cluster(np.hstack([one.table for one in counted]), names, seed)
    draws = np.vstack(list(_draws(table, seed, resamples)))
    parts = np.split(draws, len(counted), axis=1)
    return tuple(
        _gain(one, part, seed) for one, part in zip(counted, parts, strict=True) if one.can_be_told
    )


def _counted(stage: Stage, judged: Sequence[_Judged], given: Mapping[str, bool]) -> _Counted:
    lost = [one.row.question_id for one in judged if one.row.stage == stage]
    told = {id: given[id] for id in lost if id in given} if stage in PAST else {}
    if stage in LACKING:
        table = [_polish(stage, one) for one in judged]
    else:
        table = [_loss(stage, one, told) for one in judged]
    return _Counted(stage, len(lost), (sum(told.values()), len(told)), np.array(table, dtype=float))


def _polish(stage: Stage, one: _Judged) -> tuple[float, ...]:
    """Count a row for a stage that costs no right answer, in its own measure."""
    value = one.values.get(LACKING[stage])
    lost = one.row.stage == stage
    return (value is not None or lost, (1 - (value or 0.0)) * lost, 0, 0, 0)


def _loss(stage: Stage, one: _Judged, told: Mapping[str, bool]) -> tuple[float, ...]:
    """Count a row for a stage that costs right answers."""
    correct = one.values.get(CORRECT)
    lost = one.row.stage == stage
    still_open = lost and stage in PAST and one.row.question_id not in told
    sure = lost and not still_open and told.get(one.row.question_id, True)
    past = correct is not None and _came_past(stage, one, right=bool(correct))
    return (correct is not None, sure, still_open, past and bool(correct), past)


def _came_past(stage: Stage, one: _Judged, *, right: bool) -> bool:
    """Tell whether a question got as far as it would, were the stage fixed.

    A right answer whose evidence was not found at all says nothing about evidence in hand.
    """
    if not right:
        return one.row.stage in STILL_AHEAD.get(stage, ())
    lucky = one.values.get(FOUND) == 0 and stage in (*_FINDING, *_WRITING)
    return not lucky and one.values.get(UNANSWERABLE) is None


def _by_cluster(table: Floats, names: Sequence[str], seed: int) -> Floats:
    """Sum the rows of each cluster. A single cluster cannot be drawn from: its rows are."""
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    if len(numbers) < 2:
        return table
    members = np.array([numbers[name] for name in names])
    if len(numbers) > MOST_CLUSTERS:
        members = np.random.default_rng(seed).permutation(len(numbers))[members] % MOST_CLUSTERS
    sums = np.zeros((members.max() + 1, table.shape[1]))
    np.add.at(sums, members, table)
    return sums


def _draws(table: Floats, seed: int, resamples: int) -> Iterator[Floats]:
    """Draw clusters with replacement and sum what was drawn."""
    random = np.random.default_rng(seed)
    size = len(table)
    for start in range(0, resamples, BATCH):
        batch = min(BATCH, resamples - start)
        drawn = random.integers(size, size=(batch, size)) + size * np.arange(batch)[:, None]
        times = np.bincount(drawn.ravel(), minlength=batch * size).reshape(batch, size)
        yield times @ table


def _gain(one: _Counted, draws: Floats, seed: int) -> Gain:
    every, sure, still_open, right, past = one.table.sum(axis=0)
    rate = right / past if past else 0.0  # then nothing is open
    rates = _rates(draws, int(right), int(past), seed)
    drawn = (draws[:, 1] + draws[:, 2] * rates) / np.maximum(draws[:, 0], 1)
    low, high = map(float, np.percentile(drawn, TAILS))
    mean = float((sure + still_open * rate) / max(every, 1))
    metric = LACKING.get(one.stage, CORRECT)
    gain = Measurement(metric, mean, min(low, mean), max(high, mean), int(every))
    return Gain(one.stage, one.lost, gain, _reason(one))


def _rates(draws: Floats, right: int, past: int, seed: int) -> Floats:
    """Estimate in each draw how many of the open questions would be right.

    Where nearly all or nearly none were right, the same few rows in each draw would make it look
    certain: the rate is drawn from what such counts leave possible.
    """
    if min(right, past - right) < SEEN_ENOUGH:
        return np.random.default_rng(seed).beta(right + 0.5, past - right + 0.5, len(draws))
    return np.asarray(draws[:, 3] / np.maximum(draws[:, 4], 1))


def _reason(one: _Counted) -> str:
    _, _, still_open, right, past = (int(count) for count in one.table.sum(axis=0))
    rests = []
    if one.again[1]:
        rests.append(f"{one.again[0]} of {one.again[1]} were right when asked with the evidence")
    if still_open and past:
        rests.append(
            f"{still_open} count like the {past} questions {PAST[one.stage]} ({right} right)"
        )
    return "; ".join(rests) or f"all {one.lost} would be in order"
