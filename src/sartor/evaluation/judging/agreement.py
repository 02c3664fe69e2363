"""A judge's verdicts and people's labels of the same answers -> how far to trust the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sartor.evaluation.statistics import measurement
from sartor.types import Measurement

RESAMPLES = 2_000

Pair = tuple[bool, bool]  # what the person said, what the judge said


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a judge agrees with people, on the answers that both have judged.

    `sensitivity` is the share of right answers that it calls right, `specificity` that of wrong
    ones that it calls wrong; None where there was no such answer. `kappa` is agreement beyond
    chance: None where all labels and verdicts are the same, since chance does as well then.
    """

    n: int
    accuracy: Measurement
    sensitivity: Measurement | None
    specificity: Measurement | None
    kappa: Measurement | None


def agreement(
    verdicts: Mapping[str, bool], labels: Mapping[str, bool], *, seed: int = 0
) -> Agreement | None:
    """Compare by id; None where nothing was judged by both."""
    both = [(labels[id], verdicts[id]) for id in sorted(labels.keys() & verdicts.keys())]
    if not both:
        return None
    return Agreement(
        len(both),
        measurement("judge.accuracy", [float(label == said) for label, said in both]),
        _share("judge.sensitivity", [float(said) for label, said in both if label]),
        _share("judge.specificity", [float(not said) for label, said in both if not label]),
        _kappa(both, seed),
    )


def _share(metric: str, values: Sequence[float]) -> Measurement | None:
    return measurement(metric, values) if values else None


def _kappa(both: Sequence[Pair], seed: int) -> Measurement | None:
    """Measure Cohen's kappa; draws in which it does not exist are left out of the interval."""
    pairs = np.array(both, dtype=bool)
    draw = np.random.default_rng(seed)
    value = _kappa_of(pairs)
    if value is None:
        return None
    picks = draw.integers(len(pairs), size=(RESAMPLES, len(pairs)))
    drawn = [kappa for kappa in (_kappa_of(pairs[pick]) for pick in picks) if kappa is not None]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Measurement("judge.kappa", value, float(low), float(high), len(pairs))


def _kappa_of(pairs: NDArray[np.bool_]) -> float | None:
    labels, verdicts = pairs.mean(axis=0)
    chance = labels * verdicts + (1 - labels) * (1 - verdicts)
    if chance == 1:
        return None
    agreed = (pairs[:, 0] == pairs[:, 1]).mean()
    return float((agreed - chance) / (1 - chance))
