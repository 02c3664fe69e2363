"""What a caller may look at -> a `Where`; every name is checked against what the ledger knows.

An unknown field or collection would find nothing, silently; here it is an error that names the
nearest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from sartor.errors import QueryError, nearest
from sartor.knowledge.ledger import Counts, Ledger
from sartor.protocols import Where
from sartor.types import Scalar

PLACES = ("source", "document", "collection")  # filters on where a passage stands


def where(
    ledger: Ledger,
    filters: Mapping[str, Scalar],
    labels: Sequence[str] | None,
    collections: Sequence[str],
) -> Where:
    """Put filters, labels and collections together; raises `QueryError` and `NotFound`."""
    counts = ledger.counts()
    _check_fields(filters, counts)
    chosen = [*collections, *_given(filters, "collection")]
    _check_collections(chosen, counts)
    return Where(
        collections=tuple(chosen),
        sources=tuple(_given(filters, "source")),
        documents=tuple(ledger.summary(id).key for id in _given(filters, "document")),
        metadata={key: _readings(value) for key, value in filters.items() if key not in PLACES},
        labels=None if labels is None else tuple(labels),
    )


def _readings(value: Scalar) -> tuple[Scalar, ...]:
    """Let a text stand for the number or truth value it spells, too: a shell has only texts."""
    if not isinstance(value, str):
        return (value,)
    readings: list[Scalar] = [value]
    for kind in (int, float):
        with suppress(ValueError):
            readings.append(kind(value))
    if value.lower() in ("true", "false"):
        readings.append(value.lower() == "true")
    return tuple(readings)


def _given(filters: Mapping[str, Scalar], name: str) -> list[str]:
    return [str(filters[name])] if name in filters else []


def _check_fields(filters: Mapping[str, Scalar], counts: Counts) -> None:
    known = sorted([*counts.metadata_keys, *PLACES])
    for key in filters:
        if key not in known:
            raise QueryError(
                f"no document has a field {key!r}{nearest(key, known)}",
                f"known fields: {', '.join(known)}",
            )


def _check_collections(names: Sequence[str], counts: Counts) -> None:
    known = sorted(counts.collections)
    for name in names:
        if name not in known:
            raise QueryError(
                f"no collection {name!r}{nearest(name, known)}",
                f"known collections: {', '.join(known) or 'none'}",
            )
