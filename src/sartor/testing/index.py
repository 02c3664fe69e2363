"""An index in plain Python: slow, exact, and small enough to read.

In: entries. Out: scored keys, as every `Index` gives them. It keeps nothing on disk. It is the
fake for tests of other rooms and the yardstick for the recall of approximate indexes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sartor.protocols import Entry, Scored, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

K = 1.2
B = 0.75


class MemoryIndex:
    """An `Index` that compares the query with every entry."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._applied = 0

    def applied(self) -> int:
        return self._applied

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None:
        for key in drop:
            self._entries.pop(key, None)
        self._entries.update((entry.key, entry) for entry in put)
        self._applied = upto

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]:
        weights = self._weights(set(terms))
        length = self._average_length()
        scores = {
            entry.key: _bm25(entry, weights, length)
            for entry in self._visible(where)
            if not weights.keys().isdisjoint(entry.terms)
        }
        return _best(scores, k)

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]:
        query = vector.reshape(-1)
        scores = {
            entry.key: float((entry.vectors @ query).max())
            for entry in self._visible(where)
            if entry.vectors is not None
        }
        return _best(scores, k)

    def keys(self) -> Mapping[int, bool]:
        return {key: entry.vectors is not None for key, entry in self._entries.items()}

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        return [self._entries[key] for key in keys if key in self._entries]

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        found = ((entry.key, entry.vectors) for entry in self.entries(keys))
        return {key: vectors for key, vectors in found if vectors is not None}

    def flush(self) -> None:
        """Do nothing: there is no disk."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go."""

    def _visible(self, where: Where) -> Iterable[Entry]:
        return (entry for entry in self._entries.values() if visible(entry, where))

    def _weights(self, words: set[str]) -> dict[str, float]:
        """Give each word that occurs its inverse document frequency."""
        total = len(self._entries)
        found = Counter(word for entry in self._entries.values() for word in words & {*entry.terms})
        return {
            word: math.log(1 + (total - count + 0.5) / (count + 0.5))
            for word, count in found.items()
        }

    def _average_length(self) -> float:
        lengths = [len(entry.terms) for entry in self._entries.values() if entry.terms]
        return sum(lengths) / len(lengths) if lengths else 1.0


def visible(entry: Entry, where: Where) -> bool:
    """Say whether a search may look at an entry: the meaning of `Where`, spelled out."""
    if where.collections and entry.collection not in where.collections:
        return False
    if where.sources and entry.source not in where.sources:
        return False
    if where.documents and entry.document not in where.documents:
        return False
    if where.labels is not None and entry.labels and not {*entry.labels} & {*where.labels}:
        return False
    return all(_has(entry, key, wanted) for key, wanted in where.metadata.items())


def _has(entry: Entry, key: str, wanted: object) -> bool:
    """Compare one metadata value; true and 1 are different values, 1 and 1.0 are not."""
    if key not in entry.metadata:
        return False
    value = entry.metadata[key]
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    return any(
        value == choice and isinstance(value, bool) is isinstance(choice, bool)
        for choice in choices
    )


def _bm25(entry: Entry, weights: Mapping[str, float], average: float) -> float:
    counts = Counter(entry.terms)
    norm = K * (1 - B + B * len(entry.terms) / average)
    return sum(
        weight * counts[word] * (K + 1) / (counts[word] + norm) for word, weight in weights.items()
    )


def _best(scores: Mapping[int, float], k: int) -> list[Scored]:
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Scored(key, score) for key, score in ordered[: max(k, 0)]]
