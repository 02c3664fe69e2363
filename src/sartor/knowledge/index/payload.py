"""How an entry lies in the engine, and how a `Where` becomes the engine's filter.

In: `Entry` and `Where`. Out: engine points and filters, and entries back again, equal to what was
put in. It does not know files, locks or change numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import qdrant_edge as engine

from sartor.protocols import Entry, Where
from sartor.types import Scalar

VECTOR = "dense"
TERMS = "terms"
DOCUMENT = "document"
KEYWORDS = ("collection", "source", "labels", "metadata")

# A passage without labels is open to all. The engine finds a value faster than the lack of one.
OPEN = ""

TEXT_INDEX = engine.TextIndexParams(  # the words come analysed: the engine only cuts at spaces
    tokenizer=engine.TokenizerType.Whitespace,
    lowercase=False,
    ascii_folding=False,
    stemmer=engine.DisabledStemmer(),
    scoring=True,
)
FIELD_INDEXES: Mapping[str, Any] = {
    TERMS: TEXT_INDEX,
    DOCUMENT: engine.PayloadSchemaType.Integer,
    **dict.fromkeys(KEYWORDS, engine.PayloadSchemaType.Keyword),
}


def point_of(entry: Entry) -> engine.Point:
    """Lay one entry out for the engine."""
    payload = {
        TERMS: " ".join(entry.terms),
        DOCUMENT: entry.document,
        "collection": entry.collection,
        "source": entry.source,
        "labels": list(entry.labels) or [OPEN],
        "metadata": [_pair(key, value) for key, value in entry.metadata.items()],
    }
    vectors = {} if entry.vectors is None else {VECTOR: list(entry.vectors)}
    return engine.Point(entry.key, vectors, payload)


def entry_of(record: Any) -> Entry:  # noqa: ANN401  # the engine's types are wider than our use
    """Read back what `point_of` laid down; raises KeyError or TypeError when it is not that."""
    payload, vectors = record.payload, record.vector or {}
    return Entry(
        key=record.id,
        document=payload[DOCUMENT],
        collection=payload["collection"],
        source=payload["source"],
        labels=tuple(label for label in payload["labels"] if label != OPEN),
        metadata=dict(json.loads(pair) for pair in payload["metadata"]),
        terms=tuple(payload[TERMS].split()),
        vectors=np.asarray(vectors[VECTOR], np.float32) if VECTOR in vectors else None,
    )


def filter_of(where: Where) -> engine.Filter | None:
    """Say in the engine's words what a search may look at; None when it may look at everything."""
    conditions: list[Any] = [
        *_any_of("collection", where.collections),
        *_any_of("source", where.sources),
        *_any_of(DOCUMENT, where.documents),
    ]
    for key, wanted in where.metadata.items():
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        conditions.append(_matches("metadata", [_pair(key, value) for value in values]))
    if where.labels is not None:
        conditions.append(_matches("labels", [OPEN, *where.labels]))
    return engine.Filter(must=conditions) if conditions else None


def _any_of(field: str, values: tuple[Any, ...]) -> Iterable[engine.FieldCondition]:
    return [_matches(field, list(values))] if values else []


def _matches(field: str, values: list[Any]) -> engine.FieldCondition:
    return engine.FieldCondition(field, match=engine.MatchAny(values))


def _pair(key: str, value: Scalar) -> str:
    """Write a metadata pair as one keyword, so that one payload index serves every key.

    Numbers that Python calls equal are one keyword; true and 1 are two.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps([key, value], ensure_ascii=False)
