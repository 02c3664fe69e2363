"""An embedder without a model: every word falls into some of the dimensions by its hash.

Texts that share words are near, the same text gives the same vector in every process, and a
million words take a second. It understands nothing; it is for tests of what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sartor.protocols import Vectors

WORD = re.compile(r"\w+|[^\w\s]")
PLACES_PER_WORD = 4  # several places a word keep strangers apart when two words share one


class HashingEmbedder:
    """Implements `Embedder`. `window` is in words, so that long texts are easy to make."""

    def __init__(self, dimension: int = 256, window: int = 64, name: str = "hashing") -> None:
        self.dimension = dimension
        self.window = window
        self.fingerprint = f"{name}:{dimension}:{window}"
        self.embedded: list[str] = []  # every passage handed in, so that a test can count
        self._places: dict[str, tuple[list[int], list[float]]] = {}

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Every word and every punctuation mark is a token."""
        return [[match.span() for match in WORD.finditer(text)] for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> list[Vectors]:
        """Return one row for each `window` words, at least one."""
        self.embedded.extend(texts)
        return [self._rows(text) for text in texts]

    def embed_batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Vectors]]]:
        """Yield one text at a time, in order."""
        for number, text in enumerate(texts):
            yield [number], self.embed_passages([text])

    def embed_query(self, text: str) -> Vectors:
        """Return one vector for the first `window` words."""
        row: Vectors = self._rows(text)[0]
        return row

    def close(self) -> None:
        """Nothing is held."""

    def _rows(self, text: str) -> Vectors:
        words = WORD.findall(text.lower())
        starts = range(0, max(len(words), 1), self.window)
        return np.stack([self._vector(words[start : start + self.window]) for start in starts])

    def _vector(self, words: Sequence[str]) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        vector[0] = 1e-3  # a text without words has a direction too
        for word in words:
            places, signs = self._place(word)
            vector[places] += signs
        length: Vectors = vector / np.linalg.norm(vector)
        return length

    def _place(self, word: str) -> tuple[list[int], list[float]]:
        if word not in self._places:
            drawn = blake2b(word.encode(), digest_size=8 * PLACES_PER_WORD).digest()
            numbers = [
                int.from_bytes(drawn[at : at + 8], "little") for at in range(0, len(drawn), 8)
            ]
            places = [number // 2 % self.dimension for number in numbers]
            self._places[word] = places, [1.0 if number % 2 else -1.0 for number in numbers]
        return self._places[word]
