"""The seam between this house and a database: what a driver must be able to do.

SQL goes in with `?` for values, rows come out as tuples. Transactions are opened and closed by
`Database`, never by SQL text, so that a driver may do it in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

Value = int | float | str | bytes | None
Row = tuple[Any, ...]
FailureKind = Literal[
    "full", "locked", "read-only", "damaged", "not a database", "cannot open", "disk error", "other"
]

KEYS_PER_QUERY = 500  # far below every database's limit on values in one statement


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose database it is and how far it was migrated; all zero when it is still empty."""

    application: int = 0
    version: int = 0
    empty: bool = True


class Connection(Protocol):
    """One line to the database; used by one thread at a time."""

    def execute(self, sql: str, values: Sequence[Value] = (), /) -> Iterator[Row]:
        """Run one statement; rows come as they are asked for."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for every row of values."""

    def begin(self, *, writing: bool) -> None:
        """Start a transaction; a writing one waits for its turn first."""

    def commit(self) -> None:
        """End it; what was written is durable."""

    def rollback(self) -> None:
        """Undo it; nothing happens if the database has done so already."""

    def stamp(self) -> Stamp:
        """Read whose database it is."""

    def put_stamp(self, *, application: int, version: int) -> None:
        """Write it, as part of the running transaction."""

    def prepare(self) -> None:
        """Make it fit for many processes, once it is known to be ours."""

    def faults(self) -> list[str]:
        """Check what is stored; an empty list means that it is sound."""

    def copy_to(self, path: Path) -> None:
        """Write a copy of this moment while others go on working."""

    def shred(self) -> bool:
        """Leave no byte of what was deleted; False if somebody still reads it."""

    def close(self) -> None:
        """Close it."""


class Driver(Protocol):
    """Open connections to one database and say what its errors mean."""

    place: str  # what a person would call it: a path or an address
    patience: float  # seconds to wait for others to let go of a lock
    failures: tuple[type[Exception], ...]

    def connect(self) -> Connection:
        """Open one more connection."""

    def kind(self, error: Exception) -> FailureKind:
        """Say what one of `failures` means."""


def many(connection: Connection, sql: str, values: Sequence[Value]) -> Iterator[Row]:
    """Run a query that holds `(KEYS)` for any number of values, some hundred at a time."""
    for first in range(0, len(values), KEYS_PER_QUERY):
        group = values[first : first + KEYS_PER_QUERY]
        marks = ",".join("?" * len(group))
        yield from connection.execute(sql.replace("(KEYS)", f"({marks})"), group)
