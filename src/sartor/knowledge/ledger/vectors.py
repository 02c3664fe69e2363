"""Vectors by the text they stand for: computed once, shared by equal passages.

Stored as little-endian float16, all windows of a text one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sartor.knowledge.ledger.identity import embedded_text
from sartor.knowledge.ledger.records import Unembedded
from sartor.knowledge.ledger.texts import Slice, read_slices
from sartor.knowledge.ledger.transaction import Transaction
from sartor.storage import Connection, Row

if TYPE_CHECKING:
    from sartor.protocols import Vectors

_STORED_AS = np.dtype("<f2")
_NO_EMBEDDER = 0

_LACKING = (
    " FROM passage WHERE key > ? AND NOT EXISTS"
    " (SELECT 1 FROM vector WHERE vector.hash = passage.hash AND embedder = ?)"
)


def embedder_key(connection: Connection, fingerprint: str) -> int:
    """Find an embedder's key; 0, which none has, when it never gave a vector."""
    rows = connection.execute("SELECT key FROM embedder WHERE fingerprint = ?", (fingerprint,))
    return next((int(row[0]) for row in rows), _NO_EMBEDDER)


def put_vectors(
    transaction: Transaction, fingerprint: str, vectors: Mapping[bytes, Vectors]
) -> None:
    """Store vectors; those of texts that went away or have theirs already are left out."""
    connection = transaction.connection
    embedder = embedder_key(connection, fingerprint) or _new_embedder(connection, fingerprint)
    for digest, rows in vectors.items():
        keys = [row[0] for row in _lacking(connection, digest, embedder)]
        if keys:
            connection.execute(
                "INSERT INTO vector (hash, embedder, windows, data) VALUES (?, ?, ?, ?)",
                (digest, embedder, len(rows), rows.astype(_STORED_AS).tobytes()),
            )
            transaction.touch(keys)


def drop_vectors(transaction: Transaction, fingerprint: str) -> None:
    """Remove all vectors of one embedder."""
    connection = transaction.connection
    embedder = embedder_key(connection, fingerprint)
    if embedder == _NO_EMBEDDER:
        return
    rows = connection.execute(
        "SELECT passage.key FROM vector JOIN passage USING (hash) WHERE embedder = ?", (embedder,)
    )
    transaction.touch([row[0] for row in rows])
    connection.execute("DELETE FROM vector WHERE embedder = ?", (embedder,))
    connection.execute("DELETE FROM embedder WHERE key = ?", (embedder,))


def fingerprints(connection: Connection) -> dict[str, int]:
    """Count the vectors of each embedder."""
    rows = connection.execute(
        "SELECT fingerprint, count(*) FROM vector JOIN embedder ON embedder.key = embedder"
        " GROUP BY embedder ORDER BY fingerprint"
    )
    return dict(rows)


def count_lacking(connection: Connection, fingerprint: str) -> int:
    """Count the passages without vectors."""
    embedder = embedder_key(connection, fingerprint)
    return int(next(connection.execute(f"SELECT count(*){_LACKING}", (0, embedder)))[0])


def lacking_after(
    connection: Connection, fingerprint: str, *, after: int, limit: int
) -> tuple[int, list[Unembedded]]:
    """Read a page of texts without vectors; the number is where the next page starts."""
    embedder = embedder_key(connection, fingerprint)
    rows = list(
        connection.execute(
            f"SELECT key, hash, header, document, start, stop{_LACKING} ORDER BY key LIMIT ?",
            (after, embedder, limit),
        )
    )
    texts = read_slices(connection, [Slice(*row[3:]) for row in rows])
    found = [
        Unembedded(row[1], embedded_text(row[2], text))
        for row, text in zip(rows, texts, strict=True)
    ]
    return (rows[-1][0] if rows else after), found


def unpack_vectors(windows: int | None, data: bytes | None) -> Vectors | None:
    """Read the vectors of one text."""
    if windows is None or data is None:
        return None
    return np.frombuffer(data, _STORED_AS).astype(np.float32).reshape(windows, -1)


def _lacking(connection: Connection, digest: bytes, embedder: int) -> Iterator[Row]:
    return connection.execute(f"SELECT key{_LACKING} AND hash = ?", (0, embedder, digest))


def _new_embedder(connection: Connection, fingerprint: str) -> int:
    connection.execute("INSERT INTO embedder (fingerprint) VALUES (?)", (fingerprint,))
    return embedder_key(connection, fingerprint)
