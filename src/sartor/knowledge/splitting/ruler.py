"""Text -> a ruler that converts between characters and tokens.

The text is tokenised once, in slices, and only where its tokens start is kept: every later
question is a binary search. It knows nothing about structure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import sub

from sartor.protocols import TokenCounter

_SLICE = 20_000  # characters handed to the tokenizer as one text
_BATCH = 64  # slices in one call, which a tokenizer may spread over threads
# Tokenizers call a megabyte without spaces one unknown token. Stretches without a token start
# longer than this are measured as if they had one every _STRIDE characters.
_LONGEST = 64
_STRIDE = 8


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where the tokens of a text start, as character positions in order."""

    text: str
    starts: array[int]

    def tokens(self, start: int, end: int) -> int:
        """Count the tokens that start in `text[start:end]`."""
        return self.before(end) - self.before(start)

    def before(self, position: int) -> int:
        """Count the tokens that start before a character."""
        return bisect_left(self.starts, position)

    def place(self, token: int) -> int:
        """Say at which character a token starts; beyond the tokens it is an end of the text."""
        if token < 0:
            return 0
        return self.starts[token] if token < len(self.starts) else len(self.text)


def measure(text: str, counter: TokenCounter) -> Ruler:
    """Tokenise a text and lay the ruler."""
    starts = array("Q")
    slices = list(_slices(text))
    for first in range(0, len(slices), _BATCH):
        batch = slices[first : first + _BATCH]
        counted = counter.token_spans([text[start:end] for start, end in batch])
        for (start, end), spans in zip(batch, counted, strict=True):
            starts.extend(_even([start + token for token, _ in spans], start, end))
    return Ruler(text, starts)


def _slices(text: str) -> Iterator[tuple[int, int]]:
    """Cut the text at line ends or spaces, which no token crosses, or where neither is near."""
    start = 0
    while len(text) - start > _SLICE:
        limit = start + _SLICE
        end = max(text.rfind("\n", start + _SLICE // 2, limit), 0)
        end = end or max(text.rfind(" ", start + _SLICE // 2, limit), 0)
        yield start, end or limit
        start = end or limit
    yield start, len(text)


def _even(starts: list[int], start: int, end: int) -> list[int]:
    """Fill stretches that are too long to be one token."""
    edges = [start, *starts, end]
    if max(map(sub, edges[1:], edges)) <= _LONGEST:
        return starts
    filled: list[int] = []
    for before, after in pairwise(edges):
        long = after - before > _LONGEST
        filled.extend(range(before, after, _STRIDE) if long else [before])
    return filled if starts[:1] != [start] else filled[1:]
