"""Values of single questions -> a mean with its 95 % interval.

Knows nothing about what was measured. The same values always give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, sqrt
from random import Random

from sartor.types import Measurement

Z = 1.959964  # 95 % of a normal distribution lies within this many standard deviations
RESAMPLES = 2_000
SEED = 0


def measurement(metric: str, values: Sequence[float]) -> Measurement:
    """Summarise at least one value: by Wilson when all are 0 or 1, by bootstrap otherwise."""
    mean = sum(values) / len(values)
    if all(value in (0.0, 1.0) for value in values):
        low, high = wilson(round(sum(values)), len(values))
    else:
        low, high = bootstrap(values, lambda sample: sum(sample) / len(sample))
    return Measurement(metric, mean, low, high, len(values))


def percentile(metric: str, values: Sequence[float], share: float) -> Measurement:
    """Summarise at least one value by the smallest that `share` of them do not exceed."""

    def at(sample: Sequence[float]) -> float:
        return sorted(sample)[max(0, ceil(share * len(sample)) - 1)]

    low, high = bootstrap(values, at)
    return Measurement(metric, at(values), low, high, len(values))


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Give the Wilson score interval of a proportion; it holds for few trials and for 0 and 1."""
    rate, weight = successes / trials, Z * Z / trials
    middle = (rate + weight / 2) / (1 + weight)
    reach = Z / (1 + weight) * sqrt(rate * (1 - rate) / trials + weight / (4 * trials))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def bootstrap(
    values: Sequence[float], summary: Callable[[Sequence[float]], float], seed: int = SEED
) -> tuple[float, float]:
    """Give the percentile bootstrap interval of a summary of the values."""
    draw = Random(seed)  # noqa: S311  # repeatable on purpose, nothing secret
    summaries = sorted(summary(draw.choices(values, k=len(values))) for _ in range(RESAMPLES))
    cut = round(0.025 * RESAMPLES)
    return summaries[cut], summaries[-cut - 1]
