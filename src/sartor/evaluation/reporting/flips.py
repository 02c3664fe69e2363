"""Two runs on the same questions -> the questions that one got right and the other wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sartor.evaluation.reporting.answered import clipped
from sartor.evaluation.reporting.questions import outcome
from sartor.types import Row, Run

TEXT = 400


@dataclass(frozen=True, slots=True)
class Flip:
    """One question on which the two differ; `won` says whether the first is right."""

    id: str
    text: str
    expected: str
    won: bool
    first: str
    second: str
    stage: str


def flips(first: Run, second: Run) -> list[Flip]:
    """List the questions that flipped: first those that only the second got right."""
    texts = {question.id: question for question in first.questions}
    theirs = {row.question_id: row for row in second.card.rows}
    found = []
    for row in first.card.rows:
        other = theirs.get(row.question_id)
        if other is None or {outcome(row), outcome(other)} != {"right", "wrong"}:
            continue
        question = texts.get(row.question_id)
        won = outcome(row) == "right"
        found.append(
            Flip(
                id=clipped(row.question_id, 80),
                text=clipped(question.text if question else "", TEXT),
                expected=clipped(" / ".join(question.expected) if question else "", TEXT),
                won=won,
                first=_said(row),
                second=_said(other),
                stage=(other if won else row).stage or "",
            )
        )
    return sorted(found, key=lambda flip: flip.won)


def _said(row: Row) -> str:
    if row.answer is None:
        return clipped(row.error, TEXT) or "no answer"
    return clipped(row.answer.text, TEXT)
