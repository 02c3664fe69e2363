"""Answers and traces to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sartor.assistants.tracing import Trace, TracedCitation, TracedHit
from sartor.types import Answer, Cut, Step, Usage
from sartor.types.packing import JsonObject, answer_from, plain


def pack(value: Answer | Trace) -> str:
    """Write an answer or a trace as JSON."""
    return json.dumps(plain(value), separators=(",", ":"))


def unpack_answer(data: str, texts: Mapping[str, str]) -> Answer:
    """Read an answer over the texts of its documents; raises `Misquoted` if a quote fell."""
    return answer_from(json.loads(data), texts)


def unpack_trace(data: str) -> Trace:
    """Read a trace."""
    row: JsonObject = json.loads(data)
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
