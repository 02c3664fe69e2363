"""Documents come in and go out of the tables: whole, and only if something differs.

Everything here happens inside one `Transaction`. What becomes of the passages of a document that
changed is told in `passages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from sartor.errors import InputError
from sartor.knowledge.ledger.identity import HASH_BYTES, text_hash
from sartor.knowledge.ledger.packing import (
    pack_blocks,
    pack_mapping,
    pack_names,
    unpack_metadata,
    unpack_names,
)
from sartor.knowledge.ledger.passages import drop_passages, put_passages
from sartor.knowledge.ledger.records import DocumentChange, PutDocument
from sartor.knowledge.ledger.sources import source_key
from sartor.knowledge.ledger.texts import drop_text, put_text
from sartor.knowledge.ledger.transaction import Transaction
from sartor.storage import Connection, Row, Value
from sartor.types import Document, Page

_STORED = "SELECT key, id, file, digest, passages, collection, language, labels, metadata"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an index and the tallies know of a document, as it is written in its row."""

    collection: str
    language: str
    labels: str
    metadata: str

    def names(self) -> list[tuple[str, str]]:
        """List what is tallied."""
        names = [("collection", self.collection), ("language", self.language)]
        names += [("label", label) for label in unpack_names(self.labels)]
        return names + [("metadata", key) for key in unpack_metadata(self.metadata)]


@dataclass(frozen=True, slots=True)
class _Stored:
    """The row of a document that is there already."""

    key: int
    id: str
    file: str
    digest: bytes
    passages: int
    facts: _Facts


def check(change: PutDocument) -> None:
    """Refuse passages that are not part of the text, before anything is written."""
    length = len(change.document.text)
    for passage in change.passages:
        span = passage.span
        if not 0 <= span.start < span.end <= length:
            raise InputError(
                f"A passage of {change.document.id!r} spans {span.start} to {span.end}, "
                f"but the text has {length} characters",
                hint="the splitter must return spans with 0 <= start < end <= len(text)",
            )


def put_document(transaction: Transaction, change: PutDocument) -> DocumentChange:
    """Add a document or change the one that is there; an identical one is left alone."""
    source = source_key(transaction.connection, change.document.source)
    stored = _find(transaction.connection, source, change.document.id)
    digest = _digest(change)
    if stored is None:
        return _add(transaction, change, source=source, digest=digest)
    if (stored.digest, stored.file) == (digest, change.file):
        return DocumentChange(stored.id, "unchanged", passages=stored.passages)
    return _replace(transaction, change, stored, source=source, digest=digest)


def delete_document(transaction: Transaction, id: str) -> DocumentChange:
    """Remove a document with all that belongs to it; one that is not there is `unchanged`."""
    connection = transaction.connection
    rows = list(connection.execute(f"{_STORED} FROM document WHERE id = ?", (id,)))
    if not rows:
        return DocumentChange(id, "unchanged")
    stored = _stored(rows[0])
    transaction.count(stored.facts.names(), -1)
    drop_passages(transaction, stored.key)
    drop_text(connection, stored.key)
    connection.execute("DELETE FROM page WHERE document = ?", (stored.key,))
    connection.execute("DELETE FROM document WHERE key = ?", (stored.key,))
    return DocumentChange(id, "deleted", passages=stored.passages)


def free_id(connection: Connection, source: str, local: str) -> str:
    """Find the public id of a new document: its local id, or one that names the source."""
    id = local
    while list(connection.execute("SELECT 1 FROM document WHERE id = ?", (id,))):
        id = f"{source}/{id}"
    return id


def _add(
    transaction: Transaction, change: PutDocument, *, source: int, digest: bytes
) -> DocumentChange:
    key = transaction.document_key()
    id = free_id(transaction.connection, change.document.source, change.document.id)
    facts = _facts(change.document)
    transaction.count(facts.names(), +1)
    identity = (key, source, change.document.id, id)
    _write(transaction, change, identity=identity, digest=digest, facts=facts)
    new = put_passages(transaction, key, change, relisted=False)
    return DocumentChange(id, "added", passages=len(change.passages), new=new)


def _replace(
    transaction: Transaction, change: PutDocument, stored: _Stored, *, source: int, digest: bytes
) -> DocumentChange:
    facts = _facts(change.document)
    transaction.count(stored.facts.names(), -1)
    transaction.count(facts.names(), +1)
    identity = (stored.key, source, change.document.id, stored.id)
    _write(transaction, change, identity=identity, digest=digest, facts=facts)
    new = put_passages(transaction, stored.key, change, relisted=facts != stored.facts)
    return DocumentChange(stored.id, "changed", passages=len(change.passages), new=new)


def _write(
    transaction: Transaction,
    change: PutDocument,
    *,
    identity: tuple[Value, ...],
    digest: bytes,
    facts: _Facts,
) -> None:
    """Write all of a document but its passages; `identity` is key, source, local and public id."""
    document, connection, now = change.document, transaction.connection, transaction.now
    connection.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET file = excluded.file, digest = excluded.digest,"
        " title = excluded.title, collection = excluded.collection,"
        " language = excluded.language, labels = excluded.labels,"
        " metadata = excluded.metadata, content_hash = excluded.content_hash,"
        " characters = excluded.characters, pages = excluded.pages,"
        " passages = excluded.passages, changed_at = excluded.changed_at,"
        " blocks = excluded.blocks",
        (
            *identity,
            change.file,
            digest,
            document.title,
            facts.collection,
            facts.language,
            facts.labels,
            facts.metadata,
            document.content_hash or text_hash(document.text).hex(),
            len(document.text),
            len(document.pages),
            len(change.passages),
            now,
            now,
            pack_blocks(change.blocks),
        ),
    )
    key = int(identity[0] or 0)
    put_text(connection, key, document.text)
    _put_pages(connection, key, document.pages)
    transaction.touch()


def _put_pages(connection: Connection, document: int, pages: tuple[Page, ...]) -> None:
    connection.execute("DELETE FROM page WHERE document = ?", (document,))
    connection.execute_many(
        "INSERT INTO page (document, number, start, stop, width, height, boxes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (document, page.number, page.start, page.end, page.width, page.height, page.boxes)
            for page in pages
        ],
    )


def _find(connection: Connection, source: int, local: str) -> _Stored | None:
    rows = connection.execute(
        f"{_STORED} FROM document WHERE source = ? AND local = ?", (source, local)
    )
    return next((_stored(row) for row in rows), None)


def _stored(row: Row) -> _Stored:
    key, id, file, digest, passages, *facts = row
    return _Stored(key, id, file, digest, passages, _Facts(*facts))


def _facts(document: Document) -> _Facts:
    labels = pack_names(sorted(set(document.labels)))
    metadata = pack_mapping(document.metadata)
    return _Facts(document.collection, document.language, labels, metadata)


def _digest(change: PutDocument) -> bytes:
    """Fingerprint all that is stored of a document, so that an identical one is recognised."""
    document = change.document
    state = blake2b(document.text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES)
    pages = [(p.number, p.start, p.end, float(p.width), float(p.height)) for p in document.pages]
    passages = [
        (p.span.start, p.span.end, tuple(p.span.headings), p.span.page, p.header)
        for p in change.passages
    ]
    rest = (document.title, _facts(document), document.content_hash, pages, passages)
    state.update(repr(rest).encode())
    state.update(pack_blocks(change.blocks))
    for page in document.pages:
        state.update(page.boxes)
    return state.digest()
