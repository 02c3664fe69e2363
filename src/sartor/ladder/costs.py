"""A scorecard and a volume -> what a month would cost, and what that rests on.

In go the prices that the answers carry; out comes a range, or "unknown" as soon as one price is.
Knows no price table: whoever answers says what it cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sartor.evaluation.statistics import measurement
from sartor.types import Answer, Cost, Measurement, Scorecard

QUERY = "cost.query"
MONTH = "cost.month"


def project_cost(
    card: Scorecard,
    *,
    volume: int,
    once: float | None = None,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Cost:
    """Project what a system would cost in a month of `volume` questions like these."""
    answers = {row.question_id: row.answer for row in card.rows if row.answer}
    prices = {id: answer.cost for id, answer in answers.items() if answer.cost is not None}
    if not answers or len(prices) < len(answers):
        return Cost(once, None, None, tuple(_unknown(answers, len(prices))))
    places = [clusters.get(id, id) for id in prices] if clusters else None
    per_query = measurement(QUERY, list(prices.values()), clusters=places, seed=seed)
    month = per_month(per_query, volume)
    return Cost(once, per_query, month, tuple(_assumptions(card, answers, volume)))


def per_month(per_query: Measurement, volume: int) -> Measurement:
    """Scale the price of one answer to a month of them."""
    return replace(
        per_query,
        metric=MONTH,
        mean=per_query.mean * volume,
        low=per_query.low * volume,
        high=per_query.high * volume,
    )


def _unknown(answers: Mapping[str, Answer], known: int) -> Iterator[str]:
    if not answers:
        yield "no question was answered, so nothing is known about prices"
        return
    yield f"{len(answers) - known} of {len(answers)} answers carry no price"
    for model in sorted({one.model for one in answers.values() if one.cost is None} - {""}):
        yield f"the price of {model} is not known: write it into a file, see model.prices_file"


def _assumptions(card: Scorecard, answers: Mapping[str, Answer], volume: int) -> Iterator[str]:
    yield f"{volume:,} questions a month, like these {len(answers)}"
    yield "every one is answered anew: nothing comes from a cache"
    yield "prices of models only: no machines of your own, no people"
    failed = len(card.rows) - len(answers)
    if failed:
        yield f"what the {failed} questions without an answer cost is not in it"
