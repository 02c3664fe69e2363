"""A row of questions.jsonl -> a test question, and back.

A JSON object of which only `question` is required. It knows one row; files, and what stands in the
documents, are not its affair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from sartor.errors import InputError, nearest
from sartor.evaluation.questions.accepting import incomparable
from sartor.types import Evidence, Message, Question

KEYS = (
    "id",
    "question",
    "expected",
    "match",
    "evidence",
    "answerable",
    "history",
    "schema",
    "tags",
)
EVIDENCE_KEYS = ("document", "start", "end", "page", "grade")
ROLES = ("system", "user", "assistant")


def parse_row(line: str, default_id: str) -> Question:
    """Read one line; raises `InputError` that says what is wrong with it."""
    return _question(parse_object(line), default_id)


def parse_object(line: str) -> Mapping[str, Any]:
    """Read one JSON object; raises `InputError` for anything else."""
    try:
        row = json.loads(line)
    except ValueError as error:
        _wrong(f"not JSON: {error}")
    except RecursionError:
        _wrong("not JSON that can be read: nested too deeply")
    if not isinstance(row, dict):
        _wrong(f"found {_kind(row)}; expected an object")
    return row


def row_of(question: Question) -> dict[str, Any]:
    """Write a question as the row it is read from; what is default is left out."""
    row: dict[str, Any] = {"id": question.id, "question": question.text}
    if question.expected:
        row["expected"] = question.expected[0] if len(question.expected) == 1 else question.expected
    if question.match:
        row["match"] = question.match
    if question.evidence:
        row["evidence"] = [_piece_of(piece) for piece in question.evidence]
    if not question.answerable:
        row["answerable"] = False
    if question.history:
        row["history"] = [{"role": turn.role, "content": turn.content} for turn in question.history]
    if question.schema is not None:
        row["schema"] = question.schema
    if question.tags:
        row["tags"] = question.tags
    return row


def line_of(question: Question) -> str:
    """Write a question as one line, line end included."""
    return json.dumps(row_of(question), ensure_ascii=False) + "\n"


def _piece_of(piece: Evidence) -> dict[str, Any]:
    row: dict[str, Any] = {"document": piece.document}
    if piece.start is not None:
        row |= {"start": piece.start, "end": piece.end}
    if piece.page is not None:
        row["page"] = piece.page
    if piece.grade != 1:
        row["grade"] = piece.grade
    return row


def _wrong(message: str) -> NoReturn:
    raise InputError(message)


def _question(row: Mapping[str, Any], default_id: str) -> Question:
    _check_keys(row, KEYS)
    if not isinstance(row.get("question", ""), str):
        _wrong(f"question is {_kind(row['question'])}; expected a text")
    text = _text(row, "question", "")
    if not text.strip():
        _wrong("question is missing or empty")
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        _wrong(f"answerable is {_kind(answerable)}; expected true or false")
    question = Question(
        id=_text(row, "id", default_id),
        text=text,
        expected=_texts(row, "expected"),
        match=_text(row, "match", ""),
        evidence=_evidence(row),
        answerable=answerable,
        history=_history(row),
        schema=_schema(row),
        tags=_texts(row, "tags"),
    )
    if why := incomparable(question):
        _wrong(why)
    return question


def _history(row: Mapping[str, Any]) -> tuple[Message, ...]:
    turns = row.get("history", [])
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        _wrong('history is no list of turns; expected [{"role": "user", "content": "..."}]')
    return tuple(_turn(turn) for turn in turns)


def _turn(turn: Mapping[str, Any]) -> Message:
    _check_keys(turn, ("role", "content"))
    role = turn.get("role")
    if role not in ROLES:
        _wrong(f"role is {role!r}; expected one of {', '.join(ROLES)}")
    return Message(role, _text(turn, "content", ""))


def _schema(row: Mapping[str, Any]) -> Mapping[str, object] | None:
    schema = row.get("schema")
    if schema is not None and not isinstance(schema, dict):
        _wrong(f"schema is {_kind(schema)}; expected an object")
    return schema


def _check_keys(row: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in row:
        if key not in known:
            _wrong(f"unknown key {key!r}{nearest(key, known)}; known are {', '.join(known)}")


def _text(row: Mapping[str, Any], key: str, default: str) -> str:
    value = row.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids and expected answers are often plain numbers
    if not isinstance(value, str):
        _wrong(f"{key} is {_kind(value)}; expected a text")
    return value


def _texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list):
        return (_text(row, key, ""),)
    return tuple(_text({key: item}, key, "") for item in value)


def _evidence(row: Mapping[str, Any]) -> tuple[Evidence, ...]:
    value = row.get("evidence", [])
    if not isinstance(value, list):
        _wrong(f"evidence is {_kind(value)}; expected a list of objects")
    return tuple(_piece(item) for item in value)


def _piece(item: object) -> Evidence:
    if not isinstance(item, dict):
        _wrong(f"evidence holds {_kind(item)}; expected an object with a document")
    _check_keys(item, EVIDENCE_KEYS)
    document = _text(item, "document", "")
    if not document:
        _wrong("evidence has no document")
    start, end = _number(item, "start"), _number(item, "end")
    if (start is None) is not (end is None) or (
        start is not None and end is not None and end <= start
    ):
        _wrong(f"evidence runs from {start} to {end}; expected start < end, or neither")
    grade = _number(item, "grade")
    return Evidence(document, start, end, _number(item, "page"), 1 if grade is None else grade)


def _number(item: Mapping[str, Any], key: str) -> int | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        _wrong(f"evidence {key} is {value!r}; expected a whole number from 0")
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")
