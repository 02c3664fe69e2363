"""Scorecards of rungs -> what they cost, what is decided, and what an unbuilt one would cost.

Stands between what was measured and the rule: hands on names, prices and figures alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sartor.evaluation.reporting.figures import figure
from sartor.ladder.again import AGAIN, Again
from sartor.ladder.bars import Bar
from sartor.ladder.costing.answers import QUERY
from sartor.ladder.costs import project_cost
from sartor.ladder.racing import scores_of
from sartor.ladder.rule import Candidate, Decision, decide
from sartor.ladder.rungs import Rung
from sartor.types import Cost, Measurement, Scorecard

MEDIAN = "latency.p50"


class Price(Protocol):
    """What turns a scorecard into the cost of a month of such questions."""

    def __call__(
        self,
        card: Scorecard,
        /,
        *,
        volume: int,
        once: float | None = None,
        clusters: Mapping[str, str] | None = None,
        seed: int = 0,
    ) -> Cost:
        """Project what a month of `volume` questions costs; `once` is only passed on."""
        ...


@dataclass(frozen=True, slots=True)
class Weighing:
    """What every decision of one climb rests on besides scorecards."""

    rungs: Mapping[str, Rung]
    bar: Bar | None
    volume: int
    clusters: Mapping[str, str]
    strict: bool = False
    seed: int = 0
    price: Price = project_cost
    again: Again = AGAIN
    _known: dict[tuple[str, int], Cost] = field(default_factory=dict, init=False, repr=False)

    def costs(self, cards: Mapping[str, Scorecard]) -> dict[str, Cost]:
        """Project what a month of each would cost."""
        return {name: self._cost(name, card, self.volume) for name, card in cards.items()}

    def decide(self, cards: Mapping[str, Scorecard]) -> Decision:
        """Decide by what is measured so far."""
        candidates = [self._candidate(name, card) for name, card in cards.items()]
        return decide(candidates, self.bar, strict=self.strict, seed=self.seed)

    def _cost(self, name: str, card: Scorecard, volume: int) -> Cost:
        if (name, volume) not in self._known:
            self._known[name, volume] = self._priced(self.rungs[name], card, volume)
        return self._known[name, volume]

    def _priced(self, rung: Rung, card: Scorecard, volume: int) -> Cost:
        named = replace(card, system=rung.name)  # what a rung takes besides is known by its name
        return self.price(
            named, volume=volume, once=rung.once, clusters=self.clusters, seed=self.seed
        )

    def _candidate(self, name: str, card: Scorecard) -> Candidate:
        """Give the rule what it may know; the price of an answer only where that of all is."""
        cost = self._cost(name, card, self.volume)
        measured = {metric: one for metric, one in card.measurements.items() if metric != QUERY}
        if cost.per_query:
            measured[QUERY] = cost.per_query
        metrics = sorted({score.metric for row in card.rows for score in row.scores})
        return Candidate(
            name=name,
            order=self.rungs[name].order,
            measurements=measured,
            scores={metric: scores_of(card, metric) for metric in metrics},
            per_month=cost.per_month.mean if cost.per_month else None,
            seconds=measured[MEDIAN].mean if MEDIAN in measured else None,
            clusters=self.clusters,
            months=dict(self._months(name, card)),
        )

    def _months(self, name: str, card: Scorecard) -> Iterator[tuple[int, Measurement]]:
        """Price a month at each volume that the bar names: machines do not grow with questions."""
        for asked in self.bar.requirements if self.bar else ():
            month = self._cost(name, card, asked.volume).per_month if asked.volume else None
            if asked.volume and month:
                yield asked.volume, month

    # --- what was not built -----------------------------------------------------------------------

    def cheaper(
        self, chosen: str | None, cards: Mapping[str, Scorecard], unbuilt: Mapping[str, str]
    ) -> Iterator[str]:
        """Name the unbuilt rungs that would be cheaper than the chosen one, were they enough."""
        month = self._cost(chosen, cards[chosen], self.volume).per_month if chosen else None
        if chosen is None or month is None:
            return
        for rung in (self.rungs[name] for name in unbuilt):
            alike, building = cards.get(rung.like), _building(rung)
            running = self._priced(rung, alike, self.volume).per_month if alike else None
            if running and building is not None and running.mean + building < month.mean:
                spread = f"{_dollars(building)} of that for building it, " if building else ""
                yield (
                    f"{rung.name} is not built, and may be cheaper: about "
                    f"{_dollars(running.mean + building)} a month at {self.volume:,} questions "
                    f"({spread}with answers like those of {rung.like}); {chosen} costs "
                    f"{_dollars(month.mean)}. Whether it is good enough, measuring tells: "
                    f"{self.again.trained(rung.name)}."
                )


def _building(rung: Rung) -> float | None:
    """Spread what building a rung costs over the months it lasts; None: nobody knows."""
    if rung.lasts is None:
        return 0.0
    known = rung.effort.dollars if rung.effort else None
    once = rung.once if known is None else known
    return None if once is None else once / rung.lasts


def _dollars(value: float) -> str:
    return figure("cost.month", value)
