"""Documents and passages out of the tables: by id for people, by key for search."""

from __future__ import annotations

from collections.abc import Sequence

from sartor.errors import NotFound, nearest
from sartor.knowledge.ledger.identity import embedded_text, parse_passage_id, passage_id
from sartor.knowledge.ledger.packing import unpack_blocks, unpack_metadata, unpack_names
from sartor.knowledge.ledger.records import Counts, DocumentSummary, IndexRow
from sartor.knowledge.ledger.texts import Slice, read_slices, whole_text
from sartor.knowledge.ledger.vectors import embedder_key, unpack_vectors
from sartor.storage import Connection, Row, Value, many
from sartor.types import Block, Document, Page, Passage

TALLIED = ("collection", "language", "label", "metadata")  # in the order of `Counts`
NO_LIMIT = 2**62
NEAR_CANDIDATES = 2_000  # ids looked at to guess which one was meant

_SUMMARY = (
    "SELECT document.key, id, local, source.name, file, title, document.collection, language,"
    " content_hash, characters, pages, passages, added_at, changed_at, document.labels, metadata"
    " FROM document JOIN source ON source.key = document.source"
)
_PASSAGE = (
    "SELECT passage.key, document.key, start, stop, page, headings, hash, occurrence,"
    " document.id, document.labels FROM passage JOIN document ON document.key = passage.document"
)


# --- documents --------------------------------------------------------------------------------


def summary(connection: Connection, id: str) -> DocumentSummary:
    """Find one document; raises `NotFound` with the nearest id."""
    for row in connection.execute(f"{_SUMMARY} WHERE id = ?", (id,)):
        return _summary(row)
    raise NotFound(
        f"No document has the id {id!r}{nearest(id, _near(connection, id))}",
        hint="`sartor sources` shows what is there; `sartor sync` reads what is new",
    )


def summaries(
    connection: Connection,
    *,
    source: str | None,
    file: str | None,
    collection: str | None,
    after: str,
    limit: int,
) -> list[DocumentSummary]:
    """List documents by id, from behind `after` on."""
    wanted = {"source.name": source, "file": file, "document.collection": collection}
    given = {column: value for column, value in wanted.items() if value is not None}
    conditions = " AND ".join(["id > ?", *(f"{column} = ?" for column in given)])
    rows = connection.execute(
        f"{_SUMMARY} WHERE {conditions} ORDER BY id LIMIT ?", (after, *given.values(), limit)
    )
    return [_summary(row) for row in rows]


def document(connection: Connection, id: str, *, boxes: bool) -> Document:
    """Read one document with its text and pages."""
    found = summary(connection, id)
    return Document(
        found.id,
        found.source,
        found.title,
        whole_text(connection, found.key),
        pages=pages(connection, found.key, boxes=boxes) if found.pages else (),
        metadata=found.metadata,
        labels=found.labels,
        content_hash=found.content_hash,
        language=found.language,
        collection=found.collection,
    )


def pages(
    connection: Connection, document: int, *, boxes: bool, number: int | None = None
) -> tuple[Page, ...]:
    """Read the pages of a document, or one of them; character boxes are most of their size."""
    rows = connection.execute(
        "SELECT number, start, stop, width, height, CASE WHEN ? THEN boxes ELSE x'' END FROM page"
        " WHERE document = ? AND number BETWEEN ? AND ? ORDER BY number",
        (boxes, document, number or 0, number or NO_LIMIT),
    )
    return tuple(Page(*row) for row in rows)


def blocks(connection: Connection, document: int) -> tuple[Block, ...]:
    """Read the blocks of a document."""
    rows = connection.execute("SELECT blocks FROM document WHERE key = ?", (document,))
    return unpack_blocks(next(rows)[0])


def document_keys(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Find the integer keys of documents; unknown ids are left out."""
    return dict(many(connection, "SELECT id, key FROM document WHERE id IN (KEYS)", ids))


def counts(connection: Connection) -> Counts:
    """Count what there is."""
    numbers = connection.execute(
        "SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM file),"
        " (SELECT count(*) FROM file WHERE outcome = 'failed'),"
        " (SELECT count(*) FROM document), (SELECT count(*) FROM passage), last_change"
        " FROM counter"
    )
    tally: dict[str, dict[str, int]] = {kind: {} for kind in TALLIED}
    for kind, name, count in connection.execute("SELECT kind, name, count FROM tally"):
        tally[kind][name] = count
    return Counts(*next(numbers), *tally.values())


# --- passages ---------------------------------------------------------------------------------


def passages(connection: Connection, keys: Sequence[int]) -> dict[int, Passage]:
    """Read many passages in the order asked for; keys that are gone are left out."""
    rows = {
        row[0]: row for row in many(connection, f"{_PASSAGE} WHERE passage.key IN (KEYS)", keys)
    }
    return _passages(connection, [rows[key] for key in keys if key in rows])


def passage_key(connection: Connection, id: str) -> int:
    """Find a passage by its public id; raises `NotFound`."""
    parsed = parse_passage_id(id)
    if parsed is None:
        raise NotFound(
            f"{id!r} is not the id of a passage", hint="such ids look like guide.md#1f3a09bc"
        )
    document_id, short, occurrence = parsed
    found = summary(connection, document_id)
    low, high = short + bytes(12), short + b"\xff" * 12
    for (key,) in connection.execute(
        "SELECT key FROM passage WHERE hash BETWEEN ? AND ? AND document = ? AND occurrence = ?",
        (low, high, found.key, occurrence),
    ):
        return int(key)
    raise NotFound(
        f"{document_id!r} has no passage {id.rpartition('#')[2]!r} any more; its text was changed",
        hint="search again: passage ids change with their text",
    )


def passages_of(
    connection: Connection, document: int, *, first: int = 0, last: int | None = None
) -> dict[int, Passage]:
    """Read the passages of a document in order, from one ordinal to another."""
    values: list[Value] = [document, first, NO_LIMIT if last is None else last]
    rows = connection.execute(
        f"{_PASSAGE} WHERE document = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal", values
    )
    return _passages(connection, list(rows))


def place(connection: Connection, key: int) -> tuple[int, int]:
    """Say in which document a passage stands, and as the how manyth."""
    rows = connection.execute("SELECT document, ordinal FROM passage WHERE key = ?", (key,))
    document, ordinal = next(rows)
    return int(document), int(ordinal)


def index_rows(connection: Connection, keys: Sequence[int], fingerprint: str) -> list[IndexRow]:
    """Read all an index needs of those keys that still exist."""
    embedder = embedder_key(connection, fingerprint)
    rows = list(many(connection, _INDEX_ROW.replace("EMBEDDER", f"{embedder:d}"), keys))
    texts = read_slices(connection, [Slice(*row[:3]) for row in rows])
    return [_index_row(row, text) for row, text in zip(rows, texts, strict=True)]


_INDEX_ROW = (
    "SELECT document.key, start, stop, passage.key, document.collection, source.name,"
    " document.labels, metadata, language, header, windows, data FROM passage"
    " JOIN document ON document.key = passage.document"
    " JOIN source ON source.key = document.source"
    " LEFT JOIN vector ON vector.hash = passage.hash AND embedder = EMBEDDER"
    " WHERE passage.key IN (KEYS)"
)


def _index_row(row: Row, text: str) -> IndexRow:
    document, _, _, key, collection, source, labels, metadata, language, header = row[:10]
    return IndexRow(
        key,
        document,
        collection,
        source,
        unpack_names(labels),
        unpack_metadata(metadata),
        language,
        embedded_text(header, text),
        unpack_vectors(*row[10:]),
    )


def _passages(connection: Connection, rows: Sequence[Row]) -> dict[int, Passage]:
    texts = read_slices(connection, [Slice(*row[1:4]) for row in rows])
    return {row[0]: _passage(row, text) for row, text in zip(rows, texts, strict=True)}


def _passage(row: Row, text: str) -> Passage:
    _, _, start, stop, page, headings, digest, occurrence, document_id, labels = row
    return Passage(
        passage_id(document_id, digest, occurrence),
        document_id,
        text,
        start,
        stop,
        page=page or None,
        headings=unpack_names(headings),
        labels=unpack_names(labels),
    )


def _summary(row: Row) -> DocumentSummary:
    *columns, labels, metadata = row
    columns += [unpack_names(labels), unpack_metadata(metadata)]
    return DocumentSummary(*columns)


def _near(connection: Connection, id: str) -> list[str]:
    """Collect ids that might be meant: of the same file name first, then of like length."""
    name = id.rpartition("/")[2]
    rows = connection.execute(
        "SELECT id FROM document ORDER BY substr(id, -length(?1)) <> ?1,"
        " abs(length(id) - length(?2)), id LIMIT ?3",
        (name, id, NEAR_CANDIDATES),
    )
    return [row[0] for row in rows]
