"""Verdicts on all answers, labels on some -> the share that people would call right.

Prediction-powered: the labels alone give an honest estimate, and the verdicts on the answers that
have no label make it narrower, by as much as they agree with the labels where both are there. A
judge that errs one way is corrected, one that guesses is ignored, and nothing is divided by how
good it is: with Rogan and Gladen's formula, which does so, the interval of a weak judge is all of
0 to 1. The labelled answers must be drawn blindly from all; labels picked by hand correct nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sartor.types import Measurement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_LABELS = 20
RESAMPLES = 2_000
BLOCK = 4_000_000  # numbers drawn at once
METRIC = "judge.corrected"


@dataclass(frozen=True, slots=True)
class Corrected:
    """The share that people would call right; None where the labels are too few, and why.

    `trust` is how much weight the verdicts have: 0, labels only, to 1.
    """

    measured: Measurement | None
    reason: str
    trust: float = 0.0


def correct_by_labels(
    verdicts: Mapping[str, bool],
    labels: Mapping[str, bool],
    *,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Corrected:
    """Correct the judge's share by the labels; what is resampled are clusters of questions."""
    ids = sorted(verdicts)
    labelled = np.array([id in labels for id in ids], dtype=bool)
    count = int(labelled.sum())
    if count < LEAST_LABELS:
        return Corrected(
            None,
            f"{count} of the judged answers have a label, {LEAST_LABELS} are needed to correct "
            f"the judge: label {LEAST_LABELS - count} more with `sartor rate`",
        )
    said = np.array([float(verdicts[id]) for id in ids])
    true = np.array([float(labels.get(id, False)) for id in ids])
    trust = _trust(said[labelled], true[labelled])
    gap = np.where(labelled, true - trust * said, 0.0)
    columns = np.column_stack([said, np.ones_like(said), gap, labelled])
    drawn = _drawn(columns, [(clusters or {}).get(id, id) for id in ids], seed)
    low, high = np.quantile(_estimates(drawn, trust, seed), (0.025, 0.975))
    value = float(trust * said.mean() + gap.sum() / count)
    measured = Measurement(METRIC, _share(value), _share(low), _share(high), len(ids))
    return Corrected(measured, f"corrected by {count} labels, verdicts weigh {trust:.2f}", trust)


def _share(value: float) -> float:
    return float(min(1.0, max(0.0, value)))


def _trust(said: Floats, true: Floats) -> float:
    """Choose the weight of the verdicts that makes the variance of the estimate least."""
    variance = said.var()
    if variance == 0:
        return 0.0
    together = np.mean((said - said.mean()) * (true - true.mean()))
    return float(np.clip(together / variance, 0.0, 1.0))


def _drawn(columns: Floats, clusters: Sequence[str], seed: int) -> Floats:
    """Draw clusters with replacement; give the sum of each column in each resample."""
    known = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    numbers, count = [known[cluster] for cluster in clusters], len(known)
    sums = np.column_stack([np.bincount(numbers, column, count) for column in columns.T])
    draw = np.random.default_rng(seed)
    block = max(1, BLOCK // count)
    sizes = [min(block, RESAMPLES - first) for first in range(0, RESAMPLES, block)]
    even = np.full(count, 1 / count)
    return np.concatenate([draw.multinomial(count, even, size=size) @ sums for size in sizes])


def _estimates(drawn: Floats, trust: float, seed: int) -> Floats:
    """Estimate the share in each resample, with two made-up disagreements, one each way.

    Twenty labels without a disagreement are no proof of a judge that never errs.
    """
    said, answers, gap, labelled = drawn.T
    up, down = np.random.default_rng([seed, 1]).poisson(1.0, size=(2, len(drawn)))
    estimates: Floats = trust * said / answers + (gap + up - trust * down) / np.maximum(
        labelled + up + down, 1
    )
    return estimates
