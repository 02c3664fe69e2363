"""Values of single questions -> their mean with its 95 % interval.

Knows of a measure only whether its values are shares or amounts (seconds, tokens, dollars, words).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

from sartor.evaluation.statistics.distributions import Floats, Z
from sartor.evaluation.statistics.grouping import Grouped, design_effect, finite, grouped
from sartor.evaluation.statistics.resampling import RESAMPLES, bootstrap_mean
from sartor.types import Measurement

AMOUNTS = ("latency.", "tokens.", "cost.", "answers.words")  # never shares, however small
UNKNOWN = 10.0  # times the largest value: as far as an interval goes when nothing is known


def measurement(
    metric: str,
    values: Sequence[float],
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Measurement:
    """Summarise at least one value by its mean.

    Right or wrong (all 0 or 1) by Wilson, with as many questions as they are worth: fewer, where
    those about one document go right or wrong together. Gained or lost (-1, 0 or 1) as two
    systems are compared; graded values by a bootstrap that draws whole clusters. Where grades show
    no spread between clusters, a share gets what as many unanimous questions would leave open; an
    amount from a single cluster, of which nothing is known, gets all up to ten times the largest.
    """
    found = finite(metric, values)
    share = _are_shares(metric, found)
    together = grouped(found, clusters)
    if share and _counted(found):
        effect = design_effect(found, clusters)
        low, high = wilson(float(found.sum()) / effect, len(found) / effect)
    elif _are_shares(metric, np.abs(found)) and _counted(np.abs(found)):
        low, high = paired(found, clusters)
    elif share and not together.error:
        low, high = _unanimous(together)
    else:
        low, high = _within(_possible(found, share=share), together, seed, resamples)
    return _around(metric, found, low, high)


def difference(
    metric: str,
    first: Floats,
    second: Floats,
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Measurement:
    """Summarise the first less the second, question by question."""
    found, both = first - second, np.concatenate([first, second])
    share = _are_shares(metric, both)
    if share and _counted(np.abs(found)):
        low, high = paired(found, clusters)
    else:
        _, most = _possible(both, share=share)
        low, high = _within((-most, most), grouped(found, clusters), seed, resamples)
    return _around(metric, found, low, high)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Give the Wilson score interval of a proportion; it holds for few trials and for 0 and 1."""
    rate, weight = successes / trials, Z * Z / trials
    middle = (rate + weight / 2) / (1 + weight)
    reach = Z / (1 + weight) * sqrt(rate * (1 - rate) / trials + weight / (4 * trials))
    return max(0.0, min(rate, middle - reach)), min(1.0, max(rate, middle + reach))


def paired(differences: Floats, clusters: Sequence[str] | None) -> tuple[float, float]:
    """Give the interval of the mean of -1, 0 and 1: two systems, right or wrong, on one set.

    As if one more question had gone each way, so that it holds where few or none differ.
    """
    trials = len(differences) + 2
    won = (int((differences > 0).sum()) + 1) / trials
    lost = (int((differences < 0).sum()) + 1) / trials
    variance = (won + lost - (won - lost) ** 2) / trials * design_effect(differences, clusters)
    reach = Z * sqrt(variance)
    return max(-1.0, won - lost - reach), min(1.0, won - lost + reach)


def _are_shares(metric: str, values: Floats) -> bool:
    return not metric.startswith(AMOUNTS) and bool(((values >= 0) & (values <= 1)).all())


def _counted(values: Floats) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def _unanimous(values: Grouped) -> tuple[float, float]:
    """Leave open what as many unanimous questions do: another value, of any size, may yet come."""
    other = wilson(0, len(values))[1]
    return values.mean * (1 - other), values.mean + other * (1 - values.mean)


def _possible(values: Floats, *, share: bool) -> tuple[float, float]:
    furthest = 1.0 if share else UNKNOWN * float(np.abs(values).max())
    return (0.0 if (values >= 0).all() else -furthest), furthest


def _within(
    bounds: tuple[float, float], values: Grouped, seed: int, resamples: int
) -> tuple[float, float]:
    if len(values) == 1:
        return bounds
    low, high = bootstrap_mean(values, seed=seed, resamples=resamples)
    return max(bounds[0], low), min(bounds[1], high)


def _around(metric: str, values: Floats, low: float, high: float) -> Measurement:
    mean = float(values.mean())
    return Measurement(metric, mean, min(low, mean), max(high, mean), len(values))
