"""Where the answers of every rung were lost: stages down, rungs across, a count in each place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from sartor.evaluation.reporting.figures import percent
from sartor.evaluation.reporting.wording import STAGES
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.types import Scorecard, Stage

SHADES = 5  # steps of colour, the last for half of the questions and more
DARKEST = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """How many answers of a rung one stage lost: as text, and how dark that is."""

    text: str
    share: str
    shade: int


@dataclass(frozen=True, slots=True)
class Lost:
    """One stage, what happened there, and its counts in the order of the rungs."""

    name: str
    happened: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Losses:
    """The table: its rungs, how many answers were right, and the stages that lost others."""

    rungs: tuple[str, ...]
    right: tuple[str, ...]
    stages: tuple[Lost, ...]


def losses(verdict: Verdict) -> Losses | None:
    """Count where answers were lost; None: nothing was, or nobody looked."""
    cards = {name: verdict.cards[name] for name in verdict.considered}
    lost = {name: Counter(row.stage for row in card.rows) for name, card in cards.items()}
    stages = [one for one in get_args(Stage) if any(found[one] for found in lost.values())]
    if not stages:
        return None
    return Losses(
        tuple(cards),
        tuple(map(_right, cards.values())),
        tuple(
            Lost(
                stage,
                STAGES[stage].happened,
                tuple(_count(lost[name][stage], len(card.rows)) for name, card in cards.items()),
            )
            for stage in stages
        ),
    )


def _right(card: Scorecard) -> str:
    correct = card.measurements.get(CORRECT)
    return f"{round(correct.mean * correct.n):,}" if correct else "\N{EN DASH}"


def _count(lost: int, rows: int) -> Count:
    if not lost:
        return Count("\N{MIDDLE DOT}", "", 0)
    share = lost / rows
    return Count(
        f"{lost:,}", percent(lost, rows), 1 + min(SHADES - 1, int(SHADES * share / DARKEST))
    )
