"""SQLite through Python's own sqlite3: a path goes in, connections come out.

Everything that is SQLite's own way stands here: write-ahead log, pragmas, result codes. Another
library over the same engine overrides the methods below `open`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from sartor.protocols import Synchronous
from sartor.storage.driver import FailureKind, Row, Stamp, Value

PATIENCE_SECONDS = 30.0  # several processes may queue up to write
CACHED_STATEMENTS = 256
CACHE_KILOBYTES = 16_384
LOG_BYTES_KEPT = 32 * 2**20  # a write-ahead log that grew beyond this is cut back

# https://www.sqlite.org/rescode.html, the primary codes
_KINDS: dict[int, FailureKind] = {
    3: "read-only",
    5: "locked",
    6: "locked",
    8: "read-only",
    10: "disk error",
    11: "damaged",
    13: "full",
    14: "cannot open",
    26: "not a database",
}


class RawConnection(Protocol):
    """What sqlite3 and its kin have in common."""

    @property
    def in_transaction(self) -> bool: ...  # noqa: D102

    def execute(self, sql: str, values: Sequence[Value] = ..., /) -> Iterator[Row]: ...  # noqa: D102

    def executemany(  # noqa: D102
        self, sql: str, rows: Iterable[Sequence[Value]], /
    ) -> Iterator[Row]: ...

    def close(self) -> None: ...  # noqa: D102


class SqliteConnection:
    """A `Connection` over any SQLite library; `keep_name` makes the file's name durable."""

    def __init__(self, raw: RawConnection, keep_name: Callable[[], None]) -> None:
        self._raw = raw
        self._keep_name = keep_name
        self.execute = raw.execute

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for every row."""
        self._raw.executemany(sql, rows)

    def begin(self, *, writing: bool) -> None:
        """Start a transaction; a writing one takes the write lock at once or fails as locked."""
        self.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def commit(self) -> None:
        """Make it durable."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it; SQLite may have done so by itself when the disk failed."""
        if self._raw.in_transaction:
            self.execute("ROLLBACK")

    def stamp(self) -> Stamp:
        """Read the two numbers in the file's header, and whether any table exists."""
        tables = self._number("SELECT count(*) FROM sqlite_master")
        application = self._number("PRAGMA application_id")
        return Stamp(application, self._number("PRAGMA user_version"), empty=tables == 0)

    def put_stamp(self, *, application: int, version: int) -> None:
        """Write them, as part of the running transaction."""
        self.execute(f"PRAGMA application_id = {application:d}")
        self.execute(f"PRAGMA user_version = {version:d}")

    def prepare(self) -> None:
        """Switch to the write-ahead log, where readers and a writer do not wait for each other."""
        if next(self.execute("PRAGMA journal_mode"))[0] == "wal":
            return
        self.execute("PRAGMA journal_mode = WAL")
        self._keep_name()

    def faults(self) -> list[str]:
        """Let SQLite check every page, index and reference."""
        faults = [str(row[0]) for row in self.execute("PRAGMA integrity_check")]
        broken = [f"{row[0]} refers to a missing {row[2]}" for row in self._foreign_key_faults()]
        return [fault for fault in faults if fault != "ok"] + broken

    def copy_to(self, path: Path) -> None:
        """Write a compact copy of this moment; writers are not held up."""
        self.execute("VACUUM INTO ?", (str(path),))

    def shred(self) -> bool:
        """Rewrite the file with live rows only and empty the write-ahead log."""
        self.execute("PRAGMA secure_delete = ON")
        self.execute("VACUUM")
        return self._number("PRAGMA wal_checkpoint(TRUNCATE)") == 0

    def close(self) -> None:
        """Close it."""
        self._raw.close()

    def _number(self, sql: str) -> int:
        return int(next(self.execute(sql))[0])

    def _foreign_key_faults(self) -> list[Row]:
        return list(self.execute("PRAGMA foreign_key_check"))


class SqliteDriver:
    """A `Driver` for one SQLite file. The file is created on the first connection.

    `synchronous="FULL"` waits for the disk at each commit. Anything less may lose what was
    reported as committed when the power fails.
    """

    failures: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(
        self,
        path: Path | str,
        *,
        synchronous: Synchronous = "FULL",
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.path = Path(path)
        self.place = str(path)
        self._synchronous = synchronous
        self.patience = patience

    def connect(self) -> SqliteConnection:
        """Open a connection with our settings."""
        connection = SqliteConnection(self.open(), self.keep_name)
        try:
            for name, value in self._settings().items():
                connection.execute(f"PRAGMA {name} = {value}")
        except BaseException:  # a file that is no database refuses already here
            connection.close()
            raise
        return connection

    def _settings(self) -> dict[str, object]:
        return {
            "busy_timeout": int(self.patience * 1000),
            "synchronous": self._synchronous,
            "fullfsync": "ON",  # macOS: a plain fsync stops at the drive
            "foreign_keys": "ON",
            "cache_size": -CACHE_KILOBYTES,
            "journal_size_limit": LOG_BYTES_KEPT,
        }

    def open(self) -> RawConnection:
        """Open the file; `Database` sees to it that only one thread uses it at a time."""
        return sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=CACHED_STATEMENTS,
        )

    def keep_name(self) -> None:
        """Sync the folder: SQLite syncs a new file, but not the entry that names it."""
        sync_folder(self.path.parent)

    def kind(self, error: Exception) -> FailureKind:
        """Say what a SQLite error means."""
        return _KINDS.get(self.result_code(error) & 0xFF, "other")

    def result_code(self, error: Exception) -> int:
        """Take SQLite's own number out of an exception."""
        return int(getattr(error, "sqlite_errorcode", 0))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
