"""The ledger's tables.

    source      where documents come from
    file        what became of each file of a source
    document    one row a document, without its text
    withdrawn   documents a person took out, by hashes of their names: they stay out
    piece       the texts, cut into pieces of equal length (see `texts`)
    page        pages of paged documents, with their character boxes
    passage     spans into the text, and the hash of what is embedded
    vector      vectors by hash of the embedded text and embedder
    change      the change log: which passage keys each change touched
    tally       how many documents have a language, collection, label or metadata key
    counter     one row: last change, first change still in the log, next keys
    identity    one row: a name no other ledger has, for followers

Keys are never used twice: whoever remembers one finds the same passage or none.
"""

from __future__ import annotations

from sartor.storage import Schema

_VERSION_1 = (
    """CREATE TABLE source (
        key INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        location TEXT NOT NULL,
        collection TEXT NOT NULL,
        labels TEXT NOT NULL,
        settings TEXT NOT NULL
    )""",
    """CREATE TABLE file (
        source INTEGER NOT NULL REFERENCES source (key),
        path TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        size INTEGER NOT NULL,
        reader TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (source, path)
    ) WITHOUT ROWID""",
    """CREATE TABLE document (
        key INTEGER PRIMARY KEY,
        source INTEGER NOT NULL REFERENCES source (key),
        local TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        file TEXT NOT NULL,
        digest BLOB NOT NULL,
        title TEXT NOT NULL,
        collection TEXT NOT NULL,
        language TEXT NOT NULL,
        labels TEXT NOT NULL,
        metadata TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        characters INTEGER NOT NULL,
        pages INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        added_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        blocks BLOB NOT NULL,
        UNIQUE (source, local)
    )""",
    "CREATE INDEX document_file ON document (source, file)",
    """CREATE TABLE withdrawn (
        source INTEGER NOT NULL REFERENCES source (key),
        name BLOB NOT NULL,
        file BLOB NOT NULL,
        PRIMARY KEY (source, name)
    ) WITHOUT ROWID""",
    "CREATE TABLE piece (key INTEGER PRIMARY KEY, text BLOB NOT NULL)",
    """CREATE TABLE page (
        key INTEGER PRIMARY KEY,
        document INTEGER NOT NULL REFERENCES document (key),
        number INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL,
        boxes BLOB NOT NULL,
        UNIQUE (document, number)
    )""",
    """CREATE TABLE passage (
        key INTEGER PRIMARY KEY,
        document INTEGER NOT NULL REFERENCES document (key),
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        page INTEGER NOT NULL,
        hash BLOB NOT NULL,
        occurrence INTEGER NOT NULL,
        headings TEXT NOT NULL,
        header TEXT NOT NULL
    )""",
    "CREATE INDEX passage_document ON passage (document, ordinal)",
    "CREATE INDEX passage_hash ON passage (hash)",
    "CREATE TABLE embedder (key INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE)",
    """CREATE TABLE vector (
        key INTEGER PRIMARY KEY,
        hash BLOB NOT NULL,
        embedder INTEGER NOT NULL REFERENCES embedder (key),
        windows INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (hash, embedder)
    )""",
    "CREATE TABLE change (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, keys BLOB NOT NULL)",
    """CREATE TABLE tally (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
    ) WITHOUT ROWID""",
    """CREATE TABLE counter (
        last_change INTEGER NOT NULL,
        log_floor INTEGER NOT NULL,
        next_document INTEGER NOT NULL,
        next_passage INTEGER NOT NULL
    )""",
    "INSERT INTO counter VALUES (0, 0, 1, 1)",
    "CREATE TABLE identity (name TEXT NOT NULL)",
    "INSERT INTO identity VALUES (lower(hex(randomblob(8))))",
)

LEDGER = Schema(
    name="ledger",
    application=int.from_bytes(b"SRTR"),
    migrations=(_VERSION_1,),
)
