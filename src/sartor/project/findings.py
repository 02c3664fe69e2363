"""A verdict and the project it is about -> the verdict with all that is told beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.evaluation.reporting.figures import called, change
from sartor.evaluation.statistics import holm
from sartor.ladder.verdict import CORRECT, MARGIN, Verdict
from sartor.project.rungs import Ladder, kind_of
from sartor.project.trained import TRAINED, Trained, Training
from sartor.types import Adapter, GuardReport, Question

if TYPE_CHECKING:
    from sartor.ladder.weighing import Price
    from sartor.project.project import Project

UNTOUCHED = (CORRECT, "citations.recall", "answers.abstained")  # which no form may cost


def told(
    project: Project,
    verdict: Verdict,
    questions: Sequence[Question],
    *,
    examples: Path | None,
    price: Price,
) -> Verdict:
    """Add what would change the decision, classic mistakes and checklists; keep it with a page."""
    from sartor.ladder.changes import changes
    from sartor.ladder.checklists import checklists
    from sartor.ladder.mistakes import find_mistakes
    from sartor.ladder.reporting import render
    from sartor.project.situation import situation_of
    from sartor.project.verdicts import keep

    situation = situation_of(project, questions=questions, examples_file=examples)
    whole = replace(
        verdict,
        changes=changes(verdict, price=price),
        mistakes=find_mistakes(situation),
        checklists=checklists(situation, verdict),
    )
    if not whole.cards:  # the last climb that measured something stays the last one
        return whole
    return replace(whole, page=str(keep(project, whole, render(whole))))


@dataclass(frozen=True, slots=True)
class Taught:
    """A rung that was trained and measured, by name, and the one whose prompts it answers."""

    name: str
    over: str
    rung: Trained
    adapter: Adapter
    training: Training


def _taught(verdict: Verdict, ladder: Ladder) -> Iterator[Taught]:
    for name in verdict.cards:
        climbing, rung = ladder.found(name), TRAINED.get(kind_of(name))
        adapter = climbing.adapter(name) if climbing else None
        if adapter and rung and climbing and climbing.training:
            yield Taught(name, climbing.name(rung.over), rung, adapter, climbing.training)


def warnings(verdict: Verdict, ladder: Ladder) -> Iterator[str]:
    """Say what training cost besides time, and which adapters do not pass their guard."""
    for one in _taught(verdict, ladder):
        yield from lost_by_training(verdict, one.name, one.over)
        yield from broken_guard(one.name, one.adapter.id, one.adapter.guard)


def about_training(verdict: Verdict, ladder: Ladder) -> Iterator[str]:
    """Say how to answer with what was trained, and how old it is."""
    for one in _taught(verdict, ladder):
        adapter, rung = one.adapter, one.rung
        yield (
            f"{one.name} is {adapter.id}: "
            f'sartor ask --rung {rung.over} --adapter {adapter.id} "..."'
        )
        stale = one.training.stale_share(rung) if rung.reads else 0.0
        if stale:
            yield (
                f"{stale:.0%} of what {adapter.id} learned is answered by passages that changed "
                "since; it is trained again when that is much."
            )


def side_by_side(verdict: Verdict, models: Sequence[str], margin: float | None) -> Iterator[str]:
    """Say of the best rung on each model whether it is no worse than the best on another."""
    if len(models) < 2:
        return
    margin = MARGIN if margin is None else margin
    best: dict[str, str] = {}
    for name in sorted(verdict.cards, key=lambda one: -_right(verdict, one)):
        if verdict.cards[name].measurements.get(CORRECT):
            best.setdefault(name.removeprefix(kind_of(name)), name)
    for one, other in permutations(best.values(), 2):
        found = verdict.no_worse(one, other, margin=margin)
        low, high = 100 * found.difference.low, 100 * found.difference.high
        yield (
            f"{one} beside {other}, give or take {100 * margin:g} points: {found.outcome} "
            f"({100 * found.difference.mean:+.1f} points [{low:+.1f}, {high:+.1f}])."
        )


def lost_by_training(verdict: Verdict, name: str, over: str) -> Iterator[str]:
    """Hold a trained rung against the same one untrained, in what training must not touch."""
    if over not in verdict.cards:
        return
    both = [verdict.cards[one].measurements for one in (name, over)]
    found = [
        verdict.comparison(name, over, metric)
        for metric in UNTOUCHED
        if all(metric in measured for measured in both)
    ]
    worse = [
        f"{called(held.metric)} {change(held.difference)}"
        for held in holm(found)
        if held.outcome == "worse"
    ]
    if worse:
        yield f"{name} was trained, and lost against {over}: {', '.join(worse)}."


def broken_guard(name: str, id: str, guard: GuardReport | None) -> Iterator[str]:
    """Name the limits of a guard that broke, with what was measured."""
    broken = [one for one in guard.findings if not one.passed] if guard else []
    if broken:
        told = "; ".join(f"{one.name}: {one.reason}, limit {one.limit}" for one in broken)
        yield f"{name} does not pass its guard ({told}): sartor adapters show {id}"


def _right(verdict: Verdict, name: str) -> float:
    measured = verdict.cards[name].measurements.get(CORRECT)
    return measured.mean if measured else 0.0
