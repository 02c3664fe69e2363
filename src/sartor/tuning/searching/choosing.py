"""Attempts in, the one to take out, and how much too good it looked where it was chosen.

The best of many is partly the luckiest. So the smallest recipe is taken among those that cannot be
told from the best: those within one standard error of it. A smaller adapter also forgets less.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, stdev

from sartor.tuning.guard.intervals import MISSED, apart
from sartor.tuning.searching.space import width_of
from sartor.tuning.searching.trials import OVERTAKEN, Attempt, Trial
from sartor.types import Chosen, Measurement

_Z = NormalDist().inv_cdf(1 - MISSED / 2)


def choose(attempts: Sequence[Attempt]) -> Chosen[Attempt] | None:
    """Choose among the attempts that were trained to the end; None when there is none."""
    done = [(one, one.trial) for one in attempts if one.finished and one.trial]
    if not done:
        return None
    best, best_trial = max(done, key=lambda pair: (pair[1].dev.mean, -_size(pair[0])))
    alike = [one for one, trial in done if _as_good(trial, best_trial)]
    chosen = min(alike, key=lambda one: (_size(one), one.number))
    if len(done) == 1:
        behind = sum(one.outcome == OVERTAKEN for one in attempts)
        reason = "the only recipe that was trained to the end"
        reason += f"; {behind} more were behind after as much training" if behind else ""
    elif chosen is best:
        reason = f"the best of {len(done)}, and none smaller is within a standard error of it"
    else:
        reason = (
            f"within a standard error of the best of {len(done)} (number {best.number}), and "
            "smaller or trained for less long"
        )
    return Chosen(chosen, reason)


def gap(dev: Measurement, test: Measurement) -> Measurement:
    """Give how much better it looked where it was chosen than where it was not."""
    return apart("optimism", test, dev)


def _as_good(trial: Trial, best: Trial) -> bool:
    behind = best.dev.mean - trial.dev.mean
    return behind <= _standard_error(trial, best)


def _standard_error(trial: Trial, best: Trial) -> float:
    """Take the error of the difference where both know their single scores, else the best's own."""
    pairs = [
        first - second
        for first, second in zip(best.scores, trial.scores, strict=False)
        if first is not None and second is not None
    ]
    if len(pairs) > 1 and len(best.scores) == len(trial.scores) and fmean(pairs) >= 0:
        return stdev(pairs) / sqrt(len(pairs))
    return (best.dev.high - best.dev.low) / (2 * _Z)


def _size(attempt: Attempt) -> float:
    """Weigh a recipe by how much is trained and for how long."""
    return max(1, width_of(attempt.recipe)) * attempt.recipe.epochs
