"""questions.jsonl -> test questions.

One JSON object a line; only `question` is required. Every mistake in the file is found and shown
with its line before anything runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from sartor.errors import InputError, nearest
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
MATCHES = ("exact", "contains", "number", "regex", "schema", "facts")
SHOWN_MISTAKES = 20
HINT = 'a row looks like {"question": "...", "expected": "...", "evidence": [{"document": "id"}]}'


def read_questions(path: Path) -> list[Question]:
    """Read all questions of a file, or raise `InputError` with every mistake in it.

    A row without an id is named after its line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}") from None
    questions, mistakes = parse_questions(text.split("\n"))
    if not questions and not mistakes:
        mistakes.append("it holds no question")
    if mistakes:
        raise InputError(_listed(path, mistakes), HINT)
    return questions


def parse_questions(lines: Iterable[str]) -> tuple[list[Question], list[str]]:
    """Parse lines into questions and mistakes ("line 3: ..."); blank lines are skipped."""
    questions: list[Question] = []
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(_row(line), default_id=str(number))
            if question.id in seen:
                _wrong(f"id {question.id!r} stands already on line {seen[question.id]}")
        except InputError as error:
            mistakes.append(f"line {number}: {error}")
        else:
            seen[question.id] = number
            questions.append(question)
    return questions, mistakes


def _listed(path: Path, mistakes: list[str]) -> str:
    """List mistakes; the same one on many lines stands there once."""
    places: dict[str, list[str]] = {}
    for mistake in mistakes:
        place, colon, what = mistake.partition(": ")
        places.setdefault(what if colon else mistake, []).append(place)
    told = [_folded(what, where) for what, where in places.items()]
    shown = told[:SHOWN_MISTAKES]
    if len(told) > len(shown):
        shown.append(f"... and {len(told) - len(shown)} more")
    return f"{path} cannot be used:\n" + "\n".join(f"  {mistake}" for mistake in shown)


def _folded(what: str, places: list[str]) -> str:
    if places == [what]:
        return what
    more = f" and {len(places) - 1} more lines" if len(places) > 1 else ""
    return f"{places[0]}{more}: {what}"


def _wrong(message: str) -> NoReturn:
    raise InputError(message)


def _row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        _wrong(f"not JSON: {error}")
    except RecursionError:
        _wrong("not JSON that can be read: nested too deeply")
    if not isinstance(row, dict):
        _wrong(f"found {_kind(row)}; expected an object")
    return row


def _question(row: Mapping[str, Any], default_id: str) -> Question:
    _check_keys(row, KEYS)
    if not isinstance(row.get("question", ""), str):
        _wrong(f"question is {_kind(row['question'])}; expected a text")
    text = _text(row, "question", "")
    if not text.strip():
        _wrong("question is missing or empty")
    match = _text(row, "match", "")
    if match and match not in MATCHES:
        _wrong(f"match is {match!r}; expected one of {', '.join(MATCHES)}{nearest(match, MATCHES)}")
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        _wrong(f"answerable is {_kind(answerable)}; expected true or false")
    return Question(
        id=_text(row, "id", default_id),
        text=text,
        expected=_texts(row, "expected"),
        match=match,
        evidence=_evidence(row),
        answerable=answerable,
        history=_history(row),
        schema=_schema(row),
        tags=_texts(row, "tags"),
    )


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
