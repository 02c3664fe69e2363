"""Rungs, questions and a bar -> a verdict: the cheapest rung that is enough, with the proof.

    rungs -> taken in order (`walking`) -> measured (`measuring`) -> priced and decided (`weighing`,
    `rule`) -> what next (`levers`)

The rule is given figures alone, never what is behind them. What takes training is built only when
nothing that is there already is enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sartor.errors import ConfigError, InputError
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures import about
from sartor.evaluation.statistics import compare, holm
from sartor.ladder.again import AGAIN, Again
from sartor.ladder.allowance import RESUME, Allowance
from sartor.ladder.bars import Bar, read_bar
from sartor.ladder.costs import project_cost
from sartor.ladder.forming import Tried
from sartor.ladder.levers import next_steps
from sartor.ladder.measuring import Evaluate, Measured, Measuring, Stored
from sartor.ladder.racing import LEAST_QUESTIONS, scores_of
from sartor.ladder.rule import Decision
from sartor.ladder.rungs import Rung
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.ladder.walking import walk
from sartor.ladder.weighing import Price, Weighing
from sartor.protocols import Progress
from sartor.types import Comparison, Question, Scorecard


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
    everything: bool = False,
    allowance: Allowance | None = None,
    price: Price = project_cost,
    again: Again = AGAIN,
    seed: int = 0,
    progress: Progress | None = None,
) -> Verdict:
    """Measure rungs on the same questions, and decide.

    A rung that has to be built first (its `effort`) is only when no other is enough, or always
    with `everything`. When the `allowance` is reached the verdict is about what was measured, and
    says so (`unfinished`). `development` holds the questions that wordings of prompts are chosen
    by; they report nothing. `stored` may know a scorecard from before, under the name that
    `evaluate` would be given. `again` writes the command that climbs so again. Raises
    `ProviderError` when a model cannot be reached; what was measured until then is for `evaluate`
    to keep.
    """
    _refuse(rungs, questions, development)
    wanted = read_bar(bar, volume=volume) if bar else None
    metric, allowed = raced_by(wanted), allowance or Allowance()
    clusters = {one.id: Asked(one, None).cluster for one in (*questions, *development)}
    known = {rung.name: rung for rung in rungs}
    weighing = Weighing(known, wanted, volume, clusters, strict, seed, price, again)
    measuring = Measuring(evaluate, stored, questions, development, metric, clusters, seed, allowed)
    found = Measured(missing={rung.name: rung.needs for rung in rungs if rung.needs})
    walk(
        rungs,
        found,
        measure=measuring.add,
        weighing=weighing,
        everything=everything,
        progress=progress,
    )
    notes = tuple(_notes(rungs, questions, development, allowed))
    return replace(_verdict(found, weighing, metric), bar=bar, notes=notes)


def _verdict(found: Measured, weighing: Weighing, metric: str) -> Verdict:
    """Decide by what was measured, and say what to do next."""
    decision = weighing.decide(found.cards)
    best = decision.chosen or decision.nearest
    return Verdict(
        rung=decision.chosen,
        status=decision.status,
        cards=found.cards,
        costs=weighing.costs(found.cards),
        standings=decision.standings,
        reason=decision.reason,
        next_steps=(
            *_next_steps(best, found, decision, weighing),
            *weighing.cheaper(decision.chosen, found.cards, found.unbuilt),
        ),
        missing=found.missing,
        nearest=best,
        considered=decision.considered,
        comparisons=_against(best, found.cards, metric, weighing.clusters, weighing.seed),
        races=found.races,
        volume=weighing.volume,
        seed=weighing.seed,
        clusters=weighing.clusters,
        unbuilt=found.unbuilt,
        unfinished=found.unfinished,
    )


# --- comparing --------------------------------------------------------------------------------


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


def raced_by(bar: Bar | None) -> str:
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
    best: str | None, found: Measured, decision: Decision, weighing: Weighing
) -> Iterator[str]:
    """Say how to go on, what to do about the best rung, and which others could be measured."""
    if found.cut_short:
        names = ", ".join(found.cut_short)
        yield f"Go on with {names}: {weighing.again()}; {RESUME}."
    missing = {
        name: why
        for name, why in found.missing.items()
        if not weighing.rungs[name].planned and name not in found.cut_short
    }
    tried = Tried(weighing.rungs, frozenset(found.cards), missing, weighing.again)
    yield from next_steps(best, found.cards, decision.standings.get(best or "", ()), tried)


def _notes(
    rungs: Sequence[Rung],
    questions: Sequence[Question],
    development: Sequence[Question],
    allowance: Allowance,
) -> Iterator[str]:
    if allowance.uncounted:
        yield allowance.uncounted
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
