"""Values -> their sums by cluster: what is resampled, flipped and spread together.

Questions about one document succeed and fail together, so they count for less than as many
questions about different ones. A cluster is a document; without clusters each value is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from sartor.errors import InputError
from sartor.evaluation.statistics.distributions import Floats

ROUNDING = 1e-12  # of the largest sum: clusters closer to the mean than that are equal to it


@dataclass(frozen=True, slots=True)
class Grouped:
    """The sum and the number of values of each cluster."""

    sums: Floats
    sizes: Floats

    def __len__(self) -> int:
        return len(self.sums)

    @property
    def mean(self) -> float:
        """Mean of all values, whatever their cluster."""
        return float(self.sums.sum() / self.sizes.sum())

    @property
    def error(self) -> float:
        """Standard error of the mean; zero for a single cluster, whose spread nobody knows."""
        apart = self.sums - self.mean * self.sizes
        if len(self) < 2 or np.abs(apart).max() <= ROUNDING * np.abs(self.sums).max():
            return 0.0
        spread = float((apart**2).sum())
        return sqrt(spread * len(self) / (len(self) - 1)) / float(self.sizes.sum())


def finite(metric: str, values: Sequence[float]) -> Floats:
    """Take the values as an array; refuse none at all, and what is not a number."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        raise InputError(f"{metric}: no values to summarise", "leave a measure without values out")
    if not np.isfinite(found).all():
        bad = int(np.flatnonzero(~np.isfinite(found))[0])
        raise InputError(
            f"{metric}: value {bad + 1} of {len(found)} is {found[bad]}; expected a number",
            "leave out what could not be measured: it is missing, not a value",
        )
    return found


def grouped(values: Floats, clusters: Sequence[str] | None) -> Grouped:
    """Add the values up by cluster, in order of appearance; "" is nobody's cluster but its own."""
    if clusters is None:
        return Grouped(values, np.ones(len(values)))
    if len(clusters) != len(values):
        raise ValueError(f"{len(clusters)} clusters for {len(values)} values; expected as many")
    numbers: dict[str | int, int] = {}
    places = [
        numbers.setdefault(cluster or position, len(numbers))
        for position, cluster in enumerate(clusters)
    ]
    return Grouped(
        np.bincount(places, values).astype(np.float64), np.bincount(places).astype(np.float64)
    )


def design_effect(values: Floats, clusters: Sequence[str] | None) -> float:
    """Say how many times the variance of the mean is what it were if each value stood alone."""
    alone = grouped(values, None).error
    if clusters is None or not alone:
        return 1.0
    return max(1.0, (grouped(values, clusters).error / alone) ** 2)
