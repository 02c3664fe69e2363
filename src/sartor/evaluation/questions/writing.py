"""Text -> a file that holds all of it or is as it was before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sartor.errors import InputError
from sartor.evaluation.questions.rows import line_of
from sartor.storage.whole_file import write_whole
from sartor.types import Question


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write a whole questions.jsonl."""
    write_text(path, "".join(line_of(question) for question in questions))


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step."""
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
