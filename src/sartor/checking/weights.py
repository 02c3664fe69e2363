"""What a claim and its evidence have in common -> how likely the evidence says the claim.

A logistic function over a handful of features, each 0 to 1 and each with a meaning. The weights
are printed by `benchmarks/checking.py --fit`, from the development halves of its sets; nothing
else is learnt. `coverage` is not fitted: in every set the wrong claims borrow the words of one
sentence, and a free weight would punish quoting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import exp


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against a claim; each value is between 0 and 1."""

    coverage: float  # of the claim's words, by weight, that the window holds
    focus: float  # ... that its whole passage holds, of the words that are not in the question
    meaning: float  # cosine of claim and window; 0 without an embedder
    missing: float  # share of the numbers, dates and names that the window lacks
    contradicted: float  # 1 when a detail contradicts


FEATURES = tuple(field.name for field in fields(Signals))

WITH_MEANING: Mapping[str, float] = {
    "base": -2.94, "coverage": 0.5, "focus": 2.82, "meaning": 1.75, "missing": -0.29,
    "contradicted": -2.21,
}  # fmt: skip
WITHOUT_MEANING: Mapping[str, float] = {
    "base": -1.98, "coverage": 0.5, "focus": 3.03, "meaning": 0.0, "missing": -0.77,
    "contradicted": -3.24,
}  # fmt: skip


def probability(signals: Signals, weights: Mapping[str, float]) -> float:
    """Turn signals into the probability that the evidence supports the claim."""
    total = weights["base"] + sum(weights[name] * getattr(signals, name) for name in FEATURES)
    return 1.0 / (1.0 + exp(-total))
