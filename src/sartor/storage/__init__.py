"""Connections, transactions and migrations over SQL; what is stored is none of its business.

    Database     one database file: `with read()`, `with write()`, backup, check, shred
    Schema       whose database it is and the numbered steps that build its tables
    Driver       the seam below: sqlite3 here, another library or server elsewhere

Everything the database or the disk refuses leaves here as `StorageError` in plain words.
"""

from sartor.storage.database import Database
from sartor.storage.driver import Connection, Driver, FailureKind, Row, Value, many
from sartor.storage.migrations import Schema
from sartor.storage.sqlite import SqliteDriver

__all__ = [
    "Connection",
    "Database",
    "Driver",
    "FailureKind",
    "Row",
    "Schema",
    "SqliteDriver",
    "Value",
    "many",
]
