"""The ledger: what this project knows, on disk. See the package's docstring for the picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import InputError, NotFound
from sartor.knowledge.ledger import (
    changes,
    checks,
    documents,
    library,
    sources,
    vectors,
    withdrawing,
)
from sartor.knowledge.ledger.files import drop_source, read_files
from sartor.knowledge.ledger.identity import text_hash
from sartor.knowledge.ledger.records import (
    Change,
    Changes,
    Committed,
    Counts,
    DocumentSummary,
    FileRecord,
    IndexRow,
    PutDocument,
    Unembedded,
)
from sartor.knowledge.ledger.schema import LEDGER
from sartor.knowledge.ledger.transaction import Transaction
from sartor.knowledge.ledger.writing import apply
from sartor.protocols import Synchronous
from sartor.storage import Database, Driver, SqliteDriver
from sartor.types import Block, Document, Page, Passage, Source

if TYPE_CHECKING:
    from sartor.protocols import Vectors

KEYS_PER_READ = 10_000
TEXTS_PER_READ = 1_000


class Ledger:
    """The truth about sources, documents, passages, vectors and their changes.

    Any thread and any number of processes may use one ledger at the same time. Whatever a method
    has returned from is on disk. `driver` replaces SQLite's file at `path`.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        synchronous: Synchronous = "FULL",
        driver: Driver | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._database = Database(driver or SqliteDriver(path, synchronous=synchronous), LEDGER)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything read in this block, by this thread, come from one moment."""
        with self._database.read():
            yield

    # --- sources and files --------------------------------------------------------------------

    def put_source(self, source: Source) -> None:
        """Add a source, or change the settings of the one of that name."""
        with self._writing() as transaction:
            sources.put_source(transaction.connection, source)

    def sources(self) -> list[Source]:
        """List all sources by name."""
        with self._database.read() as connection:
            return sources.read_sources(connection)

    def drop_source(self, name: str) -> Committed:
        """Remove a source with its files and documents, in one change."""
        with self._writing() as transaction:
            dropped = drop_source(transaction, name)
        return Committed(transaction.number, tuple(dropped))

    def files(self, source: str) -> dict[str, FileRecord]:
        """Read what is known of the files of a source, by path."""
        with self._database.read() as connection:
            return read_files(connection, source)

    # --- writing ------------------------------------------------------------------------------

    def commit(self, changes: Sequence[Change]) -> Committed:
        """Carry out all changes in one transaction: what this returns is on disk, or nothing is.

        Changes that alter nothing write nothing. Raises `InputError` for passages outside their
        text and for names that are not valid Unicode, `NotFound` for an unknown source.
        """
        for change in changes:
            if isinstance(change, PutDocument):
                documents.check(change)
        with self._writing() as transaction:
            done = [outcome for change in changes for outcome in apply(transaction, change)]
        return Committed(transaction.number, tuple(done))

    def withdraw(self, ids: Sequence[str]) -> Committed:
        """Delete documents so that they stay out when their source is read again.

        Raises `NotFound` before anything is deleted. `readmit` lets them back in.
        """
        with self._writing() as transaction:
            done = withdrawing.withdraw(transaction, ids)
        return Committed(transaction.number, tuple(done))

    def is_withdrawn(self, source: str) -> Callable[[str], bool]:
        """Give a test of local ids: was this document withdrawn from the source?"""
        with self._database.read() as connection:
            names = withdrawing.withdrawn_names(connection, source)
        return lambda local: bool(names) and text_hash(local) in names

    def readmit(self, source: str) -> None:
        """Let withdrawn documents of a source back in when it is read next."""
        with self._writing() as transaction:
            withdrawing.readmit(transaction, source)

    def purge(self, ids: Sequence[str]) -> Committed:
        """Withdraw documents and leave no byte of them in any file of the ledger.

        The whole file is rewritten. Raises `StorageError` when another process is in the middle
        of reading old pages; the documents are deleted then, and `shred` finishes it.
        """
        done = self.withdraw(ids)
        self._database.shred()
        return done

    def shred(self) -> None:
        """Leave no byte of anything deleted in any file of the ledger."""
        self._database.shred()

    def identity(self) -> str:
        """Name this ledger: change numbers of another one mean nothing to its followers."""
        with self._database.read() as connection:
            return str(next(connection.execute("SELECT name FROM identity"))[0])

    # --- the change log -----------------------------------------------------------------------

    def last_change(self) -> int:
        """Read the number of the last change; cheap enough to ask before each search."""
        with self._database.read() as connection:
            return changes.last_change(connection)

    def changes_since(self, number: int, limit: int = KEYS_PER_READ) -> Changes:
        """Say which passages were touched after a change, in whole changes up to about `limit`.

        Ask again from `upto` until it equals `last_change`.
        """
        with self._database.read() as connection:
            return changes.changes_since(connection, number, limit)

    def compact_log(self, below: int) -> None:
        """Forget the changes up to `below`, which every follower has applied."""
        with self._writing() as transaction:
            changes.compact_log(transaction.connection, below)

    def index_rows(self, keys: Sequence[int], fingerprint: str) -> list[IndexRow]:
        """Read all an index needs of those keys that still exist; the others are to be dropped."""
        with self._database.read() as connection:
            return library.index_rows(connection, keys, fingerprint)

    # --- vectors ------------------------------------------------------------------------------

    def unembedded(self, fingerprint: str) -> Iterator[Unembedded]:
        """Go through the distinct texts that lack vectors, in document order.

        Vectors may be put while this runs; passages added meanwhile come too.
        """
        after, seen = 0, set[bytes]()
        while True:
            with self._database.read() as connection:
                after, page = vectors.lacking_after(
                    connection, fingerprint, after=after, limit=TEXTS_PER_READ
                )
            if not page:
                return
            for found in page:
                if found.hash not in seen:
                    seen.add(found.hash)
                    yield found

    def waiting(self, fingerprint: str) -> int:
        """Count the passages that lack vectors."""
        with self._database.read() as connection:
            return vectors.count_lacking(connection, fingerprint)

    def put_vectors(self, fingerprint: str, found: Mapping[bytes, Vectors]) -> int:
        """Store vectors by hash of their text; return the change number, 0 if none was wanted."""
        with self._writing() as transaction:
            vectors.put_vectors(transaction, fingerprint, found)
        return transaction.number

    def vector_fingerprints(self) -> dict[str, int]:
        """Count the texts that each embedder gave vectors for."""
        with self._database.read() as connection:
            return vectors.fingerprints(connection)

    def drop_vectors(self, fingerprint: str) -> int:
        """Remove all vectors of one embedder; return the change number."""
        with self._writing() as transaction:
            vectors.drop_vectors(transaction, fingerprint)
        return transaction.number

    # --- documents ----------------------------------------------------------------------------

    def document(self, id: str, *, boxes: bool = True) -> Document:
        """Read a document; without `boxes` its pages come without character boxes."""
        with self._database.read() as connection:
            return library.document(connection, id, boxes=boxes)

    def summary(self, id: str) -> DocumentSummary:
        """Read a document without its text; raises `NotFound`."""
        with self._database.read() as connection:
            return library.summary(connection, id)

    def documents(
        self,
        *,
        source: str | None = None,
        file: str | None = None,
        collection: str | None = None,
        after: str = "",
        limit: int = library.NO_LIMIT,
    ) -> list[DocumentSummary]:
        """List documents by id, from behind the id `after` on."""
        with self._database.read() as connection:
            return library.summaries(
                connection,
                source=source,
                file=file,
                collection=collection,
                after=after,
                limit=limit,
            )

    def document_keys(self, ids: Sequence[str]) -> dict[str, int]:
        """Find the integer keys of documents; unknown ids are left out."""
        with self._database.read() as connection:
            return library.document_keys(connection, ids)

    def page(self, id: str, number: int) -> Page:
        """Read one page with its character boxes; raises `NotFound`."""
        with self._database.read() as connection:
            found = library.summary(connection, id)
            for page in library.pages(connection, found.key, boxes=True, number=number):
                return page
        raise NotFound(
            f"{id!r} has no page {number}; it has {found.pages or 'no'} pages",
            hint="pages are numbered from 1",
        )

    def blocks(self, id: str) -> tuple[Block, ...]:
        """Read the structure of a document; raises `NotFound`."""
        with self._database.read() as connection:
            return library.blocks(connection, library.summary(connection, id).key)

    # --- passages -----------------------------------------------------------------------------

    def passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Read passages by key, in the order asked for; keys that are gone are left out."""
        with self._database.read() as connection:
            return library.passages(connection, keys)

    def passage(self, id: str) -> Passage:
        """Read a passage by its public id; raises `NotFound`."""
        with self._database.read() as connection:
            key = library.passage_key(connection, id)
            return library.passages(connection, [key])[key]

    def passage_key(self, id: str) -> int:
        """Find the key of a passage; raises `NotFound`."""
        with self._database.read() as connection:
            return library.passage_key(connection, id)

    def passages_of(self, document_id: str) -> dict[int, Passage]:
        """Read all passages of a document in order, by key."""
        with self._database.read() as connection:
            return library.passages_of(connection, library.summary(connection, document_id).key)

    def neighbours(self, id: str, *, before: int = 1, after: int = 1) -> list[Passage]:
        """Read a passage and those around it, in order; raises `NotFound`."""
        with self._database.read() as connection:
            document, ordinal = library.place(connection, library.passage_key(connection, id))
            first, last = max(0, ordinal - before), ordinal + after
            return [*library.passages_of(connection, document, first=first, last=last).values()]

    # --- as a whole ---------------------------------------------------------------------------

    def counts(self) -> Counts:
        """Count what there is."""
        with self._database.read() as connection:
            return library.counts(connection)

    def backup_to(self, path: Path) -> None:
        """Write a copy of this moment to `path`; others go on reading and writing."""
        self._database.backup_to(path)

    def logical_state(self) -> str:
        """Fingerprint what the ledger says, whatever its keys, numbers and times."""
        with self._database.read() as connection:
            return checks.logical_state(connection)

    def faults(self) -> list[str]:
        """Check the file and its contents; empty when all is sound.

        Raises `StorageError` when the file cannot even be read.
        """
        with self._database.read() as connection:
            return connection.faults() or checks.faults(connection)

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        with self._database.write() as connection:
            transaction = Transaction(connection, now=int(self._clock()))
            try:
                yield transaction
                transaction.finish()
            except UnicodeEncodeError as error:
                raise InputError(
                    f"{error.object!r} cannot be stored: it is not valid Unicode",
                    hint="replace lone surrogates in names and titles; in texts they may stand",
                ) from error
