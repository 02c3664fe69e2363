"""The lines of a document to its headings, paragraphs, lists and tables.

It sees all pages at once, because only the whole tells what the body's size is, which lines
run along the edge of every page, and which sizes are headings of which level.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sartor.knowledge.reading.boxes import EMPTY
from sartor.knowledge.reading.lines import Line, PageLines
from sartor.types import BlockKind

EDGE_LINES = 2  # from the top and the bottom of a page that may be running headers
FEWEST_REPEATS = 3
REPEATED_SHARE = 0.3  # of the pages: headers often differ between left and right pages
HEADING_SIZE = 1.12  # of the body's
LONGEST_HEADING = 200
LONGEST_BOLD_HEADING = 120
LEVELS_BY_SIZE = 5
INDENT = 1.2  # of the size: where a paragraph begins
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]")
_BULLET = re.compile(r"[•◦▪●○■□‣∙*\u2013-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”\u2019)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a page: its text and the steps of its characters."""

    kind: BlockKind
    level: int
    text: str
    boxes: array[int]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size of the body's text, and those of headings, largest first."""

    body: float
    headings: tuple[float, ...]
    bold_body: bool


def running_lines(pages: Sequence[PageLines]) -> dict[str, int]:
    """Return what repeats at the edge of many pages, digits as #, and on how many."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_pattern(line) for line in _edge_lines(page)})
    enough = max(FEWEST_REPEATS, REPEATED_SHARE * len(pages))
    return {pattern: count for pattern, count in seen.items() if count >= enough}


def without_running_lines(page: PageLines, running: dict[str, int]) -> list[Line]:
    """Return the lines of a page that belong to it alone."""
    dropped = {id(line) for line in _edge_lines(page) if _pattern(line) in running}
    return [line for line in page.lines if id(line) not in dropped]


def sizes_of(pages: Sequence[list[Line]]) -> Sizes:
    """Find the body's size by counting characters, and the heading sizes above it."""
    characters: Counter[float] = Counter()
    bold = Counter[bool]()
    for line in (line for page in pages for line in page if not line.table):
        characters[_rounded(line.size)] += len(line.text)
        bold[line.bold] += len(line.text)
    body = characters.most_common(1)[0][0] if characters else 0.0
    larger = {
        _rounded(line.size)
        for page in pages
        for line in page
        if not line.table
        and _rounded(line.size) > HEADING_SIZE * body
        and _may_be_heading(line.text)
    }
    return Sizes(body, tuple(sorted(larger, reverse=True)), bold[True] > bold[False])


def paragraphs_of(lines: Sequence[Line], sizes: Sizes) -> Iterator[Paragraph]:
    """Join the lines of one page to paragraphs."""
    usual_gap = _usual_gap(lines)
    group: list[Line] = []
    edges = {line.column: _edges(lines, line.column) for line in lines}
    for line in lines:
        if line.table:
            if group:
                yield _paragraph(group, sizes)
            group = []
            yield Paragraph("table", 0, line.text, line.boxes)
        elif group and _continues(group, line, usual_gap, edges[group[-1].column]):
            group.append(line)
        else:
            if group:
                yield _paragraph(group, sizes)
            group = [line]
    if group:
        yield _paragraph(group, sizes)


def _edge_lines(page: PageLines) -> list[Line]:
    """Return the first and last lines of a page, where running headers stand, but no titles."""
    lines = [line for line in page.lines if not line.table]
    lines.sort(key=lambda line: line.place.top)
    usual = median(line.size for line in lines) if lines else 0.0
    edge = [*lines[:EDGE_LINES], *lines[EDGE_LINES:][-EDGE_LINES:]]
    return [line for line in edge if line.size <= HEADING_SIZE * usual]


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", " ".join(line.text.split()).casefold())


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _may_be_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and _LETTERS.search(text) is not None


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the usual space between two lines of one column."""
    gaps = [
        below.place.top - above.place.bottom
        for above, below in pairwise(lines)
        if above.column == below.column and not (above.table or below.table)
        and below.place.top > above.place.top
    ]  # fmt: skip
    return median(gaps) if gaps else 0.0


def _edges(lines: Sequence[Line], column: int) -> tuple[float, float]:
    own = [line.place for line in lines if line.column == column and not line.table]
    return min((p.left for p in own), default=0.0), max((p.right for p in own), default=0.0)


def _continues(group: list[Line], line: Line, usual_gap: float, edges: tuple[float, float]) -> bool:
    """Say whether a line goes on with the paragraph above it."""
    last = group[-1]
    if abs(last.size - line.size) > 0.08 * max(last.size, line.size) or last.bold != line.bold:
        return False
    if _BULLET.match(line.text):
        return False
    ended = _SENTENCE_END.search(last.text) is not None
    if last.column != line.column:
        return not ended and line.text[:1].islower()
    height = last.place.bottom - last.place.top
    gap = line.place.top - last.place.bottom
    if gap > max(0.45 * height, usual_gap + 0.3 * height) or gap < -height:
        return False
    if line.place.left > last.place.left + INDENT * line.size and not _BULLET.match(group[0].text):
        return len(group) == 1 and not ended and last.bold
    width = edges[1] - edges[0]
    return not (ended and last.place.right < edges[1] - 0.2 * width)


def _paragraph(group: list[Line], sizes: Sizes) -> Paragraph:
    text, boxes = group[0].text, array("H", group[0].boxes)
    for above, line in pairwise(group):
        if above.cut and line.text[:1].islower():
            text = text[:-1]
            del boxes[4 * len(text) :]
        elif not text.endswith("-"):
            text += " "
            boxes.extend(EMPTY)
        text += line.text
        boxes.extend(line.boxes)
    kind, level = _kind(group, text, sizes)
    return Paragraph(kind, level, text, boxes)


def _kind(group: list[Line], text: str, sizes: Sizes) -> tuple[BlockKind, int]:
    size = _rounded(group[0].size)
    if size in sizes.headings and _may_be_heading(text):
        return "heading", min(LEVELS_BY_SIZE, sizes.headings.index(size) + 1)
    if _is_bold_heading(group, text, sizes):
        return "heading", min(LEVELS_BY_SIZE, len(sizes.headings)) + 1
    return ("list", 1) if _BULLET.match(text) else ("paragraph", 0)


def _is_bold_heading(group: list[Line], text: str, sizes: Sizes) -> bool:
    return (
        group[0].bold
        and not sizes.bold_body
        and len(group) <= 2
        and len(text) <= LONGEST_BOLD_HEADING
        and _rounded(group[0].size) >= sizes.body - 1
        and _LETTERS.search(text) is not None
        and text.rstrip()[-1] not in ".,;"
    )
