"""Documents, their passages, the sources they come from, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sartor.types.plain import Measurement, Metadata

BlockKind = Literal["heading", "paragraph", "list", "table", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit of a text: what it is and where it stands.

    Blocks are in order and do not overlap; white space between them belongs to none. A heading's
    span is its words without markup; `level` is 1 to 6 for headings, nesting depth for lists.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged source: its number from 1, its span in the text, its size in points.

    `boxes` holds one rectangle for each character of the span (see `knowledge.reading.boxes`),
    empty where the source has none.
    """

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    boxes: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one document of a file, before it has a place in the ledger.

    `key` tells the documents of one file apart (a row id); it is empty when the file is the
    document. `notes` are sentences for the ingestion report ("page 3 has no text").
    """

    text: str
    blocks: tuple[Block, ...]
    key: str = ""
    title: str = ""
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    language: str = ""
    tables: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its origin. `id` is its path within its source, its row id, or its URL."""

    id: str
    source: str
    title: str
    text: str = field(repr=False)
    pages: tuple[Page, ...] = field(default=(), repr=False)
    metadata: Metadata = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    content_hash: str = ""
    language: str = ""
    collection: str = "default"


@dataclass(frozen=True, slots=True)
class Span:
    """Where one passage stands in its text, under which headings, on which page (0: no pages)."""

    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of a document: `text == document.text[start:end]`, always."""

    id: str
    document_id: str
    text: str
    start: int
    end: int
    page: int | None = None
    headings: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found. `ranks` and `scores` say, leg by leg, why it is here."""

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    folded: tuple[str, ...] = ()  # ids of near-duplicates this hit stands for


@dataclass(frozen=True, slots=True)
class Source:
    """Where documents come from: a folder or a file, and how to read it.

    `fields` maps our names (id, title, text, or any metadata key) to columns or JSON keys.
    """

    name: str
    location: str
    collection: str = "default"
    labels: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was not read: where, why, and what would help."""

    source: str
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What reading one document gave, for the ingestion report."""

    id: str
    passages: int
    language: str = ""
    pages: int = 0
    tables: int = 0
    longer_than_embedder: int = 0
    duplicate_of: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one `add` or `sync` did. Document ids, but for `failed` and `skipped`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unchanged: int = 0
    deleted: tuple[str, ...] = ()
    failed: tuple[Trouble, ...] = ()
    skipped: tuple[Trouble, ...] = ()
    documents: tuple[DocumentReport, ...] = ()
    passages: int = 0
    embedded: int = 0
    waiting: int = 0  # passages committed and searchable by BM25, but not embedded yet
    estimated_tokens: int = 0  # what embedding those will use at an endpoint
    estimated_cost: float | None = None  # None: nobody told the price
    self_retrieval: Measurement | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What something will use at an endpoint. A price that nobody told us is None: unknown."""

    tokens: int
    price: float | None
