"""A scorecard -> what its answers took: dollars, seconds of a machine, tokens, each with a range.

A price is known only where that of every answer is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sartor.evaluation.statistics import measurement
from sartor.ladder.costing.assumptions import CostAssumptions
from sartor.types import Answer, Measurement, Scorecard

QUERY = "cost.query"
SECONDS = "latency.model"
WAITED = "latency.seconds"  # until the answer was there
TOKENS: Mapping[str, Callable[[Answer], float]] = {
    "tokens.input": lambda answer: answer.usage.input_tokens,
    "tokens.cached": lambda answer: answer.usage.cached_tokens,
    "tokens.output": lambda answer: answer.usage.output_tokens,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the answers of one system took.

    `dollars` holds what was paid for the tokens of each, `price` their mean with its range; None:
    unknown, and `unknown` says why. `hosted` counts those written on a machine of one's own, `time`
    is the mean of the seconds that all of them took there, None where nobody noted them. `failed`
    counts questions without an answer.
    """

    count: int
    failed: int
    hosted: int
    dollars: Mapping[str, float] | None
    price: Measurement | None
    time: Measurement | None
    unknown: tuple[str, ...] = ()


def answers_of(
    card: Scorecard,
    assumptions: CostAssumptions,
    *,
    clusters: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Answers:
    """Sum up what a scorecard saw; `clusters` names the document that questions share."""
    answers = answered(card)
    prices = {id: _price(answer, assumptions) for id, answer in answers.items()}
    known = {id: price for id, price in prices.items() if price is not None}
    times = _times(card) if assumptions.hosted else {}
    own = {id: times[id] for id, one in answers.items() if one.model in assumptions.hosted}
    priced = bool(answers) and len(known) == len(answers)
    timed = bool(own) and not _untimed(answers, own)
    seconds = {id: own.get(id, 0.0) for id in answers}
    return Answers(
        count=len(answers),
        failed=len(card.rows) - len(answers),
        hosted=len(own),
        dollars=known if priced else None,
        price=summed(QUERY, known, clusters, seed) if priced else None,
        time=summed(SECONDS, seconds, clusters, seed) if timed else None,
        unknown=tuple(_unknown(answers, prices, own)),
    )


def took(
    card: Scorecard, *, clusters: Mapping[str, str] | None = None, seed: int = 0
) -> dict[str, Measurement]:
    """Summarise the tokens and the seconds of the model that answers took."""
    answers = answered(card)
    if not answers:
        return {}
    counted = {
        metric: {id: float(count(one)) for id, one in answers.items()}
        for metric, count in TOKENS.items()
    }
    found = {**counted, SECONDS: _times(card)}
    return {metric: summed(metric, values, clusters, seed) for metric, values in found.items()}


def answered(card: Scorecard) -> dict[str, Answer]:
    """Find the answers of a scorecard by question."""
    return {row.question_id: row.answer for row in card.rows if row.answer}


def summed(
    metric: str, values: Mapping[str, float], clusters: Mapping[str, str] | None, seed: int
) -> Measurement:
    """Summarise values by question; those about one document are drawn together."""
    places = [clusters.get(id, id) for id in values] if clusters else None
    return measurement(metric, list(values.values()), clusters=places, seed=seed)


def _times(card: Scorecard) -> dict[str, float]:
    """Give the seconds of the model by question; where nobody noted them, until the answer came."""
    waited = {
        score.question_id: score.value or 0.0
        for row in card.rows
        for score in row.scores
        if score.metric == WAITED
    }
    return {
        id: answer.usage.seconds or waited.get(id, 0.0) for id, answer in answered(card).items()
    }


def _price(answer: Answer, assumptions: CostAssumptions) -> float | None:
    """Say what is paid for the tokens of an answer; on a machine of one's own nothing is."""
    if answer.model in assumptions.hosted:
        return 0.0
    if answer.cost is None and assumptions.pricing and answer.model and answer.usage.input_tokens:
        return assumptions.pricing.cost(answer.model, answer.usage)
    return answer.cost


def _untimed(answers: Mapping[str, Answer], own: Mapping[str, float]) -> int:
    """Count answers that a machine of one's own wrote in nobody knows what time."""
    return sum(not own[id] and answers[id].usage.output_tokens > 0 for id in own)


def _unknown(
    answers: Mapping[str, Answer], prices: Mapping[str, float | None], own: Mapping[str, float]
) -> Iterator[str]:
    if not answers:
        yield "no question was answered, so nothing is known about prices"
        return
    lacking = [answers[id] for id, price in prices.items() if price is None]
    if lacking:
        yield f"{len(lacking)} of {len(answers)} answers carry no price"
    for model in sorted({answer.model for answer in lacking} - {""}):
        yield (
            f"the price of {model} is not known: write it into a file, see model.prices_file; or, "
            "where it runs on a machine of your own, name it in cost.hosted"
        )
    if untimed := _untimed(answers, own):
        yield f"{untimed} of {len(answers)} answers do not say how long their model took"
