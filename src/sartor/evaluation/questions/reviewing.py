"""Candidates -> questions, one decision each.

Every decision is on disk before the next is asked for: what is accepted stands at the end of the
questions file, and the candidates file remembers what was decided. Who is asked, and how, is not
known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sartor.errors import InputError
from sartor.evaluation.questions.found import ACCEPTED, DROPPED, ROWS, UNREVIEWED, refused
from sartor.evaluation.questions.reading import open_questions
from sartor.evaluation.questions.rows import line_of
from sartor.evaluation.questions.writing import write_questions, write_text
from sartor.types import Question

_STATES = (UNREVIEWED, ACCEPTED, DROPPED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is."""

    total: int
    accepted: int
    dropped: int

    @property
    def waiting(self) -> int:
        """Candidates nobody has decided about."""
        return self.total - self.accepted - self.dropped


class Review:
    """A walk through the candidates of one file that nobody has decided about.

    Accepted ones go to the end of `target`. `current` is None at the end.
    """

    def __init__(self, candidates: Path, target: Path) -> None:
        if candidates.resolve() == target.resolve():
            raise InputError(
                f"{candidates} cannot be reviewed into itself", "name another file: --output FILE"
            )
        self._path, self._target = candidates, target
        self._rows = list(_read(candidates))
        if not self._rows:
            raise InputError(f"{candidates} holds no candidates", "sartor questions make")
        if target.exists() and target.stat().st_size:
            _read(target)  # nothing is added to a file that cannot be read
        self._order = [place for place, row in enumerate(self._rows) if UNREVIEWED in row.tags]
        self._at = 0

    @property
    def current(self) -> Question | None:
        """The candidate to decide about."""
        return self._rows[self._order[self._at]] if self._at < len(self._order) else None

    @property
    def progress(self) -> Progress:
        """How many were decided about, all sittings together."""
        tags = [row.tags for row in self._rows]
        accepted = sum(ACCEPTED in row for row in tags)
        return Progress(len(tags), accepted, sum(DROPPED in row for row in tags))

    def accept(self, text: str = "", expected: str = "") -> None:
        """Let the current candidate count, as it is or with other words."""
        row = self._decided()
        row = replace(
            row, text=text or row.text, expected=(expected,) if expected else row.expected
        )
        self._add(_with_tag(row, ""))
        self._move(_with_tag(row, ACCEPTED))

    def drop(self) -> None:
        """Throw the current candidate away."""
        self._move(_with_tag(self._decided(), DROPPED))

    def skip(self) -> None:
        """Leave the current candidate for another time."""
        self._decided()
        self._at += 1

    def back(self) -> bool:
        """Take the last decision of this sitting back; False where there is none."""
        if not self._at:
            return False
        self._at -= 1
        row = self._rows[self._order[self._at]]
        if ACCEPTED in row.tags:
            self._take_out(row.id)
        self._save(_with_tag(row, UNREVIEWED))
        return True

    def _decided(self) -> Question:
        if self.current is None:
            raise InputError("all candidates were decided about")
        return self.current

    def _move(self, row: Question) -> None:
        self._save(row)
        self._at += 1

    def _save(self, row: Question) -> None:
        self._rows[self._order[self._at]] = row
        write_questions(self._path, self._rows)

    def _add(self, row: Question) -> None:
        """Put a question at the end of the target, in the place of one of the same id."""
        kept = _lines_without(self._target, row.id)
        write_text(self._target, "".join(kept) + line_of(row))

    def _take_out(self, id: str) -> None:
        write_text(self._target, "".join(_lines_without(self._target, id)))


def _read(path: Path) -> Sequence[Question]:
    found = open_questions(path)
    if found.mistakes:
        raise refused(path, found.mistakes)
    if found.kind != ROWS:
        raise InputError(f"{path} is {found.kind}; expected rows of questions.jsonl")
    return found.questions


def _lines_without(path: Path, id: str) -> list[str]:
    """Give the lines of a file but for one question's; the others stay as they were written."""
    if not path.exists():
        return []
    places = open_questions(path).lines
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return [f"{line}\n" for number, line in enumerate(lines, start=1) if number != places.get(id)]


def _with_tag(row: Question, state: str) -> Question:
    tags = tuple(tag for tag in row.tags if tag not in _STATES)
    return replace(row, tags=(*tags, state) if state else tags)
