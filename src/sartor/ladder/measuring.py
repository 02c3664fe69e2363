"""Rungs and questions -> scorecards: each rung built when its turn comes, asked, and let go.

All are asked the same questions in the same order. A rung that fails is left out with its reason;
a model that is gone ends it all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

from sartor.errors import BudgetRefused, InputError, ProviderError, SartorError
from sartor.ladder.racing import Race, race
from sartor.ladder.rungs import Build, Rung, opened
from sartor.protocols import Progress
from sartor.types import Question, Scorecard

STAGE = "rungs"

Evaluate = Callable[[str, object, Sequence[Question]], Scorecard]
Stored = Callable[[str, Sequence[Question]], Scorecard | None]


@dataclass(slots=True)
class Measured:
    """What became of the rungs: scorecards, races between wordings, and why others have none."""

    cards: dict[str, Scorecard] = field(default_factory=dict)
    races: dict[str, Race] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measuring:
    """What every rung of one climb is measured with.

    `stored` may know a scorecard from before, under the name that `evaluate` would be given.
    Wordings of prompts are raced by `metric` on the questions of `development`.
    """

    evaluate: Evaluate
    stored: Stored
    questions: Sequence[Question]
    development: Sequence[Question]
    metric: str
    clusters: Mapping[str, str]
    seed: int

    def all(self, rungs: Sequence[Rung], progress: Progress | None = None) -> Measured:
        """Measure what can be measured; say of the rest why not."""
        found = Measured(missing={rung.name: rung.needs for rung in rungs if rung.needs})
        ready = [rung for rung in rungs if not rung.needs]
        for done, rung in enumerate(ready):
            if progress:
                progress(STAGE, done, len(ready))
            try:
                self._add(found, rung)
            except (ProviderError, BudgetRefused):
                raise  # not this rung's fault, and asking the next one would end the same way
            except Exception as error:  # noqa: BLE001  # any system may stand here; others go on
                found.missing[rung.name] = _failure(error)
        if progress:
            progress(STAGE, len(ready), len(ready))
        return found

    def _add(self, found: Measured, rung: Rung) -> None:
        """Measure one rung, in the best wording of its prompts."""
        raced = self._race(rung) if rung.variants and self.development else None
        wording = raced.chosen if raced else rung.wording
        with ExitStack() as stack:
            build = rung.wordings[wording]
            card = self._ask(stack, {}, rung.worded(wording), build, self.questions)
        errors = [row.error for row in card.rows if row.error]
        if card.rows and len(errors) == len(card.rows):
            raise InputError(f"it failed on every question; on the first: {errors[0]}")
        found.cards[rung.name] = card
        if raced:
            found.races[rung.name] = _reported(raced, card)

    def _race(self, rung: Rung) -> Race:
        """Choose between the wordings of a rung; all stay open until the race is over."""
        with ExitStack() as stack:
            built: dict[str, object] = {}
            asks = {
                wording: partial(self._ask, stack, built, rung.worded(wording), build)
                for wording, build in rung.wordings.items()
            }
            return race(
                asks, self.development, metric=self.metric, clusters=self.clusters, seed=self.seed
            )

    def _ask(
        self,
        stack: ExitStack,
        built: dict[str, object],
        name: str,
        build: Build,
        questions: Sequence[Question],
    ) -> Scorecard:
        """Look for a stored scorecard, else ask; what is not asked is never built."""
        card = self.stored(name, questions)
        if card is not None:
            return card
        if name not in built:
            built[name] = stack.enter_context(opened(build))
        return self.evaluate(name, built[name], questions)


def _failure(error: Exception) -> str:
    text = str(error) if isinstance(error, SartorError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())


def _reported(found: Race, card: Scorecard) -> Race:
    """Set beside the figure that a wording was chosen by the one that counts."""
    reported, chosen = card.measurements.get(found.metric), found.tried.get(found.chosen)
    gap = chosen.mean - reported.mean if chosen and reported else None
    return replace(found, reported=reported, gap=gap)
