"""Two runs -> which is better, measure by measure; one run and a bar -> whether it holds."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sartor.errors import InputError
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures import about
from sartor.evaluation.statistics import compare, holm
from sartor.evaluation.summary import CORRECT, corrects
from sartor.evaluation.systems.recorded import NOT_RECORDED
from sartor.ladder.bars import Bar
from sartor.ladder.costing.answers import QUERY
from sartor.ladder.costs import project_cost
from sartor.ladder.rule import Candidate, Standing, decide
from sartor.ladder.weighing import Price
from sartor.types import Comparison, Question, Scorecard

# Parts of other measures, and sizes that are neither good nor bad: comparing them too would only
# make the corrected test blind.
NOT_COMPARED = (".bm25", ".dense")
SECONDS = "latency.seconds"
_DEPTH = re.compile(r"@(?P<k>\d+)")


@dataclass(frozen=True, slots=True)
class Measured:
    """A scorecard, what it is called, and the questions it is about."""

    name: str
    questions: tuple[Question, ...]
    card: Scorecard


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that only one of two systems answered right."""

    question_id: str
    question: str
    right: Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first system against the second on the questions that both were asked.

    `left_out` counts the questions that only one of them was asked, `unanswered` for each of them
    the shared questions that it has no recorded answer to. `corrected` measures were tested
    together; on those in `fallen` the correction for that took a verdict back.
    """

    first: str
    second: str
    comparisons: tuple[Comparison, ...]
    flips: tuple[Flip, ...]
    shared: int
    left_out: int
    unanswered: tuple[int, int] = (0, 0)
    corrected: int = 0
    fallen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a system meets a bar, requirement by requirement."""

    system: str
    run: str
    bar: str
    met: bool
    standings: tuple[Standing, ...]
    reason: str


def difference(first: Measured, second: Measured, *, seed: int, resamples: int) -> Difference:
    """Compare two systems on every measure that both have.

    Correct answers are what a comparison is about, and are tested by themselves; the others are
    corrected for how many they are.
    """
    theirs = {question.id: question.text for question in second.questions}
    shared = [one for one in first.questions if theirs.get(one.id) == one.text]
    if not shared:
        raise InputError(
            f"{first.name} and {second.name} have no question in common",
            "compare two runs of one file of questions",
        )
    ids = {question.id for question in shared}
    clusters = {question.id: Asked(question, None).cluster for question in shared}
    ours, others = _values(first.card, ids), _values(second.card, ids)
    found = [
        compare(
            metric,
            ours[metric],
            others[metric],
            clusters=clusters,
            lower_is_better=about(metric).higher_is_better is False,
            seed=seed,
            resamples=resamples,
        )
        for metric in sorted(ours.keys() & others.keys(), key=lambda name: (name != CORRECT, name))
        if _worth_comparing(metric) and ours[metric].keys() & others[metric].keys()
    ]
    together = _tested_together(found)
    held = {one.metric: one for one in holm(together)}
    return Difference(
        first.name,
        second.name,
        tuple(held.get(one.metric, one) for one in found),
        tuple(_flips(shared, first.card, second.card)),
        len(shared),
        len(first.questions) + len(second.questions) - 2 * len(shared),
        (_unanswered(first.card, ids), _unanswered(second.card, ids)),
        len(together),
        tuple(one.metric for one in together if held[one.metric].outcome != one.outcome),
    )


def gate(
    measured: Measured,
    bar: Bar,
    *,
    volume: int,
    strict: bool,
    seed: int,
    price: Price = project_cost,
) -> Gate:
    """Hold a system against a bar; `price` knows what costs rest on besides tokens."""
    clusters = {question.id: Asked(question, None).cluster for question in measured.questions}
    card = measured.card
    cost = price(card, volume=volume, clusters=clusters, seed=seed)
    figures = {name: one for name, one in card.measurements.items() if name != QUERY}
    if cost.per_query is not None:  # a price is known only if that of every answer is
        figures[QUERY] = cost.per_query
    candidate = Candidate(
        measured.name,
        0,
        figures,
        _values(card, clusters.keys()),
        per_month=cost.per_month.mean if cost.per_month else None,
        clusters=clusters,
    )
    decision = decide([candidate], bar, strict=strict, seed=seed)
    met = decision.chosen is not None
    standings = tuple(_named(one, figures) for one in decision.standings[measured.name])
    reason = _reason(measured.name, standings, met=met)
    return Gate(measured.name, card.run, bar.text, met, standings, reason)


def _named(standing: Standing, figures: Iterable[str]) -> Standing:
    """Name the depth that was measured, where another one is asked for."""
    metric = standing.requirement.metric
    asked = _DEPTH.search(metric)
    if standing.measured is not None or asked is None:
        return standing
    others = (name for name in figures if _DEPTH.sub("", name) == _DEPTH.sub("", metric))
    other = next(others, None)
    if other is None:
        return standing
    told = f"not measured: {other} was; set eval.k = {asked['k']} and ask again"
    return replace(standing, reason=told)


def _reason(name: str, standings: Sequence[Standing], *, met: bool) -> str:
    """Say in a sentence or two whether the bar holds, and what decided that."""
    lacking = [one for one in standings if one.status not in ("proved", "likely")]
    sure = all(one.status == "proved" for one in standings)
    verdict = "is proved to meet" if sure else "is likely to meet"
    if not met:
        verdict = "does not meet" if lacking else "is likely, but not proved, to meet"
    told = " ".join(f"{one.requirement.text}: {one.reason}." for one in lacking or standings)
    return f"{name} {verdict} the bar. {told}"


def _tested_together(found: Sequence[Comparison]) -> list[Comparison]:
    """Choose the measures beside the main one, which have to be corrected for how many they are.

    Those on which no question differs could not have told anything: they need no correction.
    """
    return [one for one in found if one.metric != CORRECT and one.differing]


def _unanswered(card: Scorecard, ids: Container[str]) -> int:
    return sum(row.error == NOT_RECORDED and row.question_id in ids for row in card.rows)


def _worth_comparing(metric: str) -> bool:
    if metric.startswith("latency.") and metric != SECONDS:
        return False
    return about(metric).higher_is_better is not None and not metric.endswith(NOT_COMPARED)


def _values(card: Scorecard, ids: Iterable[str]) -> Mapping[str, dict[str, float]]:
    """Give the value of each measure by question."""
    wanted = set(ids)
    found: dict[str, dict[str, float]] = {}
    for row in card.rows:
        for score in row.scores:
            if score.value is not None and row.question_id in wanted:
                found.setdefault(score.metric, {})[row.question_id] = float(score.value)
    return found


def _flips(shared: Sequence[Question], first: Scorecard, second: Scorecard) -> Iterator[Flip]:
    ours, others = corrects(first.rows), corrects(second.rows)
    for question in shared:
        mine, other = ours.get(question.id), others.get(question.id)
        if mine is not None and other is not None and mine != other:
            yield Flip(question.id, question.text, "first" if mine > other else "second")
