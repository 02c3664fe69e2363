"""Splitting into runs of whole sentences.

A reading and a token counter go in, spans come out. A sentence that is too long for a passage is
cut between words; apart from that none is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sartor.knowledge.splitting.outline import Unit, outline
from sartor.knowledge.splitting.ruler import Ruler, measure
from sartor.knowledge.splitting.scissors import Scissors
from sartor.protocols import TokenCounter
from sartor.text.sentences import sentences
from sartor.types import Reading, Span


class SentenceSplitter:
    """Pack sentences up to `size` tokens, repeating up to `overlap` tokens of whole ones."""

    def __init__(self, size: int, overlap: int) -> None:
        self.version = f"sentences-1 {size}/{overlap}"  # names what decides the spans
        self._size = size
        self._overlap = overlap

    def split(self, reading: Reading, counter: TokenCounter) -> list[Span]:
        """Cut a reading into passages of whole sentences."""
        ruler, parts = measure(reading.text, counter), outline(reading)
        made = (parts.span(start, end) for start, end in self._packed(ruler))
        return [span for span in made if span]

    def _packed(self, ruler: Ruler) -> Iterator[tuple[int, int]]:
        pieces = list(_pieces(ruler, self._size))
        first = 0
        for place, (_, end) in enumerate(pieces):
            if ruler.tokens(pieces[first][0], end) > self._size and place > first:
                yield pieces[first][0], pieces[place - 1][1]
                first = self._next_first(ruler, pieces, first, place)
        if pieces:
            yield pieces[first][0], pieces[-1][1]

    def _next_first(
        self, ruler: Ruler, pieces: Sequence[tuple[int, int]], first: int, place: int
    ) -> int:
        """Choose the earliest sentence to repeat that leaves room for the next one."""
        for candidate in range(first + 1, place):
            repeated = ruler.tokens(pieces[candidate][0], pieces[place - 1][1])
            total = ruler.tokens(pieces[candidate][0], pieces[place][1])
            if repeated <= self._overlap and total <= self._size:
                return candidate
        return place


def _pieces(ruler: Ruler, size: int) -> Iterator[tuple[int, int]]:
    for start, end in sentences(ruler.text):
        yield from Scissors(ruler, (Unit("heading", start, end),), size).pieces(start, end)
