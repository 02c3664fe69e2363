"""A scorecard and a volume -> what a month would cost, and what that rests on.

In go the prices that the answers carry; out comes a range, or "unknown" as soon as one price is.
Machines, training and the like come in by `CostAssumptions`; `costing` does the sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sartor.ladder.costing.answers import QUERY, Answers, answers_of
from sartor.ladder.costing.assumptions import DEFAULT, CostAssumptions
from sartor.ladder.costing.months import MODEL, Month, month, scaled
from sartor.types import Cost, Measurement, Scorecard


def project_cost(
    card: Scorecard,
    *,
    volume: int,
    once: float | None = None,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
    assumptions: CostAssumptions = DEFAULT,
) -> Cost:
    """Project what a system would cost in a month of `volume` questions like these."""
    answers = answers_of(card, assumptions, clusters=clusters, seed=seed)
    found = month(answers, assumptions.dues_of(card.system), assumptions, volume)
    if found.total is None:
        return Cost(once, None, None, found.unknown)
    rests_on = tuple(_rests_on(found, answers, assumptions))
    return Cost(once, _per_query(found, answers, volume), found.total, rests_on)


def per_month(per_query: Measurement, volume: int) -> Measurement:
    """Scale the price of one answer to a month of them."""
    return scaled(per_query, volume)


def _per_query(found: Month, answers: Answers, volume: int) -> Measurement | None:
    """Share a month out among its questions; where tokens are all of it, an answer has a price."""
    if found.total is None or [part.name for part in found.parts] == [MODEL]:
        return answers.price
    return replace(scaled(found.total, 1 / volume), metric=QUERY)


def _rests_on(found: Month, answers: Answers, assumptions: CostAssumptions) -> Iterator[str]:
    yield f"{found.volume:,} questions a month, like these {answers.count}"
    if assumptions.repeated:
        yield f"{assumptions.repeated:.0%} of them are answered from memory"
    else:
        yield "every one is answered anew: nothing comes from a cache"
    besides = [part for part in found.parts if part.name != MODEL]
    if not besides:
        yield "prices of models only: no machines of your own, no people"
    yield from (f"{part.name}: {'; '.join(part.reasons)}" for part in besides)
    if answers.failed:
        yield f"what the {answers.failed} questions without an answer cost is not in it"
