"""Trainings on a part of the examples in, whether more examples would help out.

What decides is the last step, from half of the examples to all of them: whoever gathers as many
again can hope for less than that, since such curves flatten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance
from time import monotonic
from typing import Literal

from sartor.tuning.examples import split_examples
from sartor.tuning.guard.intervals import MISSED, Values, apart, change, summarise
from sartor.tuning.searching.trials import Trial
from sartor.types import Example, Measurement

SHARES = (0.25, 0.5, 1.0)
WORTH = 0.02  # a gain below that is not worth gathering as many examples again
_Z = NormalDist().inv_cdf(1 - MISSED / 2)

Helps = Literal["more examples would help", "more examples would not help", "cannot tell"]
Train = Callable[[float, int], Trial]


@dataclass(frozen=True, slots=True)
class Point:
    """The score with a share of the examples, over all seeds."""

    share: float
    examples: int
    score: Measurement
    seeds: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores by share; `gain` is what the last step brought, `helps` what follows from it."""

    points: tuple[Point, ...]
    gain: Measurement | None
    helps: Helps
    reason: str


def curve(
    trial: Train,
    *,
    shares: Sequence[float] = SHARES,
    examples: int = 0,
    seeds: int = 1,
    minutes: float = 0.0,
    clock: Callable[[], float] = monotonic,
) -> Curve:
    """Train on each share with each seed: `trial(share, seed)` trains and measures.

    The first seed is always done; further ones as long as the budget allows (0 minutes: no
    limit). Ctrl-C ends it with the seeds that are complete, if there is one.
    """
    began, rounds = clock(), list[list[Trial]]()
    try:
        for seed in range(seeds):
            rounds.append([trial(share, seed) for share in shares])
            spent = clock() - began
            if minutes and spent + spent / len(rounds) > 60 * minutes:
                break
    except KeyboardInterrupt:
        if not rounds:
            raise
    points = tuple(
        Point(share, round(share * examples), _score([one[at] for one in rounds]), len(rounds))
        for at, share in enumerate(shares)
    )
    gain = _gain([(one[-2], one[-1]) for one in rounds]) if len(shares) > 1 else None
    return Curve(points, gain, *_verdict(points[-1].score, gain))


def nested(
    examples: Sequence[Example], shares: Sequence[float] = SHARES, *, seed: int
) -> tuple[tuple[Example, ...], ...]:
    """Draw a part for each share, each within the next larger one; what is alike stays together."""
    kept = tuple(examples)
    found = {}
    for share in sorted(shares, reverse=True):
        left_out = 1 - share * len(examples) / len(kept)
        if left_out > 0:
            kept = split_examples(kept, seed=seed, dev=0.0, test=left_out).train
        found[share] = kept
    return tuple(found[share] for share in shares)


def _score(trials: Sequence[Trial]) -> Measurement:
    """Average over seeds, example by example where the trials know their single scores."""
    averaged = summarise(trials[0].dev.metric, _averaged([one.scores for one in trials]))
    if averaged is not None:
        return averaged
    means, lows, highs = zip(
        *((one.dev.mean, one.dev.low, one.dev.high) for one in trials), strict=True
    )
    first = trials[0].dev
    return Measurement(first.metric, fmean(means), fmean(lows), fmean(highs), first.n)


def _averaged(rows: Sequence[Values]) -> list[float | None]:
    if len({len(row) for row in rows}) != 1:
        return []
    return [
        fmean(known) if (known := [one for one in column if one is not None]) else None
        for column in zip(*rows, strict=True)
    ]


def _gain(steps: Sequence[tuple[Trial, Trial]]) -> Measurement:
    """Give what the last step brought; how far the seeds disagree widens its interval."""
    before = _averaged([was.scores for was, _ in steps])
    after = _averaged([now.scores for _, now in steps])
    found = change("gain", before, after) if len(before) == len(after) else None
    if found is None:
        found = apart("gain", _score([was for was, _ in steps]), _score([now for _, now in steps]))
    if len(steps) < 2:
        return found
    spread = _Z**2 * variance([now.dev.mean - was.dev.mean for was, now in steps]) / len(steps)
    low = found.mean - sqrt((found.mean - found.low) ** 2 + spread)
    high = found.mean + sqrt((found.high - found.mean) ** 2 + spread)
    return Measurement("gain", found.mean, low, high, found.n)


def _verdict(last: Measurement, gain: Measurement | None) -> tuple[Helps, str]:
    if gain is None:
        return "cannot tell", "one point is no curve"
    brought = (
        f"the last step brought {_points(gain.mean)} [{_points(gain.low)}, {_points(gain.high)}]"
    )
    if last.mean > 1 - WORTH:
        return "more examples would not help", f"there is nothing left to gain; {brought} points"
    if gain.low > 0:
        said = f"{brought} points; as many examples again can be hoped to bring part of that"
        return "more examples would help", said
    if gain.high < WORTH:
        return "more examples would not help", f"{brought} points, less than {_points(WORTH)}"
    return "cannot tell", f"{brought} points: more test examples or more seeds would tell"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
