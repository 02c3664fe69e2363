"""One run <-> its file: what `sartor runs show --json` prints, a line for each question and row.

It is written row by row, so that a run of many questions needs little memory, and put in its place
whole. Citations come back only where their quote still stands in the documents.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sartor.errors import StateError, StorageError
from sartor.evaluation.answer_log import Texts
from sartor.protocols import Library
from sartor.types import (
    Answer,
    Evidence,
    Gain,
    Measurement,
    Message,
    Question,
    Row,
    Run,
    Score,
    Scorecard,
)
from sartor.types.packing import answer_from

SCHEMA = "sartor/runs-show/1"
PART = ".part"  # the end of the name of a file that is being written
END = "]}}}\n"  # a file that ends otherwise was cut short

JsonRow = Mapping[str, Any]


def write_run(run: Run, path: Path) -> None:
    """Put a run in its place; nothing that is half written ever stands there."""
    write_document({**_parts(run), "card": _parts(run.card)}, path)


def write_document(run: JsonRow, path: Path) -> None:
    """Do the same with a run that is a JSON object already."""
    put_whole(_pieces(run), path)


def put_whole(pieces: Iterable[str], path: Path) -> None:
    """Replace a file in one step."""
    part = path.with_name(f"{path.name}{PART}")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written: {error.strerror}", "make room, then run it again"
        ) from None


def is_whole(path: Path) -> bool:
    """Tell whether a file ends as one that was written to its end."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(END)))
        return file.read() == END.encode()


def read_run(path: Path, library: Library | None = None) -> Run:
    """Read a run; raises `StateError` if the file is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return _run(document["data"], Texts(library))
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StateError(
            f"{path} is damaged ({type(error).__name__}: {error})",
            f"sartor runs delete {path.parent.name}",
        ) from None


# --- writing ----------------------------------------------------------------------------------


def _pieces(run: JsonRow) -> Iterator[str]:
    """Write the run with its two long lists, questions and rows, last and line by line."""
    head = {name: part for name, part in run.items() if name not in ("questions", "card")}
    card = {name: part for name, part in run["card"].items() if name != "rows"}
    yield f'{{"schema": {json.dumps(SCHEMA)}, "data": {_json(head)[:-1]}, "questions": [\n'
    yield from _lines(run["questions"])
    yield f'],\n"card": {_json(card)[:-1]}, "rows": [\n'
    yield from _lines(run["card"]["rows"])
    yield END


def _lines(items: Iterable[object]) -> Iterator[str]:
    comma = ""
    for item in items:
        yield f"{comma}{_json(item)}"
        comma = ",\n"
    yield "\n"


def _parts(value: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever JSON cannot say
    """Give what JSON cannot say by its parts; bytes are left out."""
    if isinstance(value, Mapping):
        return dict(value)
    parts = ((name, getattr(value, name)) for name in _names(value.__class__))
    return {name: part for name, part in parts if not isinstance(part, bytes)}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"a run holds a {kind.__name__}, which JSON cannot say")
    return tuple(field.name for field in fields(kind))


# Parts are taken one by one while it is written: a copy of it all would take as long again.
_json = json.JSONEncoder(ensure_ascii=False, default=_parts).encode


# --- reading ----------------------------------------------------------------------------------


def _run(row: JsonRow, texts: Mapping[str, str]) -> Run:
    questions = tuple(_question(item) for item in row["questions"])
    return Run(**{**row, "questions": questions, "card": _card(row["card"], texts)})


def _question(row: JsonRow) -> Question:
    return Question(
        **{
            **row,
            "expected": tuple(row["expected"]),
            "evidence": tuple(Evidence(**piece) for piece in row["evidence"]),
            "history": tuple(Message(**turn) for turn in row["history"]),
            "tags": tuple(row["tags"]),
        }
    )


def _card(row: JsonRow, texts: Mapping[str, str]) -> Scorecard:
    lost = 0
    rows = []
    for item in row["rows"]:
        rows.append(_row(item, texts))
        lost += _citations(item) - len(rows[-1].answer.citations if rows[-1].answer else ())
    notes = list(row["notes"])
    if lost:
        notes.append(
            f"{lost} citations are left out: their documents were changed since, or are gone"
        )
    return Scorecard(
        **{
            **row,
            "rows": tuple(rows),
            "measurements": _measurements(row["measurements"]),
            "tagged": _measurements(row["tagged"]),
            "gains": tuple(
                Gain(**{**gain, "gain": Measurement(**gain["gain"])}) for gain in row["gains"]
            ),
            "notes": tuple(notes),
        }
    )


def _citations(row: JsonRow) -> int:
    return len(row["answer"]["citations"]) if row["answer"] else 0


def _measurements(rows: Mapping[str, JsonRow]) -> dict[str, Measurement]:
    return {name: Measurement(**row) for name, row in rows.items()}


def _row(row: JsonRow, texts: Mapping[str, str]) -> Row:
    answer: Answer | None = None
    if row["answer"] is not None:
        answer = answer_from(row["answer"], texts, strict=False)
    scores = tuple(Score(**score) for score in row["scores"])
    return Row(**{**row, "answer": answer, "scores": scores})
