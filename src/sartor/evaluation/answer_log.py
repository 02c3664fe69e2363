"""Answers on disk while a run goes on, so that it can be taken up again.

One line for each answer, with all that is needed to measure it again. A last line that was cut
short is dropped; of two lines about one question the later one counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sartor.errors import NotFound, StorageError
from sartor.evaluation.asked import Asked, ClaimedCitation
from sartor.protocols import Library
from sartor.types import Answer, Question
from sartor.types.packing import answer_from, plain


class Texts(dict[str, str]):
    """The texts of documents by id, each fetched when it is first asked for."""

    def __init__(self, library: Library | None) -> None:
        super().__init__()
        self._library = library

    def __missing__(self, id: str) -> str:
        if self._library is None:
            raise KeyError(id)
        try:
            self[id] = self._library.document(id).text
        except NotFound:
            raise KeyError(id) from None
        return self[id]


@dataclass(frozen=True, slots=True)
class AnswerLog:
    """The file of one run."""

    path: Path

    def append(self, asked: Asked) -> None:
        """Add one line; it is on its way to the disk when this returns."""
        line = json.dumps(_row(asked), ensure_ascii=False) + "\n"
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror}",
                "make room or give write access, then go on with --resume",
            ) from None

    def answered(self, questions: Sequence[Question], library: Library | None) -> dict[str, Asked]:
        """Read the answers to these very questions; failed ones are left out."""
        wanted = {question.id: question for question in questions}
        texts = Texts(library)
        found: dict[str, Asked] = {}
        for row in self._rows():
            question = wanted.get(row["id"])
            if question is not None and row["question"] == question.text:
                asked = _asked(row, question, texts)
                if asked.answer is None:
                    found.pop(question.id, None)
                else:
                    found[question.id] = asked
        return found

    def mend(self) -> None:
        """Take away a last line that was cut short, so that the next one begins a line."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)

    def _rows(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def _row(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.question.id,
        "question": asked.question.text,
        "answer": plain(asked.answer),
        "error": asked.error,
        "seconds": asked.seconds,
        "first_token": asked.first_token,
        "label": asked.label,
        "claimed": plain(asked.claimed),
    }


def _asked(row: Mapping[str, Any], question: Question, texts: Mapping[str, str]) -> Asked:
    answer: Answer | None = None
    if row["answer"] is not None:
        answer = answer_from(row["answer"], texts, strict=False)
    return Asked(
        question,
        answer,
        row["error"],
        row["seconds"],
        row["first_token"],
        row["label"],
        tuple(ClaimedCitation(**claim) for claim in row["claimed"]),
    )
