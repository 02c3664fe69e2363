"""Many questions from a file: one row of output each, written as soon as it is there.

A question whose row is there is not asked again; a row with an error is. Whatever ends a run,
the rows written so far stay.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sartor.cli.output import plain
from sartor.errors import ConfigError, InputError, KeyRefused, SartorError
from sartor.types import Answer, Question

if TYPE_CHECKING:
    from sartor.protocols import Assistant, Progress

SOME_FAILED = 4
_HOPELESS = (ConfigError, KeyRefused)  # every other question would fail for the same reason

Row = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What became of the questions of one run."""

    known: int = 0
    answered: int = 0
    abstained: int = 0
    failed: int = 0

    def __str__(self) -> str:
        counts = {
            "answered before": self.known,
            "answered": self.answered,
            "without an answer": self.abstained,
            "failed": self.failed,
        }
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count) + "."


def answer_all(
    assistant: Assistant,
    questions: Path,
    output: Path,
    *,
    labels: Sequence[str] | None,
    progress: Progress,
) -> Tally:
    """Answer all questions of a file that have no answer in `output` yet."""
    asked = _read(questions)
    done = _keep_good_rows(output)
    tally = Tally(known=sum(question.id in done for question in asked))
    with output.open("a", encoding="utf-8") as file:
        for number, question in enumerate(asked):
            progress("asking", number, len(asked))
            if question.id not in done:
                row = _answered(assistant, question, labels, tally)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
        progress("asking", len(asked), len(asked))
    return tally


def _answered(
    assistant: Assistant, question: Question, labels: Sequence[str] | None, tally: Tally
) -> Row:
    started = perf_counter()
    try:
        answer = assistant.answer(question.text, history=question.history, labels=labels)
    except _HOPELESS:
        raise
    except SartorError as error:
        tally.failed += 1
        return {"id": question.id, "error": str(error)}
    tally.abstained += answer.abstained
    tally.answered += not answer.abstained
    return _row(question.id, answer, perf_counter() - started)


def _row(id: str, answer: Answer, seconds: float) -> Row:
    return {
        "id": id,
        "answer": answer.text,
        "citations": plain(answer.citations),
        "usage": plain(answer.usage),
        "seconds": round(seconds, 6),
        "abstained": answer.abstained,
        "notes": list(answer.notes),
    }


def _read(path: Path) -> list[Question]:
    """Read test questions, or plain text with a question on each line."""
    from sartor.evaluation.questions import read_questions

    if path.suffix.lower() != ".txt":
        return read_questions(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    return [
        Question(str(number), line.strip()) for number, line in enumerate(lines, 1) if line.strip()
    ]


def _keep_good_rows(output: Path) -> set[str]:
    """Drop rows with errors and a last row that was cut short; return the ids of the others."""
    try:
        lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{output} cannot be read: {error}", "name another --output") from None
    good = {id: line for line in lines if (id := _id_of(line, output)) is not None}
    if len(good) < len(lines):
        part = output.with_name(f"{output.name}.part")
        part.write_text("".join(f"{line}\n" for line in good.values()), encoding="utf-8")
        os.replace(part, output)
    return set(good)


def _id_of(line: str, output: Path) -> str | None:
    """Name the question of a row; None if it has to be asked again."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or "id" not in row:
        raise InputError(
            f"{output} holds a row that is no answer: {line[:60]}", "name another --output"
        )
    return None if "error" in row else str(row["id"])
