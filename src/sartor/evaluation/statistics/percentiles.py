"""Values of single questions -> what a share of them do not exceed, with its 95 % interval.

Which values stand around a percentile is decided by counting alone, so the ends are two of the
values themselves, whatever their distribution. Where too few were seen for that (the 95th
percentile needs 72), the missing end is that of a log-normal distribution with their mean and
spread: waiting times are about that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from sartor.evaluation.statistics.distributions import MISSED, NORMAL, Floats, binomial
from sartor.evaluation.statistics.grouping import design_effect, finite
from sartor.evaluation.statistics.intervals import UNKNOWN
from sartor.evaluation.statistics.resampling import RESAMPLES
from sartor.types import Measurement


def percentile(
    metric: str,
    values: Sequence[float],
    share: float,
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Measurement:
    """Summarise at least one value by the smallest that `share` of them do not exceed."""
    found = finite(metric, values)
    ordered = np.sort(found)
    at = float(ordered[max(0, ceil(share * len(ordered)) - 1)])
    effect = design_effect((found <= at).astype(np.float64), clusters)
    trials = max(1, round(len(found) / effect))  # questions that stand alone and tell as much
    low, high = _position(trials, share), trials + 1 - _position(trials, 1 - share)
    least, most = _values_at(ordered, np.array([low, high]) / (trials + 1))
    if low < 1 or high > trials:
        outer = _supposed(ordered, share, trials, seed=seed, resamples=resamples)
        least, most = outer[0] if low < 1 else least, outer[1] if high > trials else most
    return Measurement(metric, at, min(least, at), max(most, at), len(found))


def _values_at(ordered: Floats, shares: Floats) -> tuple[float, float]:
    places = np.arange(1, len(ordered) + 1)
    low, high = np.interp(shares * (len(ordered) + 1), places, ordered)
    return float(low), float(high)


def _position(trials: int, share: float) -> float:
    """Say which of the ordered values, counted from 1, lies above the percentile in 2.5 %.

    Between two of them where neither is it; below 1 where even the smallest lies above too often.
    """
    chances = np.cumsum(binomial(trials, share))
    beyond = int(np.searchsorted(chances, MISSED / 2, side="right"))
    before = float(chances[beyond - 1]) if beyond else 0.0
    return beyond + (MISSED / 2 - before) / (float(chances[beyond]) - before)


def _supposed(
    ordered: Floats, share: float, trials: int, *, seed: int, resamples: int
) -> tuple[float, float]:
    """Give both ends for a log-normal distribution (a normal one where a value is not positive).

    Never further out than ten times the largest value, or a tenth of the smallest.
    """
    positive = bool(ordered[0] > 0)
    scaled = np.log(ordered) if positive else ordered
    reach = np.log(UNKNOWN) if positive else UNKNOWN * max(float(np.abs(ordered).max()), 0.0)
    least, most = float(scaled[0] - reach), float(scaled[-1] + reach)
    if len(ordered) > 1 and trials > 1:
        behind, ahead = _tolerance(trials, share, seed=seed, resamples=resamples)
        middle, spread = float(scaled.mean()), float(scaled.std(ddof=1))
        least = max(least, min(float(scaled[0]), middle + behind * spread))
        most = min(most, max(float(scaled[-1]), middle + ahead * spread))
    return (float(np.exp(least)), float(np.exp(most))) if positive else (least, most)


def _tolerance(trials: int, share: float, *, seed: int, resamples: int) -> tuple[float, float]:
    """Say between how many spreads from its mean a normal sample has its percentile."""
    draw = np.random.default_rng(seed)
    means = draw.standard_normal(resamples) / np.sqrt(trials)
    spreads = np.sqrt(draw.chisquare(trials - 1, resamples) / (trials - 1))
    pivots = (NORMAL.inv_cdf(share) + means) / spreads
    behind, ahead = np.quantile(pivots, [MISSED / 2, 1 - MISSED / 2])
    return float(behind), float(ahead)
