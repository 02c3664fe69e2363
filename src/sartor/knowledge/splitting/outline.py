"""A reading -> its units and sections, and spans that know where they stand in it.

A reader's blocks leave out the markup between them ("## ", "| ", a closing fence). Here each block
grows into a unit, so that the units follow each other without a gap and nothing is lost. Sections
run from one heading to the next. It knows nothing about sizes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import takewhile

from sartor.types import Block, BlockKind, Page, Reading, Span

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

# How well two units may be parted, worst first. A heading is never parted from what is under it.
NO_BORDER, ITEM, BLOCK, PAGE, SECTION = range(5)


@dataclass(frozen=True, slots=True)
class Unit:
    """A block with the markup around it; `border` says how well it parts from the one before."""

    kind: BlockKind
    start: int
    end: int
    border: int = NO_BORDER


@dataclass(frozen=True, slots=True)
class Section:
    """The text from a heading to the next one, and the headings above and at its start."""

    start: int
    end: int
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The units and sections of a reading, in order, both covering all of its text."""

    text: str
    units: tuple[Unit, ...]
    sections: tuple[Section, ...]
    pages: tuple[Page, ...]

    def span(self, start: int, end: int) -> Span | None:
        """Make a passage's span: no outer white space, its headings, its page; None if blank."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if start >= end:
            return None
        return Span(start, end, self._headings(start, end), _page(self.pages, start, end))

    def _headings(self, start: int, end: int) -> tuple[str, ...]:
        """Give the headings that stand above all of the span."""
        first = max(0, _last_at(self.sections, start))
        last = max(0, _last_at(self.sections, end - 1))
        shared = self.sections[first].headings
        for section in self.sections[first + 1 : last + 1]:
            same = takewhile(
                lambda pair: pair[0] == pair[1], zip(shared, section.headings, strict=False)
            )
            shared = tuple(words for words, _ in same)
        return shared


def outline(reading: Reading) -> Outline:
    """Find the units and sections of a reading; a text without blocks is one paragraph."""
    text = reading.text
    blocks = reading.blocks or (Block("paragraph", 0, len(text)),)
    units = tuple(_units(text, blocks, {page.start for page in reading.pages}))
    return Outline(text, units, tuple(_sections(text, blocks, units)), reading.pages)


def section_of(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """Find the smallest section that holds a span: its heading and all below it.

    For searching small and reading large. Without such a heading it is everything there is.
    """
    if not blocks:
        return start, end
    last = max(end, blocks[-1].end)
    anchor = next((block.start for block in blocks if block.end > start), start)
    ends: dict[int, int] = {}  # level -> where a section of that level ends, seen from behind
    for block in reversed(blocks):
        if block.kind != "heading":
            continue
        section_end = min((ends[level] for level in ends if level <= block.level), default=last)
        if block.start <= anchor and end <= section_end:
            return min(start, block.start), section_end
        ends[block.level] = block.start
    return min(start, blocks[0].start), last


def _units(text: str, blocks: Sequence[Block], page_starts: Set[int]) -> Iterator[Unit]:
    start, border = 0, NO_BORDER
    for block, following in zip(blocks, (*blocks[1:], None), strict=True):
        if following is None:
            yield Unit(block.kind, start, len(text), border)
            return
        end = _parting(text, block.end, following.start)
        yield Unit(block.kind, start, end, border)
        on_new_page = following.start in page_starts or end in page_starts
        start, border = end, _border(block, following, on_new_page=on_new_page)


def _parting(text: str, end: int, start: int) -> int:
    """Divide what lies between two blocks: at its first blank line, or where a line begins."""
    blank = _BLANK_LINE.search(text, end, start)
    if blank:
        return blank.end()
    line = text.rfind("\n", end, start)
    return line + 1 if line >= 0 else start


def _border(before: Block, block: Block, *, on_new_page: bool) -> int:
    if before.kind == "heading" and not (block.kind == "heading" and block.level <= before.level):
        return NO_BORDER
    if block.kind == "heading":
        return SECTION
    if on_new_page:
        return PAGE
    return ITEM if block.kind == "list" else BLOCK


def _sections(text: str, blocks: Sequence[Block], units: Sequence[Unit]) -> Iterator[Section]:
    start = 0
    path: list[tuple[int, str]] = []
    for block, unit in zip(blocks, units, strict=True):
        if block.kind != "heading":
            continue
        if unit.border == SECTION and unit.start > start:
            yield Section(start, unit.start, tuple(words for _, words in path))
            start = unit.start
        path = [(level, words) for level, words in path if level < block.level]
        path.append((block.level, " ".join(text[block.start : block.end].split())))
    yield Section(start, len(text), tuple(words for _, words in path))


def _page(pages: Sequence[Page], start: int, end: int) -> int:
    """Name the page that holds most of the span, the earlier of equals; 0 without pages."""
    best, most = 0, 0
    for page in pages[max(0, _last_at(pages, start)) :]:
        if page.start >= end:
            break
        held = min(end, page.end) - max(start, page.start)
        if held > most or not best:
            best, most = page.number, held
    return best


def _last_at(parts: Sequence[Section] | Sequence[Page], position: int) -> int:
    return bisect_right(parts, position, key=lambda part: part.start) - 1
