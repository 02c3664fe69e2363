"""Index against ledger, row by row: what is missing, surplus or stale; and setting it right.

In: an index and the ledger it follows. Out: a `Comparison`. Everything that was indexed is read
back and compared: terms, labels, metadata, every number of every vector. It does not know how
either is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sartor.knowledge.index.follow import Analyse, Ledger, entries_of
from sartor.protocols import Entry, Index, Where

SEARCHED = 200  # entries looked for by searching, evenly spread
MANY = 1_000  # hits within one document
BEFORE_EVERYTHING = -1  # no log reaches back so far: the ledger answers with every key it has


@dataclass(frozen=True, slots=True)
class Comparison:
    """Keys the index lacks, has too many, has with other contents, or has and does not find."""

    compared: int
    missing: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    unfindable: tuple[int, ...] = ()

    @property
    def equal(self) -> bool:
        """Say whether index and ledger hold the same."""
        return not (self.missing or self.surplus or self.stale or self.unfindable)


class Readable(Index, Protocol):
    """An index whose entries can be read back."""

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back as they are stored."""
        ...


def verify(index: Readable, ledger: Ledger, analyse: Analyse, fingerprint: str) -> Comparison:
    """Compare everything. The index must have caught up, and nothing be committed meanwhile."""
    wanted = ledger.changes_since(BEFORE_EVERYTHING, 1).keys
    surplus = index.keys().keys() - {*wanted}
    missing: list[int] = []
    stale: list[int] = []
    for keys, entries in entries_of(wanted, ledger, analyse, fingerprint):
        found = {entry.key: entry for entry in index.entries(keys)}
        missing += [entry.key for entry in entries if entry.key not in found]
        there = [entry for entry in entries if entry.key in found]
        stale += [entry.key for entry in there if not same(entry, found[entry.key])]
    lost = _unfindable(index, sorted({*wanted} - {*missing}))
    return Comparison(len(wanted), tuple(missing), tuple(sorted(surplus)), tuple(stale), lost)


def repair(
    index: Index, ledger: Ledger, analyse: Analyse, fingerprint: str, comparison: Comparison
) -> None:
    """Put and drop just what a comparison found."""
    applied = index.applied()
    index.apply(applied, (), comparison.surplus)
    wrong = (*comparison.missing, *comparison.stale, *comparison.unfindable)
    for keys, entries in entries_of(wrong, ledger, analyse, fingerprint):
        index.apply(applied, entries, sorted({*keys} - {entry.key for entry in entries}))


def same(one: Entry, other: Entry) -> bool:
    """Say whether two entries are the same in everything an index holds of them."""
    return _plain(one) == _plain(other) and _same_vectors(one, other)


def _plain(entry: Entry) -> tuple[object, ...]:
    place = (entry.document, entry.collection, entry.source, entry.labels)
    return (*place, dict(entry.metadata), tuple(entry.terms))


def _same_vectors(one: Entry, other: Entry) -> bool:
    if one.vectors is None or other.vectors is None:
        return one.vectors is other.vectors
    return np.array_equal(one.vectors, other.vectors)


def _unfindable(index: Readable, keys: Sequence[int]) -> tuple[int, ...]:
    """Search for some entries by their own terms and vectors, within their document."""
    sample = keys[:: max(1, len(keys) // SEARCHED)]
    return tuple(entry.key for entry in index.entries(sample) if not _finds(index, entry))


def _finds(index: Index, entry: Entry) -> bool:
    here = Where(documents=(entry.document,), labels=None)
    legs = []
    if entry.terms:
        legs.append(index.search_terms(entry.terms, MANY, here))
    if entry.vectors is not None:
        legs.append(index.search_vector(entry.vectors[0], MANY, here))
    return all(any(hit.key == entry.key for hit in leg) for leg in legs)
