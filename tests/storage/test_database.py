"""Transactions, snapshots and threads of a `Database`."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sartor.errors import StorageError
from sartor.storage import Connection, Database, Schema, SqliteDriver, many

NOTES = Schema(
    "notebook", 0x4E4F5445, (("CREATE TABLE note (key INTEGER PRIMARY KEY, text TEXT)",),)
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(SqliteDriver(tmp_path / "notes.db", patience=0.2), NOTES) as database:
        yield database


def add(database: Database, *texts: str) -> None:
    with database.write() as connection:
        connection.execute_many("INSERT INTO note (text) VALUES (?)", [(text,) for text in texts])


def texts(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT text FROM note ORDER BY key")]


def read(database: Database) -> list[str]:
    with database.read() as connection:
        return texts(connection)


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    for expected in (["one"], ["one", "one"]):
        with Database(SqliteDriver(tmp_path / "notes.db"), NOTES) as database:
            add(database, "one")
            assert read(database) == expected


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('half')")
        1 / 0  # noqa: B018
    assert read(database) == []
    add(database, "whole")
    assert read(database) == ["whole"]


def test_a_refused_statement_undoes_the_whole_transaction(database: Database) -> None:
    with pytest.raises(StorageError, match="UNIQUE constraint"), database.write() as connection:
        connection.execute("INSERT INTO note VALUES (1, 'first')")
        connection.execute("INSERT INTO note VALUES (1, 'again')")
    assert read(database) == []


def test_a_reader_keeps_its_view_while_others_write(database: Database) -> None:
    add(database, "one")
    with database.read() as connection:
        assert texts(connection) == ["one"]
        writer = threading.Thread(target=add, args=(database, "two"))
        writer.start()
        writer.join()
        assert texts(connection) == ["one"]
        assert read(database) == ["one"]  # a read inside a read sees the same
    assert read(database) == ["one", "two"]


def test_a_read_inside_a_write_sees_what_is_being_written(database: Database) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('mine')")
        assert read(database) == ["mine"]


def test_a_write_inside_a_write_is_undone_with_it(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write():
        add(database, "inner")
        1 / 0  # noqa: B018
    assert read(database) == []


def test_many_threads_write_and_read_at_once(database: Database) -> None:
    def work(name: str) -> None:
        for at in range(20):
            add(database, f"{name}{at}")
            assert f"{name}{at}" in read(database)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(read(database))) == 80


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    with pytest.raises(StorageError, match="was closed"), database.read():
        pass


def test_many_values_are_asked_for_in_groups(database: Database) -> None:
    add(database, *(str(at) for at in range(1_300)))
    with database.read() as connection:
        rows = many(connection, "SELECT key FROM note WHERE key IN (KEYS)", range(1, 2_001))
        assert len(list(rows)) == 1_300


def test_a_backup_holds_one_moment_and_replaces_in_one_step(
    database: Database, tmp_path: Path
) -> None:
    add(database, "one")
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"an older backup")
    with database.write() as connection:
        connection.execute("INSERT INTO note (text) VALUES ('not committed')")
        database.backup_to(copy)
    with Database(SqliteDriver(copy), NOTES) as backup:
        assert read(backup) == ["one"]
        with backup.read() as connection:
            assert connection.faults() == []
        add(backup, "two")
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_backup_into_a_missing_folder_is_refused_in_plain_words(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        database.backup_to(tmp_path / "nowhere" / "copy.db")


def test_shredding_leaves_no_byte_of_what_was_deleted(database: Database, tmp_path: Path) -> None:
    secret = "the secret is " + "xyzzy" * 400
    add(database, "kept", secret, *(f"filler {at}" * 50 for at in range(200)))
    assert _bytes_of(tmp_path, b"xyzzy")
    with database.write() as connection:
        connection.execute("DELETE FROM note WHERE text = ?", (secret,))
    assert _bytes_of(tmp_path, b"xyzzy")  # a deletion alone does not remove it
    database.shred()
    assert not _bytes_of(tmp_path, b"xyzzy")
    assert read(database)[0] == "kept"


def test_shredding_says_when_somebody_still_reads_the_old_pages(
    database: Database, tmp_path: Path
) -> None:
    add(database, "old")
    with Database(SqliteDriver(tmp_path / "notes.db"), NOTES) as other, other.read() as connection:
        assert texts(connection) == ["old"]
        with pytest.raises(StorageError, match="still reads"):
            database.shred()


def _bytes_of(folder: Path, marker: bytes) -> bool:
    return any(marker in path.read_bytes() for path in folder.iterdir())
