"""Sources: where documents come from, by unique names."""

from __future__ import annotations

import json

from sartor.errors import NotFound, nearest
from sartor.knowledge.ledger.packing import pack_mapping, pack_names, unpack_names
from sartor.storage import Connection, Row
from sartor.types import Source


def put_source(connection: Connection, source: Source) -> None:
    """Add a source, or change the settings of the one of that name; write only a difference."""
    if source in read_sources(connection):
        return
    connection.execute(
        "INSERT INTO source (name, location, collection, labels, settings)"
        " VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET location = excluded.location,"
        " collection = excluded.collection, labels = excluded.labels,"
        " settings = excluded.settings",
        _to_row(source),
    )


def read_sources(connection: Connection) -> list[Source]:
    """List all sources by name."""
    rows = connection.execute(
        "SELECT name, location, collection, labels, settings FROM source ORDER BY name"
    )
    return [_from_row(row) for row in rows]


def source_key(connection: Connection, name: str) -> int:
    """Find a source's key; raises `NotFound` with the nearest name."""
    for (key,) in connection.execute("SELECT key FROM source WHERE name = ?", (name,)):
        return int(key)
    known = [row[0] for row in connection.execute("SELECT name FROM source")]
    raise NotFound(
        f"No source is named {name!r}{nearest(name, known)}",
        hint="`sartor sources` lists them",
    )


def _to_row(source: Source) -> tuple[str, str, str, str, str]:
    settings = {
        "fields": dict(source.fields),
        "include": list(source.include),
        "exclude": list(source.exclude),
    }
    labels = pack_names(source.labels)
    return source.name, source.location, source.collection, labels, pack_mapping(settings)


def _from_row(row: Row) -> Source:
    name, location, collection, labels, packed = row
    settings = json.loads(packed)
    return Source(
        name,
        location,
        collection=collection,
        labels=unpack_names(labels),
        fields=settings["fields"],
        include=tuple(settings["include"]),
        exclude=tuple(settings["exclude"]),
    )
