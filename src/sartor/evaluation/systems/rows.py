"""One row of recorded shape -> a reply.

The shape is that of recorded answers, of what an HTTP system answers, and of what a function may
return: `{"answer": ..., "citations": [...], "correct": ..., "usage": {...}, "seconds": ..., ...}`.
Rows come from strangers: keys that are not ours are passed over, values of a wrong kind refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, NoReturn

from sartor.errors import InputError
from sartor.evaluation.systems.claims import Claim, sorted_out
from sartor.evaluation.systems.system import Reply
from sartor.protocols import Library, Pricing
from sartor.types import Answer, Hit, Passage, Usage

KEYS = (
    "id",
    "question",
    "answer",
    "citations",
    "correct",
    "usage",
    "seconds",
    "first_token",
    "cost",
    "abstained",
    "context",
    "hits",
    "model",
    "notes",
    "error",
)
KINDS: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    float: "a number",
    int: "a number",
    type(None): "null",
}

JsonRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row that is in order: the answer without its citations, and those as they were claimed.

    `error` is why there is no answer.
    """

    answer: Answer
    claims: tuple[Claim, ...] = ()
    label: bool | None = None
    seconds: float | None = None
    first_token: float | None = None
    error: str = ""


def read_row(row: JsonRow) -> Recorded:
    """Read one row; raises `InputError` for the first thing in it that cannot be meant."""
    error = text(row, "error")
    if "answer" not in row and not error:
        refuse("it has no answer; an empty text stands for an answer that says nothing")
    said = text(row, "answer")
    silent = truth(row, "abstained")
    return Recorded(
        Answer(
            said,
            context=tuple(_passage(item, "context") for item in _list(row, "context")),
            hits=tuple(_hit(item, rank) for rank, item in enumerate(_list(row, "hits"), start=1)),
            usage=_usage(row),
            abstained=not said.strip() if silent is None else silent,
            cost=amount(row, "cost"),
            model=text(row, "model"),
            notes=tuple(note for note in _list(row, "notes") if isinstance(note, str)),
        ),
        tuple(_claim(item) for item in _list(row, "citations")),
        label=truth(row, "correct"),
        seconds=amount(row, "seconds"),
        first_token=amount(row, "first_token"),
        error=error,
    )


def reply_of(recorded: Recorded, library: Library | None, pricing: Pricing | None) -> Reply:
    """Look its citations up in the documents, and its price where only tokens are known.

    Where not even tokens are known, what it cost stays unknown: that is not nothing.
    """
    answer = recorded.answer
    counted = answer.usage.input_tokens or answer.usage.output_tokens
    citations, claimed = sorted_out(recorded.claims, library)
    cost = answer.cost
    if cost is None and pricing is not None and answer.model and counted:
        cost = pricing.cost(answer.model, answer.usage)
    if citations or cost != answer.cost:
        answer = replace(answer, citations=citations, cost=cost)
    return Reply(answer, recorded.label, recorded.seconds, recorded.first_token, claimed)


# --- values -----------------------------------------------------------------------------------


def refuse(message: str) -> NoReturn:
    """Say what is wrong with a row."""
    raise InputError(message)


def text(row: JsonRow, key: str) -> str:
    """Read a text; empty when it is not there."""
    value = row.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # ids and short answers are often plain numbers
    if not isinstance(value, str):
        refuse(f"{key} is {_kind(value)}; expected a text")
    return value


def truth(row: JsonRow, key: str) -> bool | None:
    """Read true or false; None when it is not there."""
    value = row.get(key)
    if value is not None and not isinstance(value, bool):
        refuse(f"{key} is {value!r}; expected true or false")
    return value


def amount(row: JsonRow, key: str) -> float | None:
    """Read a number from 0; None when it is not there."""
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(f"{key} is {_kind(value)}; expected a number")
    if not isfinite(value) or value < 0:
        refuse(f"{key} is {value}; expected a number from 0")
    return float(value)


def _whole(row: JsonRow, key: str) -> int | None:
    value = amount(row, key)
    if value is not None and value != int(value):
        refuse(f"{key} is {value}; expected a whole number")
    return None if value is None else int(value)


def _list(row: JsonRow, key: str) -> list[Any]:
    value = row.get(key)
    if value is not None and not isinstance(value, list):
        refuse(f"{key} is {_kind(value)}; expected a list")
    return value or []


def _usage(row: JsonRow) -> Usage:
    """Read tokens under our names or those of OpenAI-compatible servers."""
    value = row.get("usage")
    if value is None:
        return Usage()
    if not isinstance(value, Mapping):
        refuse(f"usage is {_kind(value)}; expected an object")
    return Usage(
        input_tokens=_whole(value, "input_tokens") or _whole(value, "prompt_tokens") or 0,
        output_tokens=_whole(value, "output_tokens") or _whole(value, "completion_tokens") or 0,
        cached_tokens=_whole(value, "cached_tokens") or 0,
        seconds=amount(value, "seconds") or 0.0,
    )


# --- citations and passages -------------------------------------------------------------------


def _claim(item: object) -> Claim:
    if isinstance(item, str):
        return Claim(item)
    row = _object(item, "citations")
    return Claim(
        _document(row),
        text(row, "quote"),
        _whole(row, "page"),
        _whole(row, "start"),
        _whole(row, "end"),
        text(row, "passage_id"),
        truth(row, "supported") or False,
    )


def _passage(item: object, key: str) -> Passage:
    """Read what a system looked at: a text, or an object with its document and place."""
    if isinstance(item, str):
        return Passage("", "", item, 0, len(item))
    row = _object(item, key)
    said, start = text(row, "text"), _whole(row, "start") or 0
    end = _whole(row, "end")
    return Passage(
        text(row, "id") or text(row, "passage_id"),
        _document(row),
        said,
        start,
        start + len(said) if end is None else end,
        _whole(row, "page"),
    )


def _hit(item: object, rank: int) -> Hit:
    """Read what a system found; where it tells no score, its order is all that is known."""
    row = {"document": item, "text": ""} if isinstance(item, str) else _object(item, "hits")
    found = row.get("passage", row)
    score = amount(row, "score")
    return Hit(_passage(found, "hits"), 1.0 / rank if score is None else score)


def _document(row: JsonRow) -> str:
    return text(row, "document") or text(row, "document_id")


def _object(item: object, key: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        refuse(f"{key} holds {_kind(item)}; expected an object with a document")
    return item


def _kind(value: object) -> str:
    return KINDS.get(type(value), type(value).__name__)
