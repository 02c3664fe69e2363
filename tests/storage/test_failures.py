"""What the disk or the file refuses is said in plain words, with a next step."""

import sqlite3
from pathlib import Path

import pytest

from sartor.errors import LedgerTooNew, StorageError
from sartor.storage import Database, Schema, SqliteDriver
from sartor.storage.sqlite import RawConnection

FIRST = ("CREATE TABLE note (key INTEGER PRIMARY KEY, text TEXT)",)
SECOND = ("ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'unknown'",)
NOTES = Schema("notebook", 0x4E4F5445, (FIRST,))


class ReadOnlyDriver(SqliteDriver):
    """Open the file as a read-only disk would: root may write whatever its mode says."""

    def open(self) -> RawConnection:
        return sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)


def notes(path: Path, schema: Schema = NOTES, text: str | None = "one") -> None:
    """Open, write one note, close."""
    with Database(SqliteDriver(path, patience=0.1), schema) as database, database.write() as line:
        if text is not None:
            line.execute("INSERT INTO note (text) VALUES (?)", (text,))


def test_migrations_run_once_and_keep_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path)
    newer = Schema("notebook", NOTES.application, (FIRST, SECOND))
    notes(path, newer, text="two")
    with Database(SqliteDriver(path), newer) as database, database.read() as connection:
        rows = list(connection.execute("SELECT text, author FROM note"))
        assert rows == [("one", "unknown"), ("two", "unknown")]


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path)
    broken = Schema("notebook", NOTES.application, (FIRST, (*SECOND, "CREATE NONSENSE")))
    with pytest.raises(StorageError, match="syntax error"):
        notes(path, broken)
    notes(path)


def test_a_newer_database_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path, Schema("notebook", NOTES.application, (FIRST, SECOND)))
    with pytest.raises(LedgerTooNew, match=r"version 2.*up to 1\n.*pip install --upgrade"):
        notes(path)


def test_a_database_of_another_application_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"another application.*\n.*move that file away"):
        notes(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 300)
    with pytest.raises(StorageError, match=r"letter.db is not a database"):
        notes(path)
    assert path.read_text().startswith("Dear")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere.*cannot be opened.*\n.*folder exists"):
        notes(tmp_path / "nowhere" / "notes.db")


def test_a_lock_that_is_never_released_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path)
    refused = pytest.raises(StorageError, match=r"locked by another process.*\n.*wait for")
    with Database(SqliteDriver(path), NOTES) as holder, holder.write(), refused:
        notes(path)
    notes(path)


def test_a_read_only_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path)
    refused = pytest.raises(StorageError, match=r"cannot be written.*\n.*write access")
    with Database(ReadOnlyDriver(path), NOTES) as database, refused, database.write() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('no')")


def test_a_full_disk_is_reported_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with Database(SqliteDriver(path), NOTES) as database:
        refused = pytest.raises(StorageError, match=r"disk is full.*\n.*free some space")
        with refused, database.write() as connection:
            connection.execute("PRAGMA max_page_count = 10")
            connection.execute("INSERT INTO note (text) VALUES ('small')")
            connection.execute("INSERT INTO note (text) VALUES (?)", ("large" * 20_000,))
        with database.read() as connection:
            assert list(connection.execute("SELECT * FROM note")) == []
        with database.write() as connection:
            connection.execute("INSERT INTO note (text) VALUES (?)", ("large" * 20_000,))


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    notes(path, text="a line " * 10_000)
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * 8_192)
    refused = pytest.raises(StorageError, match=r"is damaged.*\n.*sartor restore")
    with refused, Database(SqliteDriver(path), NOTES) as database, database.read() as connection:
        list(connection.execute("SELECT * FROM note"))
