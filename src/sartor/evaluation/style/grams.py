"""Texts -> rows of numbers: which letter runs and word pairs they are made of.

Character 2- to 4-grams and word 1- and 2-grams, hashed into a fixed number of columns, so that
any text has a row without a vocabulary. The hash is ours: the same in every process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

COLUMNS_BITS = 13  # 8,192 columns each for characters and words
CHARACTERS = (2, 3, 4)
WORDS = (1, 2)
_STEP = np.uint64(0x100000001B3)  # odd, so that the order of the pieces counts
_MIX = np.uint64(0x9E3779B97F4A7C15)
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")  # noqa: RUF001
_BLANK = re.compile(r"[ \t]+")


def gram_rows(texts: Sequence[str]) -> Rows:
    """Count the grams of each text, damped by a logarithm; a row is one text."""
    rows = np.empty((len(texts), 2 << COLUMNS_BITS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        spaced = _BLANK.sub(" ", f" {text} ").encode("utf-32-le", "surrogatepass")
        letters = np.frombuffer(spaced, dtype="<u4")
        tokens = np.array(
            [crc32(token.encode("utf-8", "replace")) for token in _TOKEN.findall(text)]
        )
        row[: 1 << COLUMNS_BITS] = _counts(letters, CHARACTERS)
        row[1 << COLUMNS_BITS :] = _counts(tokens, WORDS)
    return np.log1p(rows)


def _counts(pieces: NDArray[np.generic], lengths: Sequence[int]) -> NDArray[np.intp]:
    whole = pieces.astype(np.uint64)
    columns = [_hashed(whole, length) for length in lengths if len(whole) >= length]
    found = np.concatenate(columns) if columns else np.empty(0, dtype=np.int64)
    return np.bincount(found, minlength=1 << COLUMNS_BITS)


def _hashed(pieces: NDArray[np.uint64], length: int) -> NDArray[np.int64]:
    """Give the column of each run of `length` pieces; overflow is part of the hash."""
    count = len(pieces) - length + 1
    mixed = np.full(count, length, dtype=np.uint64)
    for offset in range(length):
        mixed = (mixed + pieces[offset : offset + count]) * _STEP
    return ((mixed * _MIX) >> np.uint64(64 - COLUMNS_BITS)).astype(np.int64)
