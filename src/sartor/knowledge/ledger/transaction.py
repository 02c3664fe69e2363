"""The numbers a writing transaction hands out, and what it leaves in the change log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sartor.knowledge.ledger.packing import pack_keys
from sartor.storage import Connection


class Transaction:
    """One writing transaction on the ledger: gives out keys, gathers what was touched.

    `finish` takes the next change number if anything was touched; without a change it writes
    nothing at all.
    """

    def __init__(self, connection: Connection, *, now: int) -> None:
        row = next(
            connection.execute("SELECT last_change, next_document, next_passage FROM counter")
        )
        self.connection = connection
        self.now = now
        self._last_change, self._next_document, self._next_passage = row
        self._touched: dict[int, None] = {}
        self._orphans: set[bytes] = set()
        self._tally: Counter[tuple[str, str]] = Counter()
        self._dirty = False
        self.number = 0  # the change number, once finished; 0: nothing was touched

    def document_key(self) -> int:
        """Give out a key that no document ever had."""
        self._next_document += 1
        return int(self._next_document - 1)

    def passage_keys(self, count: int) -> range:
        """Give out keys that no passage ever had."""
        first = self._next_passage
        self._next_passage += count
        return range(first, self._next_passage)

    def touch(self, keys: Iterable[int] = ()) -> None:
        """Note a change, and the passages an index has to look at because of it."""
        self._dirty = True
        self._touched.update(dict.fromkeys(keys))

    def release(self, hashes: Iterable[bytes]) -> None:
        """Note embedded texts that may have lost their last passage."""
        self._orphans.update(hashes)

    def count(self, names: Iterable[tuple[str, str]], step: int) -> None:
        """Note that a document with these (kind, name) facts came or went."""
        for name in names:
            self._tally[name] += step

    def finish(self) -> None:
        """Write everything noted, under the next change number."""
        if not self._dirty:
            return
        self._drop_orphans()
        self._write_tally()
        self.number = self._last_change + 1
        self.connection.execute(
            "UPDATE counter SET last_change = ?, next_document = ?, next_passage = ?",
            (self.number, self._next_document, self._next_passage),
        )
        self.connection.execute(
            "INSERT INTO change VALUES (?, ?, ?)",
            (self.number, self.now, pack_keys(self._touched)),
        )

    def _drop_orphans(self) -> None:
        self.connection.execute_many(
            "DELETE FROM vector WHERE hash = ?1"
            " AND NOT EXISTS (SELECT 1 FROM passage WHERE hash = ?1)",
            [(digest,) for digest in sorted(self._orphans)],
        )

    def _write_tally(self) -> None:
        steps = [(kind, name, step) for (kind, name), step in self._tally.items() if step]
        self.connection.execute_many(
            "INSERT INTO tally VALUES (?, ?, ?)"
            " ON CONFLICT (kind, name) DO UPDATE SET count = count + excluded.count",
            steps,
        )
        if steps:
            self.connection.execute("DELETE FROM tally WHERE count = 0")
