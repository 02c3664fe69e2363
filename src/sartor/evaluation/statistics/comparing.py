"""Two systems on the same questions -> better, worse or cannot tell, and what would tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import erfc, sqrt

import numpy as np

from sartor.errors import InputError
from sartor.evaluation.statistics.distributions import MISSED, Floats, binomial
from sartor.evaluation.statistics.grouping import design_effect, finite, grouped
from sartor.evaluation.statistics.intervals import difference
from sartor.evaluation.statistics.power import further, further_for
from sartor.evaluation.statistics.resampling import RESAMPLED, RESAMPLES
from sartor.types import Comparison, Outcome

DRAWS = 10_000  # of signs, where there are more ways to flip them than that
ROWS = 500  # draws looked at together: 4 MB for a thousand clusters
ALIKE = 1e-9  # of the largest sum there can be: sums this close differ by rounding alone


def compare(
    metric: str,
    first: Mapping[str, float],
    second: Mapping[str, float],
    *,
    clusters: Mapping[str, str] | None = None,
    lower_is_better: bool = False,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Compare the first with the second on the questions that both have a value for.

    Right or wrong by McNemar's exact test; graded values by flipping the signs of their
    differences, those of one cluster together. Where right and wrong go together within clusters,
    McNemar's test, which takes each question for itself, would cry wolf: the flipping of whole
    clusters must then agree.
    """
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise InputError(
            f"{metric}: the two systems have no question in common",
            "run both over the same questions file",
        )
    ours = finite(metric, [first[one] for one in shared])
    theirs = finite(metric, [second[one] for one in shared])
    documents = [clusters.get(one, "") for one in shared] if clusters else None
    differences = ours - theirs
    counted = bool(np.isin(np.concatenate([ours, theirs]), (0.0, 1.0)).all())
    p, test = _flipped(grouped(differences, documents).sums, seed=seed)
    if counted:
        exact = _mcnemar(differences)
        together = design_effect(differences, documents) > 1 and p > exact
        p, test = (p, f"exact McNemar, by {test}") if together else (exact, "exact McNemar")
    told = p <= MISSED
    measured = difference(metric, ours, theirs, clusters=documents, seed=seed, resamples=resamples)
    return Comparison(
        metric=metric,
        outcome=_outcome(measured.mean, lower_is_better) if told else "cannot tell",
        difference=measured,
        p=p,
        test=test,
        differing=int(np.count_nonzero(differences)),
        more=None if told else further(differences, documents, counted=counted),
    )


def holm(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Make several comparisons hold together: chance tells any in at most one of twenty lists.

    The order stays. A verdict that falls says how many more questions would let it stand.
    """
    count, least = len(comparisons), 0.0
    held: dict[int, Comparison] = {}
    for rank, place in enumerate(sorted(range(count), key=lambda one: comparisons[one].p)):
        comparison = comparisons[place]
        least = min(1.0, max(least, (count - rank) * comparison.p))
        held[place] = _held(comparison, least, MISSED / (count - rank))
    return [held[place] for place in range(count)]


def _held(comparison: Comparison, p: float, missed: float) -> Comparison:
    if comparison.outcome == "cannot tell" or p <= MISSED:
        return replace(comparison, p=p)
    more = further_for(comparison.difference, missed)
    return replace(comparison, p=p, outcome="cannot tell", more=more)


def _outcome(difference: float, lower_is_better: bool) -> Outcome:
    return "better" if (difference < 0) == lower_is_better else "worse"


def _mcnemar(differences: Floats) -> float:
    """Ask how often a fair coin would split the differing questions at least as unevenly."""
    won, lost = int((differences > 0).sum()), int((differences < 0).sum())
    if won == lost:
        return 1.0
    return min(1.0, 2 * float(binomial(won + lost, 0.5)[: min(won, lost) + 1].sum()))


def _flipped(sums: Floats, *, seed: int) -> tuple[float, str]:
    """Ask how often the sum would be as far from zero, had each sign been drawn by a fair coin."""
    sums = sums[sums != 0]
    if not len(sums):
        return 1.0, "paired permutation, every sign"
    seen, most = abs(float(sums.sum())), float(np.abs(sums).sum())
    if len(sums) > RESAMPLED.value:
        return erfc(seen / sqrt(2 * float((sums**2).sum()))), "paired permutation, normal limit"
    exact = 2 ** len(sums) <= DRAWS
    signs = _every_sign(len(sums)) if exact else _drawn_signs(len(sums), seed)
    rows = range(0, len(signs), ROWS)
    flipped = np.concatenate([signs[row : row + ROWS] @ sums for row in rows])
    as_far = int((np.abs(flipped) >= seen - ALIKE * most).sum())
    if exact:
        return as_far / len(signs), "paired permutation, every sign"
    return (as_far + 1) / (len(signs) + 1), f"paired permutation, {DRAWS:,} draws"


def _every_sign(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    bits = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    return (2 * bits - 1).astype(np.int8)


def _drawn_signs(count: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    draw = np.random.default_rng(seed)
    return 2 * draw.integers(0, 2, (DRAWS, count), dtype=np.int8) - 1
