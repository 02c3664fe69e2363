"""Splitting into windows of equal length, as most recipes do.

A reading and a token counter go in, spans come out. The text's structure decides nothing here but
the headings and the page that each span is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.knowledge.splitting.outline import outline
from sartor.knowledge.splitting.ruler import Ruler, measure
from sartor.protocols import TokenCounter
from sartor.types import Reading, Span

_LONGEST_WORD = 64  # characters; an edge in a longer one stays where it is


class TokenSplitter:
    """Cut windows of `size` tokens, each sharing `overlap` tokens with the one before."""

    def __init__(self, size: int, overlap: int) -> None:
        self.version = f"tokens-1 {size}/{overlap}"  # names what decides the spans
        self._size = size
        self._overlap = overlap

    def split(self, reading: Reading, counter: TokenCounter) -> list[Span]:
        """Cut a reading into windows whose edges lie between words."""
        ruler, parts = measure(reading.text, counter), outline(reading)
        made = (parts.span(start, end) for start, end in self._windows(ruler))
        return [span for span in made if span]

    def _windows(self, ruler: Ruler) -> Iterator[tuple[int, int]]:
        start = 0
        while ruler.tokens(start, len(ruler.text)) > self._size:
            end = _snap(ruler, ruler.before(start) + self._size, after=start)
            yield start, end
            shared = _snap(ruler, ruler.before(end) - self._overlap, after=start)
            start = shared if shared > start else end  # a snapped window may be shorter than that
        yield start, len(ruler.text)


def _snap(ruler: Ruler, token: int, *, after: int) -> int:
    """Say where the word of a token starts, if that is further on, or else the token itself."""
    place = ruler.place(token)
    for start in range(place, max(after, place - _LONGEST_WORD), -1):
        if ruler.text[start - 1].isspace():
            return start
    return place
