"""A verdict and the project it is about -> the verdict with all that is told beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.ladder.verdict import CORRECT, MARGIN, Verdict
from sartor.project.rungs import Ladder, kind_of
from sartor.project.trained import TRAINED
from sartor.types import Adapter, Question

if TYPE_CHECKING:
    from sartor.ladder.weighing import Price
    from sartor.project.project import Project


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


def about_training(verdict: Verdict, ladder: Ladder) -> Iterator[str]:
    """Say how to answer with what was trained, what its guard says, and how old it is."""
    for name in verdict.cards:
        climbing, rung = ladder.found(name), TRAINED.get(kind_of(name))
        adapter = climbing.adapter(name) if climbing else None
        if adapter is None or rung is None or climbing is None or climbing.training is None:
            continue
        yield f'{name} is {adapter.id}: sartor ask --rung {rung.over} --adapter {adapter.id} "..."'
        yield from _guard(adapter)
        stale = climbing.training.stale_share(rung) if rung.reads else 0.0
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


def _guard(adapter: Adapter) -> Iterator[str]:
    broken = [one for one in adapter.guard.findings if not one.passed] if adapter.guard else []
    if broken:
        names = ", ".join(one.name for one in broken)
        yield (
            f"The guard of {adapter.id} does not pass ({names}): sartor adapters show {adapter.id}"
        )


def _right(verdict: Verdict, name: str) -> float:
    measured = verdict.cards[name].measurements.get(CORRECT)
    return measured.mean if measured else 0.0
