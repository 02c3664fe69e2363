"""One database: transactions in, rows out; every failure is a `StorageError`.

Threads: any thread may call anything. Each `read()` has a connection of its own out of a pool,
so readers never wait. There is one writing connection; `write()` holds it under a lock. Within a
thread, a `read()` inside a `read()` sees the same snapshot, a `read()` or `write()` inside a
`write()` belongs to that transaction.

Processes: readers and one writer work at the same time; a second writer waits for its turn.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sartor.errors import StorageError
from sartor.storage.driver import Connection, Driver
from sartor.storage.failures import in_plain_words
from sartor.storage.migrations import Schema, bring_up_to_date
from sartor.storage.sqlite import sync_folder

LOCK_PAUSE = (0.002, 0.02)  # seconds


class _Here(threading.local):
    """What the current thread is in the middle of."""

    connection: Connection | None = None
    writing: bool = False


class Database:
    """A database that is opened, migrated and ready; close it when done."""

    def __init__(self, driver: Driver, schema: Schema) -> None:
        self._driver = driver
        self._schema = schema
        self._turn = threading.RLock()
        self._idle: list[Connection] = []
        self._here = _Here()
        self._closed = False
        self._writer: Connection | None = self._open()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def place(self) -> str:
        """The path or address, for messages."""
        return self._driver.place

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one unchanging view of the data, whatever others write meanwhile."""
        if self._here.connection is not None:
            yield self._here.connection
            return
        connection = self._idle_one() or self._connect()
        with self._transaction(connection, writing=False):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one transaction: committed when the block ends, undone when it raises."""
        if self._here.writing and self._here.connection is not None:
            yield self._here.connection
            return
        with self._turn:
            connection, self._writer = self._writer or self._connect(), None
            with self._transaction(connection, writing=True):
                yield connection

    def backup_to(self, path: Path) -> None:
        """Write a complete copy to `path`, replacing it in one step; others go on working."""
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        connection = self._connect()
        try:
            with self._plain_words(place=str(path)):
                connection.copy_to(part)
            _make_durable(part, path)
        except OSError as error:
            raise in_plain_words("disk error", str(path), error) from error
        finally:
            connection.close()
            part.unlink(missing_ok=True)

    def shred(self) -> None:
        """Leave no byte of deleted rows in any file of this database."""
        self._release_idle()
        connection = self._connect()
        try:
            with self._turn, self._plain_words():
                if not connection.shred():
                    raise StorageError(
                        f"{self.place} was cleaned, but another process still reads its old pages",
                        hint="end the other `sartor` processes, then run the same purge again",
                    )
        finally:
            connection.close()

    def close(self) -> None:
        """Close all connections; the database cannot be used afterwards."""
        self._closed = True
        self._release_idle()
        with self._turn:
            if self._writer is not None:
                self._drop(self._writer)
                self._writer = None

    @contextmanager
    def _transaction(self, connection: Connection, *, writing: bool) -> Iterator[None]:
        """Begin, remember it for this thread, then commit; any error undoes it."""
        before = self._here.connection, self._here.writing
        try:
            with self._plain_words():
                self._patiently(lambda: connection.begin(writing=writing))
                self._here.connection, self._here.writing = connection, writing
                yield
                connection.commit()
        except BaseException as error:
            self._undo(connection, broken=isinstance(error, StorageError), writing=writing)
            raise
        else:
            self._keep(connection, writing=writing)
        finally:
            self._here.connection, self._here.writing = before

    def _patiently(self, step: Callable[[], None]) -> None:
        """Repeat a step that finds the database locked: not every wait is the driver's."""
        deadline = time.monotonic() + self._driver.patience
        while True:
            try:
                return step()
            except self._driver.failures as error:
                if self._driver.kind(error) != "locked" or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(*LOCK_PAUSE))  # noqa: S311 - so that rivals do not march in step

    def _undo(self, connection: Connection, *, broken: bool, writing: bool) -> None:
        """Roll back; a connection whose disk or database failed is not used again."""
        try:
            connection.rollback()
        except self._driver.failures:
            broken = True
        if broken:
            self._drop(connection)
        else:
            self._keep(connection, writing=writing)

    def _keep(self, connection: Connection, *, writing: bool) -> None:
        if self._closed:
            self._drop(connection)
        elif writing:
            self._writer = connection
        else:
            self._idle.append(connection)

    def _drop(self, connection: Connection) -> None:
        """Close it; what was committed is safe even if tidying up behind it fails."""
        with suppress(*self._driver.failures):
            connection.close()

    def _connect(self) -> Connection:
        if self._closed:
            raise StorageError(f"{self.place} was closed", hint="open the project again")
        with self._plain_words():
            return self._driver.connect()

    def _open(self) -> Connection:
        connection = self._connect()

        def step() -> None:
            connection.rollback()
            bring_up_to_date(connection, self._schema, self.place)

        try:
            with self._plain_words():
                self._patiently(step)
        except BaseException:
            self._drop(connection)
            raise
        return connection

    def _idle_one(self) -> Connection | None:
        try:
            return self._idle.pop()
        except IndexError:  # asking first whether there is one would be too early
            return None

    def _release_idle(self) -> None:
        while connection := self._idle_one():
            self._drop(connection)

    @contextmanager
    def _plain_words(self, place: str = "") -> Iterator[None]:
        try:
            yield
        except self._driver.failures as error:
            raise in_plain_words(self._driver.kind(error), place or self.place, error) from error


def _make_durable(part: Path, path: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
