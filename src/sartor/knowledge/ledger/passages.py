"""A document's passages come in: those already known keep their key, the others come or go.

A passage is known by (hash of its embedded text, occurrence). Only new, vanished or relabelled
passages concern an index; a passage that merely stands elsewhere does not.
"""

from __future__ import annotations

from sartor.knowledge.ledger.identity import Mark, embedded_text, marks, text_hash
from sartor.knowledge.ledger.packing import pack_names
from sartor.knowledge.ledger.records import NewPassage, PutDocument
from sartor.knowledge.ledger.transaction import Transaction
from sartor.storage import Row


def put_passages(
    transaction: Transaction, document: int, change: PutDocument, *, relisted: bool
) -> int:
    """Write what differs; return the number of new passages.

    `relisted` says that labels or metadata changed, so that an index must look at all of them.
    """
    wanted = _wanted(change)
    stored = _stored(transaction, document)
    kept = [mark for mark in wanted if mark in stored]
    moved = [(*wanted[mark], stored[mark][0]) for mark in kept if stored[mark][1:] != wanted[mark]]
    transaction.connection.execute_many(
        "UPDATE passage SET ordinal = ?, start = ?, stop = ?, page = ?, headings = ?, header = ?"
        " WHERE key = ?",
        moved,
    )
    _remove(transaction, {mark: row for mark, row in stored.items() if mark not in wanted})
    if relisted:
        transaction.touch(stored[mark][0] for mark in kept)
    return _insert(
        transaction, document, {mark: row for mark, row in wanted.items() if mark not in stored}
    )


def drop_passages(transaction: Transaction, document: int) -> None:
    """Remove all passages of a document."""
    _remove(transaction, _stored(transaction, document))


def _wanted(change: PutDocument) -> dict[Mark, Row]:
    """Lay out the rows to be: ordinal, start, stop, page, headings, header."""
    text = change.document.text
    found = marks(_hash(text, passage) for passage in change.passages)
    rows: list[Row] = [
        (at, p.span.start, p.span.end, p.span.page, pack_names(p.span.headings), p.header)
        for at, p in enumerate(change.passages)
    ]
    return dict(zip(found, rows, strict=True))


def _hash(text: str, passage: NewPassage) -> bytes:
    return text_hash(embedded_text(passage.header, text[passage.span.start : passage.span.end]))


def _stored(transaction: Transaction, document: int) -> dict[Mark, Row]:
    """Read the rows that are: key, then as in `_wanted`."""
    rows = transaction.connection.execute(
        "SELECT hash, occurrence, key, ordinal, start, stop, page, headings, header"
        " FROM passage WHERE document = ?",
        (document,),
    )
    return {Mark(row[0], row[1]): row[2:] for row in rows}


def _insert(transaction: Transaction, document: int, rows: dict[Mark, Row]) -> int:
    keys = transaction.passage_keys(len(rows))
    transaction.connection.execute_many(
        "INSERT INTO passage (key, document, hash, occurrence, ordinal, start, stop, page,"
        " headings, header) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(key, document, *mark, *row) for key, (mark, row) in zip(keys, rows.items(), strict=True)],
    )
    transaction.touch(keys)
    return len(keys)


def _remove(transaction: Transaction, rows: dict[Mark, Row]) -> None:
    keys = [row[0] for row in rows.values()]
    transaction.connection.execute_many(
        "DELETE FROM passage WHERE key = ?", [(key,) for key in keys]
    )
    transaction.touch(keys)
    transaction.release(mark.hash for mark in rows)
