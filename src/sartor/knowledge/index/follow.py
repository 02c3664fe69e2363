"""Ledger -> index: bring a follower up to what is committed.

In: an index, a ledger, the analyser. Out: the index has applied the ledger's changes, and whether
all of them. It does not know how either stores anything, nor which process it runs in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from sartor.protocols import Entry, Index

if TYPE_CHECKING:
    from sartor.knowledge.ledger.records import Changes, IndexRow

Analyse = Callable[[str, str], Sequence[str]]  # text, language -> terms

CHANGES = 2_000  # keys asked for at a time
STEP = 128  # entries read, analysed and applied at a time
STEPS_A_SECOND = 8.0  # a cautious guess of how many steps fit into a second


class Ledger(Protocol):
    """What a follower asks of the ledger."""

    def last_change(self) -> int:
        """Give the number of the last change."""
        ...

    def changes_since(self, number: int, limit: int) -> Changes:
        """Give whole changes after a number, until they hold at least `limit` keys."""
        ...

    def index_rows(self, keys: Sequence[int], fingerprint: str) -> Sequence[IndexRow]:
        """Read those keys that still exist, with the vectors of one embedder."""
        ...


def follow(
    index: Index, ledger: Ledger, analyse: Analyse, fingerprint: str, budget_seconds: float
) -> bool:
    """Apply what was committed since, if it fits the budget; say whether nothing is left.

    A change that would not fit is not begun, for half of it would have to be done again.
    """
    deadline = time.monotonic() + budget_seconds
    while index.applied() != ledger.last_change():  # ahead of it: the ledger is an older copy
        changes = ledger.changes_since(index.applied(), CHANGES)
        if len(changes.keys) > STEP * max(1.0, _steps_until(deadline)):
            return False
        _apply(index, changes, ledger, analyse, fingerprint)
        if time.monotonic() > deadline:
            return index.applied() == ledger.last_change()
    return True


def entries_of(
    keys: Sequence[int], ledger: Ledger, analyse: Analyse, fingerprint: str
) -> Iterator[tuple[Sequence[int], list[Entry]]]:
    """Read what the index should hold for these keys, some at a time."""
    for start in range(0, len(keys), STEP):
        some = keys[start : start + STEP]
        yield some, [_entry(row, analyse) for row in ledger.index_rows(some, fingerprint)]


def _apply(
    index: Index, changes: Changes, ledger: Ledger, analyse: Analyse, fingerprint: str
) -> None:
    """Apply in steps; only the last one counts, so a crash in between repeats them all."""
    before = index.applied()
    for keys, entries in entries_of(changes.keys, ledger, analyse, fingerprint):
        index.apply(before, entries, sorted({*keys} - {entry.key for entry in entries}))
    surplus = index.keys().keys() - {*changes.keys} if changes.everything else ()
    index.apply(changes.upto, (), sorted(surplus))


def _steps_until(deadline: float) -> float:
    return (deadline - time.monotonic()) * STEPS_A_SECOND


def _entry(row: IndexRow, analyse: Analyse) -> Entry:
    return Entry(
        key=row.key,
        document=row.document,
        collection=row.collection,
        source=row.source,
        labels=row.labels,
        metadata=row.metadata,
        terms=tuple(analyse(row.text, row.language)),
        vectors=row.vectors,
    )
