"""The few distributions that tests and intervals need: binomial, normal, Student's t."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NORMAL = NormalDist()
MISSED = 0.05  # of all 95 % intervals miss the truth, and of all equal systems are told apart
Z = NORMAL.inv_cdf(1 - MISSED / 2)
FEW_DEGREES = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706}  # too few to expand


def binomial(trials: int, chance: float) -> Floats:
    """Give the probability of 0, 1, ... `trials` successes; `chance` lies between 0 and 1."""
    successes = np.arange(trials + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    ways = factorials[-1] - factorials - factorials[::-1]
    logarithms = ways + successes * np.log(chance) + successes[::-1] * np.log1p(-chance)
    return np.asarray(np.exp(logarithms), dtype=np.float64)


def student(degrees: int) -> float:
    """Give what 97.5 % of Student's t lie below, by its expansion around the normal."""
    if degrees in FEW_DEGREES:
        return FEW_DEGREES[degrees]
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / degrees + second / degrees**2 + third / degrees**3
