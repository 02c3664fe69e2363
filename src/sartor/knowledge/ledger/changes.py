"""The change log, as a follower reads it: which passages were touched since a number."""

from __future__ import annotations

from sartor.knowledge.ledger.packing import unpack_keys
from sartor.knowledge.ledger.records import Changes
from sartor.storage import Connection


def last_change(connection: Connection) -> int:
    """Read the number of the last change: one row, one number."""
    return int(next(connection.execute("SELECT last_change FROM counter"))[0])


def changes_since(connection: Connection, number: int, limit: int) -> Changes:
    """Gather whole changes after `number` until they hold at least `limit` keys."""
    last, floor = next(connection.execute("SELECT last_change, log_floor FROM counter"))
    if not floor <= number <= last:
        rows = connection.execute("SELECT key FROM passage ORDER BY key")
        return Changes(last, tuple(row[0] for row in rows), everything=True)
    upto, keys = number, dict[int, None]()
    for change, packed in connection.execute(
        "SELECT number, keys FROM change WHERE number > ? ORDER BY number", (number,)
    ):
        upto = change
        keys.update(dict.fromkeys(unpack_keys(packed)))
        if len(keys) >= limit:
            break
    return Changes(upto, tuple(keys))


def compact_log(connection: Connection, below: int) -> None:
    """Forget changes up to and including `below`, which every follower has applied."""
    upto = min(below, last_change(connection))
    connection.execute("DELETE FROM change WHERE number <= ?", (upto,))
    connection.execute("UPDATE counter SET log_floor = max(log_floor, ?)", (upto,))
