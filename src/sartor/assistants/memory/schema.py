"""The tables of what is remembered.

answer   finished answers by key, and the change number of the ledger they were made at
trace    one row a question, as JSON; ids sort by time
"""

from __future__ import annotations

from sartor.storage import Schema

_VERSION_1 = (
    """CREATE TABLE answer (
        number INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        change INTEGER NOT NULL,
        cited TEXT NOT NULL,
        data TEXT NOT NULL
    )""",
    "CREATE INDEX answer_change ON answer (change)",
    "CREATE TABLE trace (id TEXT PRIMARY KEY, data TEXT NOT NULL)",
)

ANSWERS = Schema(
    name="memory of answers",
    application=int.from_bytes(b"SRTA"),
    migrations=(_VERSION_1,),
)
