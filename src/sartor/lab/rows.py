"""Rows of tokens to learn from: one shared beginning, many independent questions behind it.

Each block (a question and its answer) sees the shared beginning and itself, and starts at the same
position, so it is exactly a prompt of one turn; the passages are read once for all questions. In go
token ids, out come arrays. It knows no text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

PADDED = -1  # the block number of padding
SHARED = 0  # the block number of the shared beginning


@dataclass(slots=True)
class Row:
    """Tokens with the block they belong to, their position and the weight of their loss."""

    tokens: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    shared: int = 0
    questions: int = 0

    def share(self, tokens: list[int], weights: list[float]) -> None:
        """Write the beginning that every block sees."""
        self._write(tokens, SHARED, weights)
        self.shared = len(tokens)

    def ask(self, tokens: list[int], weights: list[float]) -> None:
        """Write a question with its answer behind the shared beginning."""
        self.questions += 1
        self._write(tokens, self.questions, weights)

    def room(self, limit: int) -> int:
        """Say how many tokens are left."""
        return limit - len(self.tokens)

    def _write(self, tokens: list[int], block: int, weights: list[float]) -> None:
        start = self.shared
        self.tokens += tokens
        self.blocks += [block] * len(tokens)
        self.positions += range(start, start + len(tokens))
        self.weights += weights


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one length, as arrays of shape (rows, length)."""

    tokens: npt.NDArray[np.int64]
    blocks: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    questions: int


def collate(rows: list[Row], length: int | None = None) -> Batch:
    """Put rows below each other, padded or cut to one length."""
    width = length or max(len(row.tokens) for row in rows)
    shape = (len(rows), width)
    batch = Batch(
        np.zeros(shape, np.int64),
        np.full(shape, PADDED, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.float32),
        sum(row.questions for row in rows),
    )
    for at, row in enumerate(rows):
        size = min(width, len(row.tokens))
        batch.tokens[at, :size] = row.tokens[:size]
        batch.blocks[at, :size] = row.blocks[:size]
        batch.positions[at, :size] = row.positions[:size]
        batch.weights[at, :size] = row.weights[:size]
    return batch
