"""Is the ledger sound, and do two ledgers say the same? Reads everything; for doctor and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

from sartor.knowledge.ledger.identity import embedded_text, text_hash
from sartor.knowledge.ledger.packing import unpack_metadata, unpack_names
from sartor.knowledge.ledger.texts import keys_with_text, whole_text
from sartor.storage import Connection

_CONTENTS = (
    "SELECT name, location, collection, labels, settings FROM source ORDER BY name",
    "SELECT name, path, content_hash, size, reader, outcome, reason FROM file"
    " JOIN source ON source.key = file.source ORDER BY name, path",
    "SELECT name, local, id, file, digest FROM document"
    " JOIN source ON source.key = document.source ORDER BY id",
    "SELECT id, ordinal, start, stop, page, hash, occurrence, headings, header FROM passage"
    " JOIN document ON document.key = passage.document ORDER BY id, ordinal",
    "SELECT id, number, start, stop, width, height, boxes FROM page"
    " JOIN document ON document.key = page.document ORDER BY id, number",
    "SELECT fingerprint, hash, windows, data FROM vector"
    " JOIN embedder ON embedder.key = vector.embedder ORDER BY fingerprint, hash",
    "SELECT kind, name, count FROM tally ORDER BY kind, name",
)
_STRAY = {
    "vectors of no passage": "SELECT count(*) FROM vector"
    " WHERE hash NOT IN (SELECT hash FROM passage)",
    "passages with a key yet to be given": "SELECT count(*) FROM passage"
    " WHERE key >= (SELECT next_passage FROM counter)",
    "changes beyond the last": "SELECT count(*) FROM change"
    " WHERE number > (SELECT last_change FROM counter)",
}


def logical_state(connection: Connection) -> str:
    """Fingerprint what the ledger says, whatever its keys, numbers and times."""
    state = blake2b(digest_size=16)
    for sql in _CONTENTS:
        for row in connection.execute(sql):
            state.update(repr(row).encode())
    for (key,) in connection.execute("SELECT key FROM document ORDER BY id"):
        state.update(text_hash(whole_text(connection, key)))
    return state.hexdigest()


def faults(connection: Connection) -> list[str]:
    """List what contradicts itself; empty when all is well."""
    return [*_document_faults(connection), *_stray_rows(connection), *_tally_faults(connection)]


def _document_faults(connection: Connection) -> Iterator[str]:
    """Compare each text with what its row and its passages say of it."""
    documents = list(connection.execute("SELECT key, id, characters, passages FROM document"))
    for key, id, characters, passages in documents:
        text = whole_text(connection, key)
        if len(text) != characters:
            yield f"document {id!r} has {len(text)} characters, {characters} were stored"
        rows = list(
            connection.execute(
                "SELECT start, stop, header, hash FROM passage WHERE document = ?", (key,)
            )
        )
        if len(rows) != passages:
            yield f"document {id!r} has {len(rows)} passages, {passages} were stored"
        for start, stop, header, digest in rows:
            if text_hash(embedded_text(header, text[start:stop])) != digest:
                yield f"document {id!r}: the passage at {start} to {stop} is not what was stored"


def _stray_rows(connection: Connection) -> Iterator[str]:
    for name, sql in _STRAY.items():
        count = next(connection.execute(sql))[0]
        if count:
            yield f"{count} {name}"
    documents = {row[0] for row in connection.execute("SELECT key FROM document")}
    if strays := keys_with_text(connection) - documents:
        yield f"{len(strays)} texts of no document"


def _tally_faults(connection: Connection) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for collection, language, labels, metadata in connection.execute(
        "SELECT collection, language, labels, metadata FROM document"
    ):
        found["collection", collection] += 1
        found["language", language] += 1
        found.update(("label", label) for label in unpack_names(labels))
        found.update(("metadata", key) for key in unpack_metadata(metadata))
    stored = {(kind, name): n for kind, name, n in connection.execute("SELECT * FROM tally")}
    if stored != dict(found):
        yield "the counts of languages, collections, labels or metadata keys are wrong"
