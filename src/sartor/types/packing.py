"""Nouns to what JSON can say, and answers back.

A citation comes back only if its quote still stands in its document: it is built anew, and the
type refuses what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

from sartor.errors import Misquoted
from sartor.types.answers import Answer, Citation, Cut, Sentence, Step, Usage
from sartor.types.documents import Hit, Passage

JsonObject = dict[str, Any]
_PLAIN = frozenset({str, int, float, bool, type(None)})  # most values: looked at first


def plain(value: Any) -> Any:  # noqa: ANN401
    """Turn dataclasses, mappings and sequences into what JSON can say; bytes are left out."""
    if type(value) in _PLAIN:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        parts = {name: getattr(value, name) for name in _names(type(value))}
        return {name: plain(part) for name, part in parts.items() if not isinstance(part, bytes)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, PurePath) else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def answer_from(row: JsonObject, texts: Mapping[str, str], *, strict: bool = True) -> Answer:
    """Read an answer over the texts of its documents.

    A citation that does not stand any more raises `Misquoted` (its text) or `KeyError` (its
    document); with `strict=False` the answer comes back without it.
    """

    def citations(rows: Sequence[JsonObject]) -> tuple[Citation, ...]:
        return tuple(_citations(rows, texts, strict))

    return Answer(
        **{
            **row,
            "sentences": tuple(
                Sentence(**{**found, "citations": citations(found["citations"])})
                for found in row["sentences"]
            ),
            "citations": citations(row["citations"]),
            "context": tuple(_passage(found) for found in row["context"]),
            "hits": tuple(_hit(found) for found in row["hits"]),
            "usage": Usage(**row["usage"]),
            "notes": tuple(row["notes"]),
            "flags": tuple(row["flags"]),
            "cut": tuple(Cut(**found) for found in row["cut"]),
            "steps": tuple(Step(**found) for found in row["steps"]),
        }
    )


def _citations(
    rows: Sequence[JsonObject], texts: Mapping[str, str], strict: bool
) -> Iterator[Citation]:
    for row in rows:
        try:
            yield Citation(**row, within=texts[row["document_id"]])
        except (KeyError, Misquoted):
            if strict:
                raise


def _hit(row: JsonObject) -> Hit:
    return Hit(**{**row, "passage": _passage(row["passage"]), "folded": tuple(row["folded"])})


def _passage(row: JsonObject) -> Passage:
    return Passage(**{**row, "headings": tuple(row["headings"]), "labels": tuple(row["labels"])})
