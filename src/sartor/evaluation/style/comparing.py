"""The readable features of two sides -> how far apart they are, in standard deviations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

RESAMPLES = 2_000
LEAST_SPREAD = 0.2  # a greeting that is always there has no spread to measure a distance by
OF_MEAN = 0.05  # ... nor have numbers that are all but equal


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of their texts and of the others.

    `spread` is the standard deviation within a side; `distance` is theirs less the others', in
    spreads, with the 95 % interval `low` to `high`.
    """

    name: str
    theirs: float
    base: float
    spread: float
    distance: float
    low: float
    high: float


def compare_features(
    theirs: Sequence[Mapping[str, float]],
    base: Sequence[Mapping[str, float]],
    groups: tuple[Integers, Integers],
    *,
    seed: int,
) -> tuple[Feature, ...]:
    """Compare the sides, the furthest apart first; prompts are what is resampled."""
    draw = np.random.default_rng(seed)
    count = int(max(groups[0].max(), groups[1].max())) + 1
    times = draw.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)
    weights = times[:, groups[0]], times[:, groups[1]]
    found = [
        _compared(name, _column(theirs, name), _column(base, name), weights) for name in theirs[0]
    ]
    return tuple(sorted(found, key=lambda feature: -abs(feature.distance)))


def _column(rows: Sequence[Mapping[str, float]], name: str) -> Floats:
    return np.array([row[name] for row in rows])


def _compared(name: str, theirs: Floats, base: Floats, weights: tuple[Floats, Floats]) -> Feature:
    ours, others = float(theirs.mean()), float(base.mean())
    within = float(np.sqrt((theirs.var() + base.var()) / 2))
    spread = max(within, LEAST_SPREAD, OF_MEAN * max(abs(ours), abs(others)))
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw may leave a side out
        drawn = _means(theirs, weights[0]) - _means(base, weights[1])
    low, high = np.nanquantile(drawn / spread, (0.025, 0.975))
    distance = (ours - others) / spread
    return Feature(name, ours, others, spread, distance, float(low), float(high))


def _means(values: Floats, weights: Floats) -> Floats:
    means: Floats = (weights @ values) / weights.sum(axis=1)
    return means
