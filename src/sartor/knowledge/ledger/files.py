"""What became of the files of a source, and what happens to their documents with them."""

from __future__ import annotations

from sartor.knowledge.ledger.documents import delete_document, free_id
from sartor.knowledge.ledger.records import DocumentChange, FileRecord
from sartor.knowledge.ledger.sources import source_key
from sartor.knowledge.ledger.transaction import Transaction
from sartor.storage import Connection, Row

_RECORD = "SELECT path, content_hash, size, reader, outcome, reason FROM file"


def read_files(connection: Connection, source: str) -> dict[str, FileRecord]:
    """Read the records of a source by path."""
    key = source_key(connection, source)
    rows = connection.execute(f"{_RECORD} WHERE source = ? ORDER BY path", (key,))
    return {row[0]: FileRecord(source, *row) for row in rows}


def record_file(connection: Connection, file: FileRecord) -> None:
    """Write a record unless it is there already."""
    key = source_key(connection, file.source)
    place = (key, file.path)
    record = (file.content_hash, file.size, file.reader, file.outcome, file.reason)
    stored = connection.execute(f"{_RECORD} WHERE source = ? AND path = ?", place)
    if (file.path, *record) in stored:
        return
    connection.execute("DELETE FROM file WHERE source = ? AND path = ?", place)
    connection.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", (*place, *record))


def forget_file(transaction: Transaction, source: str, path: str) -> list[DocumentChange]:
    """Remove a record and every document read from that file."""
    key = source_key(transaction.connection, source)
    changes = [delete_document(transaction, row[1]) for row in _documents(transaction, key, path)]
    transaction.connection.execute("DELETE FROM file WHERE source = ? AND path = ?", (key, path))
    return changes


def drop_source(transaction: Transaction, source: str) -> list[DocumentChange]:
    """Remove a source with all its records and documents."""
    connection = transaction.connection
    key = source_key(connection, source)
    ids = list(connection.execute("SELECT id FROM document WHERE source = ? ORDER BY key", (key,)))
    changes = [delete_document(transaction, id) for (id,) in ids]
    connection.execute("DELETE FROM withdrawn WHERE source = ?", (key,))
    connection.execute("DELETE FROM file WHERE source = ?", (key,))
    connection.execute("DELETE FROM source WHERE key = ?", (key,))
    return changes


def move_file(
    transaction: Transaction, source: str, path: str, new_path: str
) -> list[DocumentChange]:
    """Give a file and its documents another path; what was known of that path goes first."""
    key = source_key(transaction.connection, source)
    changes = forget_file(transaction, source, new_path)
    changes += [
        _move_document(transaction, row, source, path, new_path)
        for row in _documents(transaction, key, path)
    ]
    transaction.connection.execute(
        "UPDATE file SET path = ? WHERE source = ? AND path = ?", (new_path, key, path)
    )
    return changes


def _move_document(
    transaction: Transaction, row: Row, source: str, path: str, new_path: str
) -> DocumentChange:
    key, id, local, passages = row
    if local == path:
        local, id = new_path, free_id(transaction.connection, source, new_path)
    transaction.connection.execute(
        "UPDATE document SET file = ?, local = ?, id = ? WHERE key = ?", (new_path, local, id, key)
    )
    transaction.touch()
    return DocumentChange(id, "moved", passages=passages)


def _documents(transaction: Transaction, source: int, path: str) -> list[Row]:
    return list(
        transaction.connection.execute(
            "SELECT key, id, local, passages FROM document WHERE source = ? AND file = ?"
            " ORDER BY key",
            (source, path),
        )
    )
