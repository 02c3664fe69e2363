"""Answers and traces to JSON and back.

A citation comes back only if its quote still stands in its document: `unpack_answer` builds it
anew, and the type refuses what is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from sartor.assistants.tracing import Trace, TracedCitation, TracedHit
from sartor.types import Answer, Citation, Cut, Hit, Passage, Sentence, Step, Usage

Row = dict[str, Any]  # a JSON object


def pack(value: Answer | Trace) -> str:
    """Write an answer or a trace as JSON."""
    return json.dumps(_plain(value), separators=(",", ":"))


def unpack_answer(data: str, texts: Mapping[str, str]) -> Answer:
    """Read an answer over the texts of its documents; raises `Misquoted` if a quote fell."""
    row: Row = json.loads(data)
    return Answer(
        **{
            **row,
            "sentences": tuple(_sentence(found, texts) for found in row["sentences"]),
            "citations": _citations(row["citations"], texts),
            "context": tuple(_passage(found) for found in row["context"]),
            "hits": tuple(_hit(found) for found in row["hits"]),
            "usage": Usage(**row["usage"]),
            "notes": tuple(row["notes"]),
            "flags": tuple(row["flags"]),
            "cut": tuple(Cut(**found) for found in row["cut"]),
            "steps": tuple(Step(**found) for found in row["steps"]),
        }
    )


def unpack_trace(data: str) -> Trace:
    """Read a trace."""
    row: Row = json.loads(data)
    return Trace(
        **{
            **row,
            "steps": tuple(Step(**found) for found in row["steps"]),
            "retrieved": tuple(TracedHit(**found) for found in row["retrieved"]),
            "packed": tuple(row["packed"]),
            "cut": tuple(Cut(**found) for found in row["cut"]),
            "cited": tuple(TracedCitation(**found) for found in row["cited"]),
            "usage": Usage(**row["usage"]),
            "flags": tuple(row["flags"]),
            "notes": tuple(row["notes"]),
        }
    )


def _plain(value: Any) -> Any:  # noqa: ANN401
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _sentence(row: Row, texts: Mapping[str, str]) -> Sentence:
    return Sentence(**{**row, "citations": _citations(row["citations"], texts)})


def _citations(rows: Sequence[Row], texts: Mapping[str, str]) -> tuple[Citation, ...]:
    return tuple(Citation(**row, within=texts[row["document_id"]]) for row in rows)


def _hit(row: Row) -> Hit:
    return Hit(**{**row, "passage": _passage(row["passage"]), "folded": tuple(row["folded"])})


def _passage(row: Row) -> Passage:
    return Passage(**{**row, "headings": tuple(row["headings"]), "labels": tuple(row["labels"])})
