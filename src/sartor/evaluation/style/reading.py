"""Texts -> weighted rows of length one, as the separation wants them, and their probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sartor.evaluation.style.grams import gram_rows
from sartor.evaluation.style.masking import Masking

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sartor.evaluation.style.grams import Rows

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Row = NDArray[np.float32]

BLOCK = 256  # texts that are rows at the same time
SPREADS = 2.5  # standard deviations below the mean: one or two in a hundred of theirs are lost
THRESHOLD = 0.5  # of the probability, from which on a text is theirs
NEITHER = 0.0


@dataclass(frozen=True, slots=True)
class Reader:
    """How texts become rows: what is masked, how rare each gram is, and what the middle is."""

    masking: Masking
    rarity: Row
    middle: Row

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Reader:
        """Learn it from all texts of both sides, blind to whose they are."""
        masking = Masking.learn(texts)
        counts = gram_rows([masking.apply(text) for text in texts])
        rarity = np.log((1 + len(texts)) / (1 + (counts > 0).sum(axis=0))) + 1
        rarity = rarity.astype(np.float32)
        return cls(masking, rarity, _of_length_one(counts * rarity).mean(axis=0))

    def rows(self, texts: Sequence[str]) -> Rows:
        """Give one row a text; the middle is still in it."""
        counts = gram_rows([self.masking.apply(text) for text in texts])
        return _of_length_one(counts * self.rarity)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a text must be to the middle of theirs to be in their voice at all.

    Two voices are told apart by a line between them, and a third one lies on either side of it.
    """

    centre: Row
    least: float

    @classmethod
    def learn(cls, rows: Rows) -> tuple[Likeness, Floats]:
        """Learn it from rows of theirs; also give how near each is to the middle of the others."""
        total = rows.sum(axis=0)
        nearness = (rows @ total - (rows * rows).sum(axis=1)).astype(np.float64) / (len(rows) - 1)
        least = float(nearness.mean() - SPREADS * nearness.std())
        return cls(total / np.float32(len(rows)), least), nearness

    def holds(self, rows: Rows) -> Flags:
        """Say which rows are near enough."""
        near: Flags = rows @ self.centre >= self.least
        return near


@dataclass(frozen=True, slots=True)
class Discriminator:
    """What tells the sides apart: a weight a gram, and the curve from score to probability."""

    reader: Reader
    likeness: Likeness
    weights: Floats
    slope: float
    offset: float

    def probabilities(self, texts: Sequence[str]) -> Iterator[float]:
        """Say for each text how likely it is theirs; `NEITHER` where only the line says so."""
        for first in range(0, len(texts), BLOCK):
            rows = self.reader.rows(texts[first : first + BLOCK])
            scores = (rows - self.reader.middle) @ self.weights
            said = 1 / (1 + np.exp(-self.slope * scores - self.offset))
            fits = self.likeness.holds(rows) | (said < THRESHOLD)
            yield from np.where(fits, said, NEITHER).tolist()


def _of_length_one(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    shortened: Rows = rows / np.maximum(lengths, np.float32(1e-12))
    return shortened
