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
from sartor.ladder.allowance import Allowance
from sartor.ladder.estimate import outlook
from sartor.ladder.racing import Race, race
from sartor.ladder.rungs import Rung, opened
from sartor.types import Question, Scorecard

Evaluate = Callable[[str, object, Sequence[Question]], Scorecard]
Stored = Callable[[str, Sequence[Question]], Scorecard | None]


@dataclass(slots=True)
class Measured:
    """What became of the rungs: scorecards, races between wordings, and why others have none.

    `unbuilt` could be built and are not needed. `cut_short` were left out because of the allowance
    alone; they stand among the missing or the unbuilt as well.
    """

    cards: dict[str, Scorecard] = field(default_factory=dict)
    races: dict[str, Race] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    unbuilt: dict[str, str] = field(default_factory=dict)
    cut_short: dict[str, str] = field(default_factory=dict)

    @property
    def unfinished(self) -> str:
        """Say what the allowance left out; empty where it left out nothing."""
        if not self.cut_short:
            return ""
        told = "; ".join(f"{name} ({why})" for name, why in self.cut_short.items())
        return f"Not all was measured, and the verdict is about the rest alone. Left out: {told}."


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
    allowance: Allowance = field(default_factory=Allowance)

    def add(self, found: Measured, rung: Rung) -> None:
        """Measure a rung if the allowance lets it; say why not where it cannot be measured."""
        if refused := self._refused(found, rung):
            left_out = found.unbuilt if rung.effort else found.missing
            left_out[rung.name] = found.cut_short[rung.name] = refused
            return
        try:
            self._measure(found, rung)
        except ProviderError:
            raise  # not this rung's fault, and asking the next one would end the same way
        except Exception as error:  # noqa: BLE001  # any system may stand here; others go on
            found.missing[rung.name] = _failure(error)
            if isinstance(error, BudgetRefused) and self.allowance.reached:
                found.missing[rung.name] = found.cut_short[rung.name] = self.allowance.reached

    def _refused(self, found: Measured, rung: Rung) -> str:
        """Hold what a rung is expected to take against what is left; what is stored is free."""
        if self.allowance.unlimited or self._stored(rung):
            return ""
        expected = outlook(
            rung, len(self.questions), development=len(self.development), cards=found.cards
        ).at_least
        return self.allowance.refuses(seconds=expected.seconds, dollars=expected.dollars)

    def _stored(self, rung: Rung) -> bool:
        names = [rung.worded(wording) for wording in rung.wordings]
        return any(self.stored(name, self.questions) is not None for name in names)

    def _measure(self, found: Measured, rung: Rung) -> None:
        """Measure one rung, in the best wording of its prompts."""
        raced = self._race(rung) if rung.variants and self.development else None
        wording = raced.chosen if raced else rung.wording
        with ExitStack() as stack:
            card = self._ask(stack, {}, rung, wording, self.questions)
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
                wording: partial(self._ask, stack, built, rung, wording)
                for wording in rung.wordings
            }
            return race(
                asks, self.development, metric=self.metric, clusters=self.clusters, seed=self.seed
            )

    def _ask(
        self,
        stack: ExitStack,
        built: dict[str, object],
        rung: Rung,
        wording: str,
        questions: Sequence[Question],
    ) -> Scorecard:
        """Look for a stored scorecard, else ask; what is not asked is never built."""
        name = rung.worded(wording)
        card = self.stored(name, questions)
        if card is not None:
            return card
        if name not in built:
            built[name] = stack.enter_context(opened(rung.wordings[wording]))
            self.allowance.spend(rung.effort.dollars if rung.effort else 0.0)
        card = self.evaluate(name, built[name], questions)
        for row in card.rows:
            self.allowance.spend(row.answer.cost if row.answer else 0.0)
        return card


def _failure(error: Exception) -> str:
    text = str(error) if isinstance(error, SartorError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())


def _reported(found: Race, card: Scorecard) -> Race:
    """Set beside the figure that a wording was chosen by the one that counts."""
    reported, chosen = card.measurements.get(found.metric), found.tried.get(found.chosen)
    gap = chosen.mean - reported.mean if chosen and reported else None
    return replace(found, reported=reported, gap=gap)
