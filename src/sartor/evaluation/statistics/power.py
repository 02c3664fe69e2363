"""How many questions tell what.

A difference counts as told when a test at 5 % finds it in four of five sets of that size.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isclose, sqrt

from sartor.evaluation.statistics.distributions import MISSED, NORMAL, Floats, Z
from sartor.evaluation.statistics.grouping import design_effect
from sartor.evaluation.statistics.intervals import wilson
from sartor.types import Chosen, Measurement

POWER = 0.8
REACH = 100_000  # more questions than anyone writes: as good as never
FEWEST = 6  # that differ, all one way, before an exact test at 5 % tells anything
DISAGREEING = Chosen(
    1 / 8,
    "two systems worth comparing are usually close relatives (another prompt, another search) and "
    "disagree on about one question in eight; where they disagree on four times as many, the "
    "smallest difference that can be told is twice as large",
)


def detectable(questions: int) -> float:
    """Give the smallest difference, as a share, that two systems on one set are told apart by.

    It is assumed that they disagree on one question in eight, or on as many as they differ by.
    The exact test is a little stricter than this: it finds such a difference in three of four sets.
    """
    if questions <= FEWEST:
        return 1.0
    least, most = 0.0, 1.0
    for _ in range(40):
        middle = (least + most) / 2
        told = needed(middle, max(DISAGREEING.value, middle)) <= questions
        least, most = (least, middle) if told else (middle, most)
    return min(1.0, max(most, FEWEST / questions))


def needed(difference: float, square: float, missed: float = MISSED) -> float:
    """Give the questions that tell a mean difference whose square is on average `square`."""
    chance = NORMAL.inv_cdf(1 - missed / 2) * sqrt(square)
    luck = NORMAL.inv_cdf(POWER) * sqrt(max(0.0, square - difference**2))
    return ((chance + luck) / difference) ** 2


def further(differences: Floats, clusters: Sequence[str] | None, *, counted: bool) -> int | None:
    """Say how many more questions would probably tell, were things as they look.

    `counted` differences are -1, 0 or 1: their exact test takes each question for itself, and is
    a little stricter than the formula.
    """
    difference = abs(float(differences.mean()))
    square = float((differences**2).mean())
    if not square or difference < 1e-9:
        return None
    total = needed(difference, square)
    if counted:
        total += (1 - difference) / difference
    else:
        total *= design_effect(differences, clusters)
    total = max(total, FEWEST * len(differences) / int((differences != 0).sum()))
    return _within_reach(total - len(differences))


def further_for(difference: Measurement, missed: float) -> int | None:
    """Say the same for a test as strict as `missed`, from the difference and its interval alone."""
    size, error = abs(difference.mean), (difference.high - difference.low) / (2 * Z)
    if not size or not error:
        return None
    variance = difference.n * error**2
    return _within_reach(needed(size, variance + size**2, missed) - difference.n)


def questions_to_prove(measured: Measurement, value: float, *, at_least: bool) -> int | None:
    """Say how many further questions would prove a requirement, were the estimate the truth.

    0: it is proved. None: the estimate does not meet it, or no number in reach would prove it.
    """
    near = measured.low if at_least else measured.high
    spare = measured.mean - value if at_least else value - measured.mean
    if near >= value if at_least else near <= value:
        return 0
    width = abs(measured.mean - near)
    if spare <= 0 or not width:
        return None
    if _is_proportion(measured):  # a score interval ends at `value` where n is exactly this
        return _within_reach(Z * Z * value * (1 - value) / spare**2 - measured.n)
    return _within_reach(measured.n * (width / spare) ** 2 - measured.n)


def _within_reach(count: float) -> int | None:
    """Round up to whole questions, at least one; None where they are too many."""
    return max(1, ceil(count - 1e-9)) if count <= REACH else None


def _is_proportion(measured: Measurement) -> bool:
    if not 0 <= measured.mean <= 1:
        return False
    low, high = wilson(measured.mean * measured.n, measured.n)
    return isclose(low, measured.low, abs_tol=1e-9) and isclose(high, measured.high, abs_tol=1e-9)
