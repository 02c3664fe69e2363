"""Documents that a person took out: they stay out when their source is read again.

Only hashes of their names are kept, so that a purged document leaves not even its name behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from sartor.errors import NotFound
from sartor.knowledge.ledger.documents import delete_document
from sartor.knowledge.ledger.identity import text_hash
from sartor.knowledge.ledger.library import summary
from sartor.knowledge.ledger.records import DocumentChange
from sartor.knowledge.ledger.sources import source_key
from sartor.knowledge.ledger.transaction import Transaction
from sartor.storage import Connection


def withdraw(transaction: Transaction, ids: Sequence[str]) -> list[DocumentChange]:
    """Delete documents for good; raises `NotFound` before anything is written."""
    connection = transaction.connection
    for found in [summary(connection, id) for id in ids]:
        key = source_key(connection, found.source)
        connection.execute(
            "INSERT OR IGNORE INTO withdrawn VALUES (?, ?, ?)",
            (key, text_hash(found.local), text_hash(found.file)),
        )
    return [delete_document(transaction, id) for id in ids]


def withdrawn_names(connection: Connection, source: str) -> frozenset[bytes]:
    """Read the hashes of the local ids that were taken out of a source."""
    try:
        key = source_key(connection, source)
    except NotFound:
        return frozenset()
    rows = connection.execute("SELECT name FROM withdrawn WHERE source = ?", (key,))
    return frozenset(row[0] for row in rows)


def readmit(transaction: Transaction, source: str) -> None:
    """Let everything back in: its files count as never read."""
    connection = transaction.connection
    key = source_key(connection, source)
    rows = connection.execute("SELECT DISTINCT file FROM withdrawn WHERE source = ?", (key,))
    files = {row[0] for row in rows}
    paths = connection.execute("SELECT path FROM file WHERE source = ?", (key,)) if files else ()
    connection.execute_many(
        "DELETE FROM file WHERE source = ? AND path = ?",
        [(key, path) for (path,) in list(paths) if text_hash(path) in files],
    )
    if files:
        connection.execute("DELETE FROM withdrawn WHERE source = ?", (key,))
