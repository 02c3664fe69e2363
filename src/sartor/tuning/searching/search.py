"""A way to train in, the recipe to take out: successive halving within a budget of minutes.

Every recipe first gets a ninth of its training, then a third, then all of it; whoever is not among
the best third of those that came as far is overtaken there. The recipe one started from comes first
and is trained to the end if there is time for it, which its first ninth tells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sartor.errors import MissingExtra, TrainingFailed
from sartor.tuning.recipes import Recipe
from sartor.tuning.searching.choosing import choose, gap
from sartor.tuning.searching.space import Space
from sartor.tuning.searching.trials import (
    FAILED,
    FINISHED,
    NO_TIME,
    OVERTAKEN,
    Attempt,
    OutOfTime,
    Trial,
)
from sartor.types import Measurement

if TYPE_CHECKING:
    import optuna

KEPT = 3  # one of so many goes on ...
STEPS = (1, 3, 9)  # ... at each of these steps, the last of which is the whole training
FIRST_BY_LOT = 5  # recipes before the search begins to look near the good ones
MOST = 200  # recipes; a budget ends a search, this one that has none
OVERRUN = 1.05  # a training may take so much longer than those before it

Train = Callable[[Recipe, float], Trial]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `recipe` is the one to take, `gap` how much too good it looked.

    `test` and `started` are measured on examples that nothing was chosen by: the recipe to take,
    and the one that the search started from. `stopped` says what ended it: "budget", "interrupted"
    or "enough". Without a recipe trained to the end, `recipe` is the one that was started from and
    `dev` is missing.
    """

    recipe: Recipe
    trials: tuple[Attempt, ...]
    chosen: int | None
    dev: Measurement | None
    test: Measurement | None
    gap: Measurement | None
    started: Measurement | None
    reason: str
    stopped: str
    seconds: float


def search(
    trial: Train,
    space: Space,
    *,
    minutes: float,
    seed: int,
    clock: Callable[[], float] = monotonic,
    told: Callable[[Attempt], None] | None = None,
    began: float | None = None,
) -> Found:
    """Look through a space: `trial` trains a recipe with a share of its budget and measures it.

    No training is begun that would not end in time, as far as those before it tell; `trial` may
    raise `OutOfTime` for the others. The time counts from `began`, by `clock`; default: now. A
    trial that fails is noted and the search goes on; Ctrl-C ends it with the best so far. `told`
    hears of each attempt. Raises `TrainingFailed` when every attempt failed.
    """
    attempts: list[Attempt] = []
    stopped = "enough"
    with _study(seed) as study:
        study.enqueue_trial(space.values(space.start))
        race = _Race(study, trial, space, _Watch(60 * minutes, clock, began))
        try:
            while len(attempts) < MOST and stopped != "budget":
                attempt = race.attempt(first=not attempts)
                if attempt.outcome == NO_TIME:
                    stopped = "budget"
                if attempt.trial or attempt.outcome == FAILED:
                    attempts.append(attempt)
                    (told or _nobody)(attempt)
        except KeyboardInterrupt:
            stopped = "interrupted"
    return _found(space, attempts, stopped, race.watch)


@dataclass(frozen=True, slots=True)
class _Race:
    """Recipes that are trained step by step, each as far as it is worth it and time allows."""

    study: optuna.Study
    train: Train
    space: Space
    watch: _Watch

    def attempt(self, *, first: bool) -> Attempt:
        """Try the next recipe; the `first` to the end, as nothing can be told without one."""
        asked = self.study.ask(_distributions(self.space))
        recipe = self.space.recipe(asked.params)
        began, share, result, outcome, reason = self.watch.spent(), 0.0, None, FINISHED, ""
        for step in STEPS:
            if not self.watch.allows(recipe.epochs * step / STEPS[-1]):
                outcome = NO_TIME
                break
            try:
                result = self._trained(recipe, step / STEPS[-1])
            except OutOfTime:
                outcome = NO_TIME
                break
            except TrainingFailed as error:
                result, share = None, step / STEPS[-1]
                outcome, reason = FAILED, str(error.args[0])
                asked.report(0.0, step)  # so that what is near it is looked at less
                break
            share = step / STEPS[-1]
            asked.report(result.dev.mean, step)
            if not first and step != STEPS[-1] and asked.should_prune():
                outcome = OVERTAKEN
                break
        self._tell(asked, result if outcome == FINISHED else None)
        spent = self.watch.spent() - began
        return Attempt(asked.number, recipe, share, result, spent, outcome, reason)

    def _trained(self, recipe: Recipe, share: float) -> Trial:
        began = self.watch.spent()
        result = self.train(recipe, share)
        self.watch.learn(recipe.epochs * share, self.watch.spent() - began, result.seconds)
        if not math.isfinite(result.dev.mean):
            raise TrainingFailed(f"it was measured as {result.dev.mean}")
        return result

    def _tell(self, asked: optuna.Trial, result: Trial | None) -> None:
        from optuna.trial import TrialState

        if result is None:
            self.study.tell(asked, state=TrialState.PRUNED)
        else:
            self.study.tell(asked, result.dev.mean)


def _found(space: Space, attempts: Sequence[Attempt], stopped: str, watch: _Watch) -> Found:
    if attempts and all(one.outcome == FAILED for one in attempts):
        raise TrainingFailed(
            f"none of {len(attempts)} recipes could be trained; the first: {attempts[0].reason}",
            hint="sartor tune plan, then sartor tune run with the recipe as it is",
        )
    chosen = choose(attempts)
    if chosen is None or chosen.value.trial is None:
        reason = f"{_ended(stopped)} before a recipe was trained to the end: it stays as it was"
        reason += watch.needed(space.start.epochs)
        nothing = (None,) * 5
        return Found(space.start, tuple(attempts), *nothing, reason, stopped, watch.spent())
    trial = chosen.value.trial
    test = _confirmed(trial)
    first = attempts[0]
    started = test if first is chosen.value else _confirmed(first.trial if first.finished else None)
    return Found(
        recipe=chosen.value.recipe,
        trials=tuple(attempts),
        chosen=chosen.value.number,
        dev=trial.dev,
        test=test,
        gap=gap(trial.dev, test) if test else None,
        started=started,
        reason=chosen.reason + (f"; {_ended(stopped)}" if stopped == "interrupted" else ""),
        stopped=stopped,
        seconds=watch.spent(),
    )


def _confirmed(trial: Trial | None) -> Measurement | None:
    try:
        return trial.confirm() if trial and trial.confirm else None
    except KeyboardInterrupt:  # what was found is told all the same, as not confirmed
        return None


def _ended(stopped: str) -> str:
    return "the search was interrupted" if stopped == "interrupted" else "the time was up"


def _nobody(_: Attempt) -> None:
    """Hear of an attempt and do nothing."""


class _Watch:
    """How much time is left, and how long what comes will take, judged by what has been."""

    def __init__(
        self, seconds: float, clock: Callable[[], float], began: float | None = None
    ) -> None:
        self._clock = clock
        self._began = clock() if began is None else began
        self._seconds = seconds
        self._slowest = 0.0  # seconds for an epoch
        self._beside = 0.0  # seconds beside the training itself, however short it is

    def spent(self) -> float:
        return self._clock() - self._began

    def learn(self, epochs: float, seconds: float, training: float) -> None:
        self._slowest = max(self._slowest, (training or seconds) / epochs)
        self._beside = max(0.0, seconds - training) if training else 0.0

    def allows(self, epochs: float) -> bool:
        return self.spent() + self._takes(epochs) <= self._seconds

    def needed(self, epochs: float) -> str:
        """Say what one whole training would take, where that is known."""
        minutes = self._takes(epochs) / 60
        if not minutes:
            return ""
        return f"; one whole training takes about {minutes:.2g} minutes, and some must be compared"

    def _takes(self, epochs: float) -> float:
        return OVERRUN * (epochs * self._slowest + self._beside)


@contextmanager
def _study(seed: int) -> Iterator[optuna.Study]:
    """Open a study that lives in memory and keeps quiet."""
    try:
        import optuna
    except ImportError as error:
        raise MissingExtra(
            "searching for a recipe needs the extra tune", hint='pip install "sartor[tune]"'
        ) from error
    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=FIRST_BY_LOT),
            pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=KEPT),
        )
    finally:
        optuna.logging.set_verbosity(said)


def _distributions(
    space: Space,
) -> dict[str, optuna.distributions.BaseDistribution]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    found = {
        "learning_rate": FloatDistribution(*space.learning_rates, log=True),
        "epochs": CategoricalDistribution(space.epochs),
    }
    return found | ({"width": CategoricalDistribution(space.widths)} if space.widths else {})
