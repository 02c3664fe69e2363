"""Finished answers and traces on disk. Knows SQL and nothing about how answers are made."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from sartor.assistants.memory.packing import pack, unpack_answer, unpack_trace
from sartor.assistants.memory.schema import ANSWERS
from sartor.assistants.tracing import Trace
from sartor.errors import LedgerTooNew, Misquoted, NotFound, StorageError
from sartor.protocols import Library
from sartor.storage import Connection, Database, SqliteDriver
from sartor.types import Answer

T = TypeVar("T")

MOST_ANSWERS = 2_000
MOST_TRACES = 1_000
LATEST = "last"  # stands for the id of the newest trace
SET_ASIDE = ".damaged"
_FILES = ("", "-wal", "-shm")  # SQLite's own names
_BEYOND_USE = ("damaged", "not a database")


class Memory:
    """What is remembered of answers; any thread and any number of processes may use it.

    Only so many `answers` and `traces` are kept, the newest. A damaged file is set aside and made
    anew; `take_note` says so then.
    """

    def __init__(
        self, path: Path | str, *, answers: int = MOST_ANSWERS, traces: int = MOST_TRACES
    ) -> None:
        self._path = Path(path)
        self._answers = answers
        self._traces = traces
        self._driver = SqliteDriver(self._path, synchronous="NORMAL")
        self._note = ""
        self._database = self._open()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def take_note(self) -> str:
        """Say once what a person should know about this memory; usually nothing."""
        note, self._note = self._note, ""
        return note

    # --- answers ------------------------------------------------------------------------------

    def remember(self, key: bytes, change: int, answer: Answer, cited: Mapping[str, str]) -> None:
        """Keep an answer made at a change number; `cited` are its documents and their hashes."""
        row = (key, change, json.dumps(dict(cited)), pack(answer))

        def write(connection: Connection) -> None:
            connection.execute("DELETE FROM answer WHERE change < ?", (change,))
            connection.execute(
                "INSERT OR REPLACE INTO answer (key, change, cited, data) VALUES (?, ?, ?, ?)", row
            )
            connection.execute(
                "DELETE FROM answer WHERE number <= (SELECT max(number) FROM answer) - ?",
                (self._answers,),
            )

        self._write(write)

    def recall(self, key: bytes, change: int, library: Library) -> Answer | None:
        """Find an answer that is still true to the letter; one that is not is removed.

        It is true at the change number it was made at, as long as each document it cites has the
        same hash and holds each quote where it did.
        """
        found = self._read(
            lambda connection: next(
                connection.execute("SELECT change, cited, data FROM answer WHERE key = ?", (key,)),
                None,
            )
        )
        if found is None:
            return None
        made_at, cited, data = found
        answer = _still_true(cited, data, library) if made_at == change else None
        if answer is None:
            self._write(
                lambda connection: connection.execute("DELETE FROM answer WHERE key = ?", (key,))
            )
        return answer

    # --- traces -------------------------------------------------------------------------------

    def keep(self, trace: Trace) -> None:
        """Keep a trace; the oldest go when there are too many."""
        row = (trace.id, pack(trace))

        def write(connection: Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO trace VALUES (?, ?)", row)
            connection.execute(
                "DELETE FROM trace WHERE id <="
                " (SELECT id FROM trace ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (self._traces,),
            )

        self._write(write)

    def traces(self, limit: int = 20) -> list[Trace]:
        """Read the newest traces, the newest first."""
        rows = self._read(
            lambda connection: list(
                connection.execute("SELECT data FROM trace ORDER BY id DESC LIMIT ?", (limit,))
            )
        )
        return [unpack_trace(data) for (data,) in rows]

    def trace(self, id: str) -> Trace:
        """Read one trace; `last` is the newest. Raises `NotFound`."""
        found = self.traces(1) if id == LATEST else self._traces_of(id)
        if not found:
            raise NotFound(
                f"no trace {id!r}" if id != LATEST else "nothing was asked yet, or traces are off",
                "sartor trace list   shows those that are kept (setting ask.trace)",
            )
        return found[0]

    def _traces_of(self, id: str) -> list[Trace]:
        rows = self._read(
            lambda connection: list(
                connection.execute("SELECT data FROM trace WHERE id = ?", (id.lower(),))
            )
        )
        return [unpack_trace(data) for (data,) in rows]

    # --- forgetting ---------------------------------------------------------------------------

    def forget(self, document_ids: Collection[str]) -> None:
        """Leave no byte of these documents in any file of this memory.

        All answers go: with a document gone none of them is valid any more. Of traces that touch
        the documents only times and numbers stay.
        """
        documents = frozenset(document_ids)
        self._write(lambda connection: _forget(connection, documents))
        self._database.shred()
        for name in _FILES:
            self._beside(SET_ASIDE + name).unlink(missing_ok=True)

    # --- the file -----------------------------------------------------------------------------

    def _open(self) -> Database:
        """Open the database; a file that cannot be used is set aside first."""
        try:
            return Database(self._driver, ANSWERS)
        except StorageError as error:
            if error.__cause__ is not None and not self._beyond_use(error):
                raise
        except LedgerTooNew:
            pass
        self._set_aside()
        return Database(self._driver, ANSWERS)

    def _read(self, step: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._database.read() as connection:
                return step(connection)

        return self._mended(run)

    def _write(self, step: Callable[[Connection], object]) -> None:
        def run() -> None:
            with self._database.write() as connection:
                step(connection)

        self._mended(run)

    def _mended(self, run: Callable[[], T]) -> T:
        """Run a step; if the file turns out to be damaged, once more on a new one."""
        try:
            return run()
        except StorageError as error:
            if not self._beyond_use(error):
                raise
        self._database.close()
        self._set_aside()
        self._database = Database(self._driver, ANSWERS)
        return run()

    def _beyond_use(self, error: StorageError) -> bool:
        cause = error.__cause__
        return isinstance(cause, self._driver.failures) and self._driver.kind(cause) in _BEYOND_USE

    def _set_aside(self) -> None:
        for name in _FILES:
            if self._beside(name).exists():
                self._beside(name).replace(self._beside(SET_ASIDE + name))
        self._note = (
            f"{self._path.name} could not be read: it was set aside as "
            f"{self._path.name}{SET_ASIDE}, earlier answers and traces are not known any more"
        )

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.name + ending)


def _still_true(cited: str, data: str, library: Library) -> Answer | None:
    """Rebuild an answer; None if a document is gone, changed, or does not hold a quote."""
    try:
        hashes: dict[str, str] = json.loads(cited)
        documents = {id: library.document(id) for id in hashes}
        if any(documents[id].content_hash != was for id, was in hashes.items()):
            return None
        return unpack_answer(data, {id: document.text for id, document in documents.items()})
    except (NotFound, Misquoted, KeyError, TypeError, ValueError):
        return None


def _forget(connection: Connection, documents: frozenset[str]) -> None:
    connection.execute("DELETE FROM answer")
    rows = list(connection.execute("SELECT id, data FROM trace"))
    for id, data in rows:
        trace = unpack_trace(data)
        kept = trace.without(documents)
        if kept != trace:
            connection.execute("UPDATE trace SET data = ? WHERE id = ?", (pack(kept), id))
