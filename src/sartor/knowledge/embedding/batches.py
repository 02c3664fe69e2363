"""Token lists in, windows and padded batches out: pure arithmetic.

A text that is longer than the model's window becomes several overlapping windows. Windows are
sorted by length, so that a batch holds next to no padding, and a batch is bounded in tokens, so
that memory and waiting times are. It does not know models or vectors.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sartor.protocols import Vectors

WINDOW_OVERLAP = 32  # tokens that two neighbouring windows share
LENGTH_STEP = 8  # lengths are padded to multiples of this: few shapes, few kernels to prepare
BATCH_TOKENS = 1_024  # 512 to 8,192 are equally fast; small is early, and little memory

Finished = tuple[list[int], list["Vectors"]]  # numbers of texts, and the vectors of each


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of one text, with special tokens."""

    text: int
    ids: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of about one length, and the two arrays the graph takes."""

    windows: tuple[Window, ...]
    ids: NDArray[np.int32]
    lengths: NDArray[np.int32]


def cut_windows(tokens: int, size: int, limit: int) -> list[tuple[int, int]]:
    """Say where the windows of a text begin and end: as few as possible, all of one length.

    A text that is cut off at `limit` windows has full ones; an empty text has one window too.
    """
    overlap = min(WINDOW_OVERLAP, size // 2)
    count = max(1, math.ceil((tokens - overlap) / (size - overlap)))
    if limit and count > limit:
        step = size - overlap
        return [(start, start + size) for start in range(0, limit * step, step)]
    length = math.ceil((tokens + (count - 1) * overlap) / count)
    starts = range(0, count * max(1, length - overlap), max(1, length - overlap))
    return [(start, min(start + length, tokens)) for start in starts]


def plan_batches(windows: Sequence[Window], longest: int, streams: int = 1) -> Iterator[Batch]:
    """Group windows by length, the longest first. Equal lengths keep their order.

    Few windows are shared out among the streams, so that no core waits for another.
    """
    total = sum(_padded(len(window.ids), longest) for window in windows)
    room = min(BATCH_TOKENS, math.ceil(total / streams))
    group: list[Window] = []
    for window in sorted(windows, key=lambda window: -len(window.ids)):
        width = _padded(len(group[0].ids), longest) if group else 0
        if group and width * (len(group) + 1) > room:
            yield pack(group, longest)
            group = []
        group.append(window)
    if group:
        yield pack(group, longest)


def pack(windows: Sequence[Window], longest: int) -> Batch:
    """Put windows below each other, padded on the right; `longest` is what the model can take."""
    lengths = np.array([len(window.ids) for window in windows], dtype=np.int32)
    ids = np.zeros((len(windows), _padded(int(lengths.max()), longest)), dtype=np.int32)
    for row, window in zip(ids, windows, strict=True):
        row[: len(window.ids)] = window.ids
    return Batch(tuple(windows), ids, lengths)


def _padded(length: int, longest: int) -> int:
    return min(-(-length // LENGTH_STEP) * LENGTH_STEP, longest)


def collect(
    owners: Sequence[int], results: Iterable[tuple[Sequence[int], Vectors]]
) -> Iterator[Finished]:
    """Put the windows of each text together again and give each text when it is whole.

    `owners` says which text each window belongs to; `results` brings vectors with their owners,
    the windows of one text in order.
    """
    missing = Counter(owners)
    rows: dict[int, list[Vectors]] = {}
    for texts, vectors in results:
        for text, vector in zip(texts, vectors, strict=True):
            rows.setdefault(text, []).append(vector)
            missing[text] -= 1
        done = [text for text in dict.fromkeys(texts) if not missing[text]]
        if done:
            yield done, [np.stack(rows.pop(text)) for text in done]
