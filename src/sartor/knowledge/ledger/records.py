"""What goes into the ledger and what comes out, besides the nouns of `sartor.types`.

A document's *local id* is its name within its source (a relative path, a row id); its public id,
`Document.id` on the way out, is the same unless another source had it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sartor.types import Block, Document, Metadata, Span

if TYPE_CHECKING:
    from sartor.protocols import Vectors

FileOutcome = Literal["read", "failed", "skipped"]
What = Literal["added", "changed", "unchanged", "moved", "deleted"]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What became of one file. `reader` names the reader's version and all options it had.

    As long as content hash and reader are the same, the file need not be opened again.
    """

    source: str
    path: str
    content_hash: str
    size: int
    reader: str
    outcome: FileOutcome = "read"
    reason: str = ""


# --- changes, in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be: its place, and the header that is embedded and indexed with its text."""

    span: Span
    header: str = ""


@dataclass(frozen=True, slots=True)
class PutDocument:
    """Make this the document of that source and local id. `file` is the path it was read from."""

    document: Document
    passages: tuple[NewPassage, ...]
    blocks: tuple[Block, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class DeleteDocument:
    """Remove the document of that public id and all that belongs to it."""

    id: str


@dataclass(frozen=True, slots=True)
class RecordFile:
    """Remember what became of a file."""

    file: FileRecord


@dataclass(frozen=True, slots=True)
class ForgetFile:
    """Remove what is known of a file and every document read from it."""

    source: str
    path: str


@dataclass(frozen=True, slots=True)
class MoveFile:
    """Give a file and its documents a new path; a document named after the file is renamed."""

    source: str
    path: str
    new_path: str


Change = PutDocument | DeleteDocument | RecordFile | ForgetFile | MoveFile


# --- what happened, out -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What one document went through; `new` of its `passages` were not there before."""

    id: str
    what: What
    passages: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Committed:
    """What is on disk now. `number` is the change number, 0 if no document was touched."""

    number: int
    documents: tuple[DocumentChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """The passage keys touched up to a change number, each once.

    `everything` says that the log no longer reaches back: `keys` are all passages there are, and
    whatever else a follower holds must go.
    """

    upto: int
    keys: tuple[int, ...]
    everything: bool = False


# --- contents, out ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A passage with all an index needs. `text` is what is embedded: header and passage."""

    key: int
    document: int
    collection: str
    source: str
    labels: tuple[str, ...]
    metadata: Metadata
    language: str
    text: str = field(repr=False)
    vectors: Vectors | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that still lacks vectors, under the hash they are to be stored by."""

    hash: bytes
    text: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text. Times are seconds since 1970."""

    key: int
    id: str
    local: str
    source: str
    file: str
    title: str
    collection: str
    language: str
    content_hash: str
    characters: int
    pages: int
    passages: int
    added_at: int
    changed_at: int
    labels: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. The mappings count documents by name."""

    sources: int
    files: int
    failed_files: int
    documents: int
    passages: int
    change: int
    collections: Mapping[str, int]
    languages: Mapping[str, int]
    labels: Mapping[str, int]
    metadata_keys: Mapping[str, int]
