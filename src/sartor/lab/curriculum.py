"""Which lessons come when: from one short passage to eight long ones.

In go the share of the training that is done and a random generator, out comes a batch. It knows no
model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from sartor.lab.lessons import Difficulty, Lessons
from sartor.lab.rows import Batch, Row, collate
from sartor.lab.world import Part, Shape

TOKENS_PER_STEP = 4096


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the training; shares are of rows, the rest is reading."""

    until: float
    length: int
    hard: Difficulty
    copying: float = 0.0
    plain: float = 0.0
    bare: float = 0.0
    turns: float = 0.0
    english: float = 0.08
    longer: float = 0.0  # the share of batches with the long rows of the last phase


_EASY = Part(same_thing=0.0, same_relation=0.2, sibling=0.0)
_MIDDLE = Part(same_thing=0.1, same_relation=0.3, sibling=0.15)
_HARD = Difficulty(6, Shape(4, shuffled_numbers=0.35), Part(), missing=0.26)
PHASES = (
    Phase(0.10, 192, Difficulty(4, Shape(1, headed=0.0), _EASY, 0.0), copying=0.15),
    Phase(0.16, 256, Difficulty(4, Shape(2, headed=0.1), _MIDDLE, 0.05)),
    Phase(0.25, 256, Difficulty(4, Shape(2, headed=0.1), _MIDDLE, 0.05), plain=0.12),
    Phase(0.45, 384, Difficulty(5, Shape(3), Part(), 0.15), plain=0.12, bare=0.02),
    Phase(0.72, 448, _HARD, plain=0.10, bare=0.02, turns=0.12, longer=0.1),
    Phase(1.00, 448, _HARD, plain=0.03, bare=0.01, turns=0.09, english=0.03, longer=0.3),
)
_LONG_ROW, _LONG_PASSAGES = 640, 8


def draw_batch(lessons: Lessons, rng: Random, done: float) -> Batch:
    """Draw the rows of one step."""
    phase = next((phase for phase in PHASES if done < phase.until), PHASES[-1])
    length, hard = phase.length, phase.hard
    if rng.random() < phase.longer:
        length = _LONG_ROW
        hard = replace(hard, most_passages=_LONG_PASSAGES)
    count = max(1, TOKENS_PER_STEP // length)
    return collate([_row(lessons, rng, phase, hard, length) for _ in range(count)], length)


def _row(lessons: Lessons, rng: Random, phase: Phase, hard: Difficulty, length: int) -> Row:
    lesson = rng.choices(
        ("copying", "plain", "bare", "turns", "english", "reading"),
        _shares(phase),
    )[0]
    if lesson == "reading":
        return lessons.reading(rng, length, hard)
    if lesson == "turns":
        fewer = replace(hard, most_passages=hard.most_passages // 2 + 1)  # several turns in a row
        return lessons.turns(rng, length, fewer)
    if lesson == "plain":
        return lessons.plain_reading(rng, length, hard)
    if lesson == "bare":
        return lessons.bare(rng, length)
    return lessons.copying(rng, length) if lesson == "copying" else lessons.english(rng, length)


def _shares(phase: Phase) -> tuple[float, ...]:
    named = (phase.copying, phase.plain, phase.bare, phase.turns, phase.english)
    return (*named, 1 - sum(named))
