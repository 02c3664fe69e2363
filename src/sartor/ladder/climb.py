"""Rungs, questions and a bar -> a verdict: the cheapest rung that is enough, with the proof.

    rungs -> measured (`measuring`) -> costs (`costs`) -> decided (`rule`) -> what next (`levers`)

The rule is given figures alone, never what is behind them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sartor.errors import ConfigError, InputError
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures import about
from sartor.evaluation.statistics import compare, holm
from sartor.ladder.bars import Bar, read_bar
from sartor.ladder.costs import QUERY, project_cost
from sartor.ladder.levers import next_steps
from sartor.ladder.measuring import Evaluate, Measured, Measuring, Stored
from sartor.ladder.racing import LEAST_QUESTIONS, scores_of
from sartor.ladder.rule import Candidate, Decision, decide
from sartor.ladder.rungs import Rung
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.protocols import Progress
from sartor.types import Comparison, Cost, Question, Scorecard

SECONDS = "latency.p50"


def climb(  # noqa: PLR0913  # what may be chosen for one climb
    rungs: Sequence[Rung],
    questions: Sequence[Question],
    *,
    evaluate: Evaluate,
    bar: str = "",
    volume: int,
    development: Sequence[Question] = (),
    stored: Stored = lambda _name, _questions: None,
    strict: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Verdict:
    """Measure every rung on the same questions, and decide.

    `development` holds the questions that wordings of prompts are chosen by; they report nothing.
    `stored` may know a scorecard from before, under the name that `evaluate` would be given.
    Raises `ProviderError` when a model cannot be reached; what was measured until then is for
    `evaluate` to keep.
    """
    _refuse(rungs, questions, development)
    wanted = read_bar(bar, volume=volume) if bar else None
    metric = _raced_by(wanted)
    clusters = {one.id: Asked(one, None).cluster for one in (*questions, *development)}
    measuring = Measuring(evaluate, stored, questions, development, metric, clusters, seed)
    found = measuring.all(sorted(rungs, key=lambda one: one.order), progress)
    known = {rung.name: rung for rung in rungs}
    costs = {
        name: project_cost(card, volume=volume, once=known[name].once, clusters=clusters, seed=seed)
        for name, card in found.cards.items()
    }
    candidates = [
        _candidate(known[name], card, costs[name], clusters) for name, card in found.cards.items()
    ]
    decision = decide(candidates, wanted, strict=strict, seed=seed)
    best = decision.chosen or decision.nearest
    return Verdict(
        rung=decision.chosen,
        status=decision.status,
        cards=found.cards,
        costs=costs,
        standings=decision.standings,
        reason=decision.reason,
        next_steps=_next_steps(best, found, decision, known),
        missing=found.missing,
        nearest=best,
        considered=decision.considered,
        comparisons=_against(best, found.cards, metric, clusters, seed),
        races=found.races,
        notes=tuple(_notes(rungs, questions, development)),
        bar=bar,
        volume=volume,
        seed=seed,
        clusters=clusters,
    )


# --- deciding ---------------------------------------------------------------------------------


def _candidate(rung: Rung, card: Scorecard, cost: Cost, clusters: Mapping[str, str]) -> Candidate:
    """Give the rule what it may know; the price of an answer only where that of all is known."""
    measured = {metric: one for metric, one in card.measurements.items() if metric != QUERY}
    if cost.per_query:
        measured[QUERY] = cost.per_query
    metrics = sorted({score.metric for row in card.rows for score in row.scores})
    return Candidate(
        name=rung.name,
        order=rung.order,
        measurements=measured,
        scores={metric: scores_of(card, metric) for metric in metrics},
        per_month=cost.per_month.mean if cost.per_month else None,
        seconds=card.measurements[SECONDS].mean if SECONDS in card.measurements else None,
        clusters=clusters,
    )


def _against(
    best: str | None,
    cards: Mapping[str, Scorecard],
    metric: str,
    clusters: Mapping[str, str],
    seed: int,
) -> dict[str, Comparison]:
    """Compare every other rung with the best one, corrected for comparing several."""
    if best is None:
        return {}
    base = scores_of(cards[best], metric)
    others = {name: scores_of(card, metric) for name, card in cards.items() if name != best}
    shared = {name: scores for name, scores in others.items() if scores.keys() & base.keys()}
    found = [
        compare(metric, scores, base, clusters=clusters, seed=seed) for scores in shared.values()
    ]
    return dict(zip(shared, holm(found), strict=True))


def _raced_by(bar: Bar | None) -> str:
    """Choose the measure that wordings are raced by: being right, unless the bar leaves it out."""
    named = [one.metric for one in bar.requirements] if bar else []
    graded = [metric for metric in named if about(metric).higher_is_better]
    return CORRECT if CORRECT in graded or not graded else graded[0]


# --- what is refused, and what is said --------------------------------------------------------


def _refuse(
    rungs: Sequence[Rung], questions: Sequence[Question], development: Sequence[Question]
) -> None:
    if not questions:
        raise InputError("there are no questions to climb with", "sartor questions make")
    if twice := _twice(one.id for one in (*questions, *development)):
        raise InputError(f"the question id {twice[0]!r} stands twice", "sartor questions check")
    if twice := _twice(rung.name for rung in rungs):
        raise ConfigError(f"two rungs are named {', '.join(twice)}", "--system OTHER_NAME=WHAT")


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _next_steps(
    best: str | None, found: Measured, decision: Decision, rungs: Mapping[str, Rung]
) -> tuple[str, ...]:
    """Say what to do about the best rung, and which others could still be measured."""
    missing = {name: why for name, why in found.missing.items() if not rungs[name].planned}
    if best is None:
        return next_steps(None, None, (), missing)
    return next_steps(best, found.cards[best], decision.standings.get(best, ()), missing)


def _notes(
    rungs: Sequence[Rung], questions: Sequence[Question], development: Sequence[Question]
) -> Iterator[str]:
    raced = [rung.name for rung in rungs if rung.variants and not rung.needs]
    if raced and development:
        yield (
            f"{len(development)} questions chose between wordings of the prompts, and only the "
            f"other {len(questions)} report."
        )
    elif raced:
        yield (
            f"The wordings of {', '.join(raced)} were not raced: that takes {LEAST_QUESTIONS} "
            f"questions, there are {len(questions)}. The one in use stays (ask.template)."
        )
