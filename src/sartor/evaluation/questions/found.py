"""What was found in a file of questions: the questions, and what is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sartor.errors import InputError
from sartor.types import Question

Row = TypeVar("Row")

UNREVIEWED = "unreviewed"  # the tag of a candidate that nobody has looked at
DROPPED = "dropped"  # ... of one that somebody has thrown away
ACCEPTED = "accepted"  # ... of one that stands among the questions by now
SHOWN_MISTAKES = 20
ROWS = "questions.jsonl"  # the kind of file that ours are
HINT = 'a row looks like {"question": "...", "expected": "...", "evidence": [{"document": "id"}]}'


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that cannot be read, and on which line; 0: in the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds. `lines` says where each question stands, by id.

    `doubts` are about what was read and is probably not as it was meant.
    """

    questions: Sequence[Question]
    mistakes: Sequence[Mistake] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    kind: str = ROWS
    doubts: Sequence[Mistake] = ()


def collect(
    rows: Iterable[tuple[int, Row]], parse: Callable[[Row, str], Question], kind: str
) -> Found:
    """Parse rows, each with its line; one without an id is named after that."""
    questions: list[Question] = []
    mistakes: list[Mistake] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        try:
            question = parse(row, str(line))
        except InputError as error:
            mistakes.append(Mistake(line, error.args[0]))
            continue
        if question.id in lines:
            told = f"id {question.id!r} stands already on line {lines[question.id]}"
            mistakes.append(Mistake(line, told))
        else:
            lines[question.id] = line
            questions.append(question)
    return Found(questions, mistakes, lines, kind)


def counted(questions: Sequence[Question]) -> list[Question]:
    """Leave out what a review has not let in: candidates do not count before."""
    out = {UNREVIEWED, DROPPED}
    return [question for question in questions if not out.intersection(question.tags)]


def refused(path: Path, mistakes: Sequence[Mistake]) -> InputError:
    """Make the error that lists mistakes; the same one on many lines stands there once."""
    places: dict[str, list[int]] = {}
    for mistake in mistakes:
        places.setdefault(mistake.message, []).append(mistake.line)
    told = [_folded(message, lines) for message, lines in places.items()]
    shown = told[:SHOWN_MISTAKES]
    if len(told) > len(shown):
        shown.append(f"... and {len(told) - len(shown)} more")
    listed = "\n".join(f"  {mistake}" for mistake in shown)
    return InputError(f"{path} cannot be used:\n{listed}", HINT)


def _folded(message: str, lines: Sequence[int]) -> str:
    more = f" and {len(lines) - 1} more lines" if len(lines) > 1 else ""
    return f"line {lines[0]}{more}: {message}" if lines[0] else message
