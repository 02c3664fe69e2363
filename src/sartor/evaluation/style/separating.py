"""Rows of two sides -> how well they can be told apart on prompts that were not learned from.

Ridge regression on the sides: solved exactly, and once solved it gives the held-out scores of any
other labelling for a multiplication, so that chance can be measured on the data itself instead of
assumed. Knows nothing about texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sartor.evaluation.statistics import wilson
from sartor.types import Measurement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Integers = NDArray[np.int64]

RIDGE = 0.5  # for rows of length one; from 0.3 to 3 the areas differ by less than 0.01
FOLDS = 10
RESAMPLES = 2_000
RELABELLINGS = 999
NEWTON_STEPS = 20


@dataclass(frozen=True, slots=True)
class Separation:
    """What was found: `scores` are held out, `weights` learned from all rows.

    `p` is the share of other labellings of the same rows that are told apart as well.
    """

    weights: Floats
    scores: Floats
    auc: Measurement
    p: float


def separate(rows: Rows, theirs: Flags, groups: Integers, *, seed: int) -> Separation:
    """Learn the sides of rows; rows of one group (a prompt) are always held out together."""
    draw = np.random.default_rng(seed)
    kernel = (rows @ rows.T).astype(np.float64)
    sides: Floats = np.where(theirs, 1.0, -1.0)
    labellings = np.column_stack([sides, *_relabelled(sides, groups, draw)])
    scores = _held_out(kernel, labellings, _folds(theirs, groups, draw))
    areas = [_area(scores[:, at], labellings[:, at] > 0) for at in range(labellings.shape[1])]
    low, high = _interval(scores[:, 0], theirs, groups, draw)
    return Separation(
        weights=rows.T @ _solved(kernel, sides - sides.mean()),
        scores=scores[:, 0],
        auc=Measurement("style.auc", areas[0], low, high, len(np.unique(groups[theirs]))),
        p=sum(area >= areas[0] for area in areas) / len(areas),
    )


def _solved(kernel: Floats, sides: Floats) -> Floats:
    return np.asarray(np.linalg.solve(kernel + RIDGE * np.eye(len(kernel)), sides), np.float64)


def _folds(theirs: Flags, groups: Integers, draw: np.random.Generator) -> list[Integers]:
    """Deal the groups into folds; those with both sides, and those with one, to each alike."""
    kinds = 2 * _present(groups, theirs) + _present(groups, ~theirs)
    order = draw.permutation(len(kinds))
    order = order[np.argsort(kinds[order], kind="stable")]
    fold_of = np.empty(len(kinds), dtype=np.int64)
    fold_of[order] = np.arange(len(kinds)) % FOLDS
    return [np.flatnonzero(fold_of[groups] == fold) for fold in range(min(FOLDS, len(kinds)))]


def _present(groups: Integers, side: Flags) -> Integers:
    """Say for each group whether the side is in it, 1 or 0."""
    return np.minimum(np.bincount(groups, side), 1).astype(np.int64)


def _relabelled(sides: Floats, groups: Integers, draw: np.random.Generator) -> list[Floats]:
    """Draw labellings that would be as likely if there were one voice only.

    Where each prompt has both sides they change places within it, otherwise anywhere.
    """
    if (_present(groups, sides > 0) & _present(groups, sides < 0)).all():
        flips = draw.choice((-1.0, 1.0), size=(RELABELLINGS, groups.max() + 1))
        return list(sides * flips[:, groups])
    return [draw.permutation(sides) for _ in range(RELABELLINGS)]


def _held_out(kernel: Floats, labellings: Floats, folds: Sequence[Integers]) -> Floats:
    """Score each row by what was learned without its fold, one column a labelling."""
    scores = np.zeros_like(labellings)
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(kernel)), fold)
        known = labellings[rest] - labellings[rest].mean(axis=0)
        scores[fold] = _solved(kernel[np.ix_(rest, rest)], kernel[np.ix_(rest, fold)]).T @ known
    return scores


def _area(scores: Floats, theirs: Flags) -> float:
    """Give the chance that one of theirs scores above one of the others; a tie is half."""
    others = np.sort(scores[~theirs])
    below = np.searchsorted(others, scores[theirs], "left")
    upto = np.searchsorted(others, scores[theirs], "right")
    return float((below + upto).mean() / 2 / len(others))


def _interval(
    scores: Floats, theirs: Flags, groups: Integers, draw: np.random.Generator
) -> tuple[float, float]:
    """Draw the prompts again and again; give where 95 % of the areas lie."""
    count = groups.max() + 1
    times = draw.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)
    ours, others = times[:, groups[theirs]], times[:, groups[~theirs]]
    apart = scores[theirs][:, None] - scores[~theirs][None, :]
    wins = (apart > 0) + 0.5 * (apart == 0)
    pairs = ours.sum(axis=1) * others.sum(axis=1)
    areas = ((ours @ wins) * others).sum(axis=1)[pairs > 0] / pairs[pairs > 0]
    low, high = np.quantile(areas, (0.025, 0.975))
    if low == high:  # not one pair was confused: the draws cannot show what a next one may do
        return wilson(round(float(low) * count), count)
    return float(low), float(high)


def steepness(scores: Floats, theirs: Flags) -> tuple[float, float]:
    """Fit the logistic curve that turns a score into a probability: slope and offset.

    The targets stay a little away from 0 and 1 (Platt), so that a clean cut gives no infinite
    slope.
    """
    yes, no = theirs.sum(), (~theirs).sum()
    target = np.where(theirs, (yes + 1) / (yes + 2), 1 / (no + 2))
    inputs = np.column_stack([scores, np.ones_like(scores)])
    curve = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        said = 1 / (1 + np.exp(-inputs @ curve))
        bend = (inputs * (said * (1 - said))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        curve += np.linalg.solve(bend, inputs.T @ (target - said))
    return float(curve[0]), float(curve[1])
