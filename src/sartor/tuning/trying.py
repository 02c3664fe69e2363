"""One training among many: what searching and learning curves ask for, on an open bench.

No guard and no registry: only how well the task is done by examples that training never saw. What
is trained is let go once it is measured; of a recipe trained to the end the weights stay on disk.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import fmean
from time import monotonic

from torch import nn

from sartor.errors import ExamplesRefused
from sartor.protocols import Progress
from sartor.tuning.bench import Bench
from sartor.tuning.guard import Writer, room_for
from sartor.tuning.guard.intervals import summarise
from sartor.tuning.loop import Standing, Trained, Watch, checkpoints
from sartor.tuning.order import Order
from sartor.tuning.recipes import Recipe
from sartor.tuning.searching import (
    Attempt,
    Curve,
    Found,
    OutOfTime,
    Trial,
    curve,
    described,
    nested,
    search,
    space_around,
)
from sartor.tuning.searching.curve import SHARES
from sartor.tuning.searching.search import STEPS
from sartor.tuning.searching.trials import FINISHED
from sartor.tuning.under_way import scratch
from sartor.types import Chosen, Example, Measurement

TASK = "task"
REPLAY = Chosen(1.0, "as many general tokens as are learned, in every trial")
PARTS = {STEPS[0]: "a ninth", STEPS[1]: "a third", STEPS[2]: "all"}
SOON = 0.01  # minutes: what a training may take that begins when the time is nearly up


def find_recipe(
    order: Order,
    *,
    folder: Path,
    minutes: float,
    began: float | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Found:
    """Search recipes around the order's own, within a budget; confirmed on the test examples.

    The budget counts from `began` (by `time.monotonic`): opening and measuring is part of it.
    """
    began = monotonic() if began is None else began
    telling = _Telling(watch, began, minutes, progress)
    with scratch(folder):
        trials = _Trials.prepared(order, folder, telling)
        trials.mix()

        def trained(recipe: Recipe, share: float) -> Trial:
            telling.begins(recipe, share)
            learned = trials.bench.split.train
            found = trials.candidate(recipe, learned, share=share, seed=order.seed)
            telling.measured(share, found.dev)
            return found

        space = space_around(order.recipe)
        return search(
            trained, space, minutes=minutes, seed=order.seed, told=telling.ended, began=began
        )


def learning_curve(
    order: Order,
    *,
    folder: Path,
    seeds: int = 1,
    minutes: float = 0.0,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Curve:
    """Train on a quarter, half and all of the examples; say whether more would help."""
    telling = _Telling(watch, monotonic(), minutes)
    with scratch(folder):
        trials = _Trials.prepared(order, folder, telling)
        train = trials.bench.split.train
        done = count(1)

        def trained(share: float, seed: int) -> Trial:
            part = nested(train, SHARES, seed=seed)[SHARES.index(share)]
            number = next(done)
            telling.say(
                f"training {number} of {seeds * len(SHARES)}: {len(part):,} examples, seed {seed} "
                f"({telling.used})"
            )
            found = trials.trial(order.recipe, part, seed=seed)
            telling.say(f"  {100 * found.dev.mean:.1f} %")
            if progress:
                progress("trainings", number, seeds * len(SHARES))
            return found

        return curve(trained, examples=len(train), seeds=seeds, minutes=minutes)


@dataclass(slots=True)
class _Telling:
    """Says what is being done, and how much of the time it has used."""

    watch: Watch | None
    began: float
    minutes: float
    progress: Progress | None = None
    recipes: int = 0

    @property
    def spent(self) -> float:
        """Minutes since it began."""
        return (monotonic() - self.began) / 60

    @property
    def left(self) -> float:
        """Minutes that are left of the budget."""
        return self.minutes - self.spent

    @property
    def used(self) -> str:
        """Say how much of the budget is used."""
        return f"{self.spent:.1f}{f' of {self.minutes:g}' if self.minutes else ''} min used"

    def say(self, note: str) -> None:
        if self.watch is not None:
            self.watch.say(note)

    def begins(self, recipe: Recipe, share: float) -> None:
        if round(share * STEPS[-1]) == STEPS[0]:
            self.recipes += 1
            self.say(f"recipe {self.recipes}: {described(recipe)} ({self.used})")

    def measured(self, share: float, dev: Measurement) -> None:
        part = PARTS[round(share * STEPS[-1])]
        self.say(f"  {part} of its training: {100 * dev.mean:.1f} % ({self.used})")

    def ended(self, attempt: Attempt) -> None:
        if attempt.outcome != FINISHED:
            self.say(f"  {attempt.reason or attempt.outcome}")
        if self.progress:
            self.progress("recipes", self.recipes, 0)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Passes the steps of a training on, and not what is said of every training alike."""

    watch: Watch

    def see(self, standing: Standing) -> None:
        self.watch.see(standing)

    def say(self, note: str) -> None:
        """Drop it."""


@dataclass(frozen=True, slots=True)
class _Trials:
    """Trains on an open bench, again and again."""

    bench: Bench
    telling: _Telling
    numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    @classmethod
    def prepared(cls, order: Order, folder: Path, telling: _Telling) -> _Trials:
        telling.say(f"opening {order.base_name or order.base.name}")
        bench = Bench.prepared(order, folder)
        if not bench.split.dev or not bench.choosing.measures:
            raise ExamplesRefused(
                f"{len(order.examples)} examples leave none to measure trials by",
                hint="at least some fifty are needed",
            )
        return cls(bench, telling)

    def mix(self) -> None:
        """Let the base answer the general prompts that every trial of a search learns alike."""
        self.telling.say("letting it answer general prompts, which are mixed in")
        self.bench.mixed(REPLAY.value, self.bench.split.train)

    def candidate(
        self, recipe: Recipe, examples: Sequence[Example], *, share: float, seed: int
    ) -> Trial:
        """Train with a share of the epochs, as long as there is time; see `OutOfTime`."""
        own, left = self.bench.order.minutes, max(self.telling.left, SOON)
        shorter = replace(recipe, epochs=recipe.epochs * share)
        trained = self._trained(shorter, examples, seed=seed, minutes=min(own or left, left))
        if self.telling.left <= 0:
            raise OutOfTime
        trial = self._measured(trained, seed)
        if share < 1:
            return trial
        kept = self._kept(trained.network)
        return replace(trial, confirm=partial(self._confirmed, recipe, kept, seed))

    def trial(self, recipe: Recipe, examples: Sequence[Example], *, seed: int) -> Trial:
        """Train a recipe to the end."""
        minutes = self.bench.order.minutes
        return self._measured(self._trained(recipe, examples, seed=seed, minutes=minutes), seed)

    def _trained(
        self, recipe: Recipe, examples: Sequence[Example], *, seed: int, minutes: float
    ) -> Trained:
        gc.collect()  # the Trainer before and its callbacks hold each other, and the network
        watch = _Steps(self.telling.watch) if self.telling.watch else None
        return self.bench.trained(
            REPLAY, recipe=recipe, examples=examples, seed=seed, minutes=minutes, watch=watch
        ).trained

    def _measured(self, trained: Trained, seed: int) -> Trial:
        scores = self._scores(trained.network, self.bench.split.dev)
        return Trial(_summary(scores, seed), scores, trained.seconds)

    def _kept(self, network: nn.Module) -> Path:
        folder = self.bench.folder / f"kept-{self.numbers()}"
        folder.mkdir()
        checkpoints.save_weights(network, folder)
        return folder

    def _confirmed(self, recipe: Recipe, kept: Path, seed: int) -> Measurement:
        """Measure what was trained on the test examples."""
        self.telling.say("confirming the choice on examples that did not choose")
        network = self.bench.attached(recipe, seed=seed)
        checkpoints.load_weights(network, kept)
        network.eval()
        return _summary(self._scores(network, self.bench.split.test), seed)

    def _scores(self, network: nn.Module, examples: Sequence[Example]) -> tuple[float | None, ...]:
        """Score each example by the mean of all measures."""
        encoder, measures = self.bench.encoder, self.bench.choosing.measures
        writer = Writer(network, encoder, max_tokens=room_for(encoder, examples))
        fitting = [one for one in examples if writer.fits(one.prompt)]
        written = writer.write([one.prompt for one in fitting])
        found = []
        for example, text in zip(fitting, written, strict=True):
            known = [score for one in measures if (score := one.score(example, text)) is not None]
            found.append(fmean(known) if known else None)
        return tuple(found)


def _summary(scores: Sequence[float | None], seed: int) -> Measurement:
    found = summarise(TASK, scores, seed=seed)
    if found is None:
        raise ExamplesRefused("no example left room for an answer that could be measured")
    return found
