"""One training among many: what searching and learning curves ask for, on an open bench.

No guard and no registry: only how well the task is done by examples that training never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from torch import nn

from sartor.errors import ExamplesRefused
from sartor.protocols import Progress
from sartor.tuning.bench import Bench
from sartor.tuning.guard import Writer, room_for
from sartor.tuning.guard.intervals import summarise
from sartor.tuning.order import Order
from sartor.tuning.recipes import Recipe
from sartor.tuning.searching import Curve, Found, Trial, curve, nested, search, space_around
from sartor.tuning.searching.curve import SHARES
from sartor.types import Chosen, Example, Measurement

TASK = "task"
REPLAY = Chosen(1.0, "as many general tokens as are learned, in every trial")


def find_recipe(
    order: Order, *, folder: Path, minutes: float, progress: Progress | None = None
) -> Found:
    """Search recipes around the order's own, within a budget; confirmed on the test examples."""
    trials = _Trials.prepared(order, folder)
    tried = iter(range(1, 10_000))

    def told(_: object) -> None:
        if progress:
            progress("recipes", next(tried), 0)

    def trained(recipe: Recipe, share: float) -> Trial:
        return trials.trial(recipe, trials.bench.split.train, share=share, seed=order.seed)

    space = space_around(order.recipe)
    return search(trained, space, minutes=minutes, seed=order.seed, told=told)


def learning_curve(
    order: Order,
    *,
    folder: Path,
    seeds: int = 1,
    minutes: float = 0.0,
    progress: Progress | None = None,
) -> Curve:
    """Train on a quarter, half and all of the examples; say whether more would help."""
    trials = _Trials.prepared(order, folder)
    train = trials.bench.split.train
    done = iter(range(1, 10_000))

    def trained(share: float, seed: int) -> Trial:
        part = nested(train, SHARES, seed=seed)[SHARES.index(share)]
        found = trials.trial(order.recipe, part, share=1.0, seed=seed)
        if progress:
            progress("trainings", next(done), 0)
        return found

    return curve(trained, examples=len(train), seeds=seeds, minutes=minutes)


@dataclass(frozen=True, slots=True)
class _Trials:
    """Trains on an open bench, again and again."""

    bench: Bench

    @classmethod
    def prepared(cls, order: Order, folder: Path) -> _Trials:
        bench = Bench.prepared(order, folder)
        if not bench.split.dev or not bench.choosing.measures:
            raise ExamplesRefused(
                f"{len(order.examples)} examples leave none to measure trials by",
                hint="at least some fifty are needed",
            )
        return cls(bench)

    def trial(
        self, recipe: Recipe, examples: Sequence[Example], *, share: float, seed: int
    ) -> Trial:
        """Train a recipe with a share of its epochs, and measure it."""
        shorter = replace(recipe, epochs=recipe.epochs * share)
        attempt = self.bench.trained(REPLAY, recipe=shorter, examples=examples, seed=seed)
        network = attempt.trained.network
        scores = self._scores(network, self.bench.split.dev)
        return Trial(
            dev=_summary(scores, seed),
            scores=scores,
            seconds=attempt.trained.seconds,
            confirm=lambda: _summary(self._scores(network, self.bench.split.test), seed),
        )

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
