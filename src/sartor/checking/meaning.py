"""Texts -> how near they are in meaning, by whatever embedder the project has.

Vectors of sentences seen before are remembered, since an assistant's sources come again and again.
Any number of threads may ask.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from sartor.protocols import Embedder

if TYPE_CHECKING:
    from sartor.protocols import Vectors

_KEPT = 4_096  # vectors of sentences; 6 MB with MiniLM
_LONGEST = 250  # characters that are embedded of one text: each costs time, and few are longer


class Meaning:
    """Compare texts by their vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def cosines(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Give the cosine of each pair, at least 0; all unknown texts are embedded in one batch."""
        texts = list(dict.fromkeys(text[:_LONGEST] for pair in pairs for text in pair))
        vectors = self._of(texts)
        return [
            max(0.0, float(vectors[left[:_LONGEST]] @ vectors[right[:_LONGEST]]))
            for left, right in pairs
        ]

    def _of(self, texts: Sequence[str]) -> dict[str, Vectors]:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in texts if text not in known]
        if new:
            for text, rows in zip(new, self._embedder.embed_passages(new), strict=True):
                known[text] = rows[0]
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
        return known
