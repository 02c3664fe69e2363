"""Many questions from a file: one row of output each, written as soon as it is there.

A question whose row is there is not asked again; a row with an error is. Whatever ends a run,
the rows written so far stay. An answer to another question under the same id ends the run before
it begins: nothing is taken for what it is not, and no answer is thrown away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TextIO

from sartor.cli.given import lines
from sartor.errors import ConfigError, InputError, KeyRefused, SartorError
from sartor.types import Answer, Question
from sartor.types.packing import plain

if TYPE_CHECKING:
    from sartor.protocols import Assistant, Progress

SOME_FAILED = 4
_HOPELESS = (ConfigError, KeyRefused)  # every other question would fail for the same reason

ROW_BEGINS = b'{"id": '
ANOTHER = "name another --output"

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
    done = _keep_good_rows(output, {question.id: question.text for question in asked})
    tally = Tally(known=sum(question.id in done for question in asked))
    with _appending(output) as file:
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
        return {"id": question.id, "question": question.text, "error": str(error)}
    tally.abstained += answer.abstained
    tally.answered += not answer.abstained
    return _row(question, answer, perf_counter() - started)


def _row(question: Question, answer: Answer, seconds: float) -> Row:
    return {
        "id": question.id,
        "question": question.text,
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
    asked = [
        Question(str(number), line.strip())
        for number, line in enumerate(lines(path), 1)
        if line.strip()
    ]
    if not asked:
        raise InputError(f"{path} holds no question", "write one question on each line")
    return asked


def _appending(output: Path) -> TextIO:
    try:
        return output.open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}", ANOTHER) from None


def _keep_good_rows(output: Path, asked: Mapping[str, str]) -> set[str]:
    """Drop rows with errors and a last row that was cut short; return the ids of the others."""
    content = _content(output)
    found = [line for line in content.split(b"\n") if line.strip()]
    good: dict[str, bytes] = {}
    for number, line in enumerate(found, 1):
        cut_short = number == len(found) and ROW_BEGINS.startswith(line[: len(ROW_BEGINS)])
        row = _row_in(line, output, asked, cut_short=cut_short)
        if row and "error" not in row:
            good[str(row["id"])] = line
    kept = b"".join(line + b"\n" for line in good.values())
    if kept != content:
        part = output.with_name(f"{output.name}.part")
        part.write_bytes(kept)
        os.replace(part, output)
    return set(good)


def _content(output: Path) -> bytes:
    try:
        return output.read_bytes() if output.exists() else b""
    except OSError as error:
        raise InputError(f"{output} cannot be read: {error.strerror}", ANOTHER) from None


def _row_in(line: bytes, output: Path, asked: Mapping[str, str], *, cut_short: bool) -> Row | None:
    """Read a row; None if it was cut short. Raises `InputError` for one that is not of this run."""
    try:
        row = json.loads(line)
    except ValueError:
        if cut_short:
            return None
        row = None
    if not isinstance(row, dict) or not {"id", "question"} <= row.keys():
        shown = line[:60].decode("utf-8", "replace")
        raise InputError(f"{output} holds a row that is no answer: {shown}", ANOTHER)
    id, question = str(row["id"]), row["question"]
    if asked.get(id, question) != question:
        raise InputError(
            f"{output} holds the answer to another question {id}: {question!r}; "
            f"now it is {asked[id]!r}",
            f"{ANOTHER}, or take that row out to have it asked again",
        )
    return row
