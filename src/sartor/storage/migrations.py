"""Bring a database to the version this program knows, or say why that must not be done.

A migration is a tuple of SQL statements; the first one makes version 1 out of an empty database.
All missing ones run in one transaction. Published migrations never change: append another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sartor.errors import LedgerTooNew, StorageError
from sartor.storage.driver import Connection, Stamp

Migration = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """Whose database it is (`application`, a number stored in the file) and how it is built."""

    name: str
    application: int
    migrations: Sequence[Migration]

    @property
    def version(self) -> int:
        """The version all migrations together lead to."""
        return len(self.migrations)


def bring_up_to_date(connection: Connection, schema: Schema, place: str) -> None:
    """Create or migrate the tables; a file that is not ours is not touched."""
    stamp = connection.stamp()
    refuse_unknown(stamp, schema, place)
    connection.prepare()
    if stamp.version == schema.version:
        return
    connection.begin(writing=True)
    stamp = connection.stamp()  # another process may have been faster
    refuse_unknown(stamp, schema, place)
    for migration in schema.migrations[stamp.version :]:
        for statement in migration:
            connection.execute(statement)
    connection.put_stamp(application=schema.application, version=schema.version)
    connection.commit()


def refuse_unknown(stamp: Stamp, schema: Schema, place: str) -> None:
    """Raise when the database belongs to somebody else or to a later program."""
    if stamp.application != schema.application and not (stamp.empty and not stamp.application):
        raise StorageError(
            f"{place} is a database of another application, not a Sartor {schema.name}",
            hint="move that file away, or name the folder of a Sartor project",
        )
    if stamp.version > schema.version:
        raise LedgerTooNew(
            f"{place} has {schema.name} version {stamp.version}; "
            f"this Sartor knows versions up to {schema.version}",
            hint="upgrade with `pip install --upgrade sartor`, or restore an older backup",
        )
