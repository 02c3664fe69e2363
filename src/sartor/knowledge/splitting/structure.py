"""The default way to split: along headings, blocks and sentences, never over the size.

A reading and a token counter go in, spans come out. Sections are kept apart, tables and code whole
where they fit; inside a section the cuts are those of `scissors`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.knowledge.splitting.outline import Outline, outline
from sartor.knowledge.splitting.ruler import Ruler, measure
from sartor.knowledge.splitting.scissors import Scissors
from sartor.protocols import TokenCounter
from sartor.types import Reading, Span

_TINY = 8  # a section under 1/8 of the size shares a passage with its neighbour


class StructureSplitter:
    """Split along the structure of the text; `size` and `overlap` are tokens of the embedder."""

    def __init__(self, size: int, overlap: int) -> None:
        self.version = f"structure-1 {size}/{overlap}"  # names what decides the spans
        self._size = size
        self._overlap = overlap

    def split(self, reading: Reading, counter: TokenCounter) -> list[Span]:
        """Cut a reading into passages."""
        ruler = measure(reading.text, counter)
        parts = outline(reading)
        scissors = Scissors(ruler, parts.units, self._size - self._overlap)
        spans: list[Span] = []
        for start, end in _runs(parts, ruler, self._size // _TINY):
            for first, last in scissors.pieces(start, end):
                begin = scissors.reach_back(first, start, self._overlap)
                if span := parts.span(begin, last):
                    spans.append(span)
        return spans


def _runs(parts: Outline, ruler: Ruler, least: int) -> Iterator[tuple[int, int]]:
    """Join tiny sections with their neighbours; between the results no passage passes."""
    sizes = [ruler.tokens(section.start, section.end) for section in parts.sections]
    start = 0
    for place, section in enumerate(parts.sections):
        last = place + 1 == len(sizes)
        if last or (sizes[place] >= least and sizes[place + 1] >= least):
            yield start, section.end
            start = section.end
