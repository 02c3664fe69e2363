"""Values of single examples -> a mean with its 95 % interval, and what changed between two runs.

Small on purpose and without a model: the guard needs shares, graded scores, perplexities and their
paired changes, nothing else. A value that is None was not measured; it is left out, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sartor.types import Measurement

Floats = NDArray[np.float64]
Values = Sequence[float | None]

MISSED = 0.05  # how often an interval may miss what it is about
DRAWS = 2_000  # resamples: the ends of an interval then hold to about a hundredth of its width
_Z = NormalDist().inv_cdf(1 - MISSED / 2)


def summarise(metric: str, values: Values, *, seed: int = 0) -> Measurement | None:
    """Give the mean of values between 0 and 1; None where nothing was measured.

    Right or wrong by Wilson, graded ones by a bootstrap over the examples, which cannot see beyond
    what it drew from: where all are alike it is as unsure as a count of so many would be.
    """
    found = _measured(values)
    if not len(found):
        return None
    mean = float(found.mean())
    if np.isin(found, (0.0, 1.0)).all() or np.ptp(found) == 0:
        low, high = wilson(mean * len(found), len(found))
    else:
        low, high = _ends(_means(found, seed), MISSED)
    return Measurement(metric, mean, min(low, mean), max(high, mean), len(found))


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """Give the Wilson score interval of a share; it holds for few trials, and for none or all."""
    rate, weight = successes / trials, _Z * _Z / trials
    middle = (rate + weight / 2) / (1 + weight)
    reach = _Z / (1 + weight) * sqrt(rate * (1 - rate) / trials + weight / (4 * trials))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def change(
    metric: str, before: Values, after: Values, *, missed: float = MISSED, seed: int = 0
) -> Measurement | None:
    """Give what was gained on the examples that both runs have a value for; None without any.

    `missed` is how often the interval may be wrong: less where several are read together.
    """
    both = [pair for pair in zip(before, after, strict=True) if None not in pair]
    if not both:
        return None
    first, second = np.array(both, dtype=np.float64).T
    gained = second - first
    mean = float(gained.mean())
    if np.isin(gained, (-1.0, 0.0, 1.0)).all():
        low, high = _won_and_lost(gained, missed)
    else:
        low, high = _ends(_means(gained, seed), missed)
    return Measurement(metric, mean, min(low, mean), max(high, mean), len(gained))


def apart(metric: str, before: Measurement, after: Measurement) -> Measurement:
    """Give the change between two means of which no more is known: wider than a paired one."""
    mean = after.mean - before.mean
    low = mean - sqrt((after.mean - after.low) ** 2 + (before.high - before.mean) ** 2)
    high = mean + sqrt((after.high - after.mean) ** 2 + (before.mean - before.low) ** 2)
    return Measurement(metric, mean, low, high, min(before.n, after.n))


def perplexity(
    metric: str, losses: Sequence[float], tokens: Sequence[int], *, seed: int = 0
) -> Measurement | None:
    """Give the perplexity of texts from the summed loss of each: every token counts the same.

    The interval is over texts, because the tokens of one text are easy or hard together.
    """
    if not sum(tokens):
        return None
    mean, low, high = _per_token(np.array(losses), np.array(tokens), seed)
    return Measurement(metric, exp(mean), exp(low), exp(high), len(tokens))


def perplexity_ratio(
    metric: str,
    before: Sequence[float],
    after: Sequence[float],
    tokens: Sequence[int],
    *,
    seed: int = 0,
) -> Measurement:
    """Give how many times the perplexity became, text by text on the same texts."""
    more = np.array(after) - np.array(before)
    mean, low, high = _per_token(more, np.array(tokens), seed)
    return Measurement(metric, exp(mean), exp(low), exp(high), len(tokens))


def _measured(values: Values) -> Floats:
    return np.array([one for one in values if one is not None], dtype=np.float64)


def _means(values: Floats, seed: int) -> Floats:
    drawn = np.random.default_rng(seed).integers(0, len(values), (DRAWS, len(values)))
    means: Floats = values[drawn].mean(axis=1)
    return means


def _per_token(losses: Floats, tokens: Floats, seed: int) -> tuple[float, float, float]:
    mean = float(losses.sum() / tokens.sum())
    drawn = np.random.default_rng(seed).integers(0, len(tokens), (DRAWS, len(tokens)))
    low, high = _ends(losses[drawn].sum(axis=1) / tokens[drawn].sum(axis=1), MISSED)
    return mean, min(low, mean), max(high, mean)


def _ends(drawn: Floats, missed: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, (missed / 2, 1 - missed / 2))
    return float(low), float(high)


def _won_and_lost(gained: Floats, missed: float) -> tuple[float, float]:
    """Count as if one more example had gone each way, so that it holds where few differ."""
    trials = len(gained) + 2
    won = (int((gained > 0).sum()) + 1) / trials
    lost = (int((gained < 0).sum()) + 1) / trials
    reach = NormalDist().inv_cdf(1 - missed / 2) * sqrt((won + lost - (won - lost) ** 2) / trials)
    return max(-1.0, won - lost - reach), min(1.0, won - lost + reach)
