"""Values -> a scale: where each of them stands between its ends, and which are written on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

SPANS = 20  # times: beyond that a scale goes by factors, if there is no zero
STEPS = (1, 2, 5, 10)
MOST_TICKS = 6
LEAST_SPAN = 0.2  # of a share: a few points must not look like a mile


@dataclass(frozen=True, slots=True)
class Scale:
    """`place` puts a value between 0 and 1; `ticks` are those that are written."""

    place: Callable[[float], float]
    ticks: tuple[float, ...]


def scale_of(values: Iterable[float]) -> Scale:
    """Make a scale for amounts, from zero, or by factors where they span too much."""
    found = sorted(values)
    least, most = found[0], found[-1]
    if least > 0 and most / least > SPANS:
        return _by_factors(least, most)
    return _even(0.0, most or 1.0)


def scale_of_shares(values: Iterable[float]) -> Scale:
    """Make a scale that holds all of these shares, and no more than it must."""
    found = sorted(values)
    low, high = floor(10 * found[0]) / 10, ceil(10 * found[-1]) / 10
    while high - low < LEAST_SPAN - 1e-9:
        low, high = max(0.0, low - 0.1), min(1.0, high + 0.1)
    return _even(max(0.0, low), min(1.0, high))


def _even(low: float, high: float) -> Scale:
    step = _step(high - low)
    ticks = [step * number for number in range(ceil(low / step - 1e-9), floor(high / step) + 2)]
    end = max(high, next((tick for tick in ticks if tick >= high - 1e-9), high))
    return Scale(
        lambda value: (value - low) / (end - low),
        tuple(round(tick, 12) for tick in ticks if tick <= end + 1e-9),
    )


def _step(span: float) -> float:
    """Find a round step that parts a span into a few."""
    size: float = 10.0 ** floor(log10(span / MOST_TICKS))
    return next(step * size for step in STEPS if span / (step * size) <= MOST_TICKS + 1e-9)


def _by_factors(least: float, most: float) -> Scale:
    low, high = log10(least), log10(most)
    margin = 0.05 * (high - low)
    low, high = low - margin, high + margin
    decades = range(floor(low), ceil(high) + 1)
    ticks: Sequence[float] = [10.0**one for one in decades if low <= one <= high]
    if len(ticks) < 3:
        ticks = [
            factor * 10.0**one
            for one in decades
            for factor in (1, 3)
            if low <= log10(factor * 10.0**one) <= high
        ]
    return Scale(lambda value: (log10(value) - low) / (high - low), tuple(ticks))
