"""Text -> a file that holds all of it or is as it was before."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from sartor.errors import InputError
from sartor.evaluation.questions.rows import line_of
from sartor.types import Question


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write a whole questions.jsonl."""
    write_whole(path, "".join(line_of(question) for question in questions))


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as written:
            try:
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
                Path(written.name).replace(path)
            except BaseException:
                Path(written.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
