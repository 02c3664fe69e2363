"""Text -> the places where a unit of it may be cut, coarse ones first.

Each finder gives positions at which a new passage could begin, in order, the unit's own beginning
left out. Which finders suit which kind of block is the table at the end. Sizes are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from sartor.text.sentences import sentences
from sartor.types import BlockKind

Finder = Callable[[str, int, int], list[int]]

_BLANK_LINES = re.compile(r"\n(?:[ \t\r]*\n)+")
_CLOSED_LINE = re.compile(r"[.!?:;…。！？।۔\"”’)\]][ \t\r]*\n")  # noqa: RUF001
_LINES = re.compile(r"\n")
_WRAPPED = 120  # characters; text whose lines are longer on average is not wrapped at a margin
_LONGEST_TITLE = 80


def blank_lines(text: str, start: int, end: int) -> list[int]:
    """Find what follows a blank line."""
    return [found.end() for found in _BLANK_LINES.finditer(text, start, end)]


def closing_lines(text: str, start: int, end: int) -> list[int]:
    """Find what follows a line that ends a paragraph, in text without blank lines.

    Where lines are wrapped, those that end as sentences do; where they are not, all but titles: a
    short line without a stop belongs to what follows.
    """
    found = [start, *lines(text, start, end)]
    if end - start < _WRAPPED * len(found):
        return [line.end() for line in _CLOSED_LINE.finditer(text, start, end)]
    return [after for before, after in pairwise(found) if not _is_title(text[before:after])]


def _is_title(line: str) -> bool:
    return len(line) < _LONGEST_TITLE and not _CLOSED_LINE.search(line)


def lines(text: str, start: int, end: int) -> list[int]:
    """Find the lines: rows of a table, items of a list, statements of code."""
    return [found.end() for found in _LINES.finditer(text, start, end)]


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Find the sentences after the first."""
    return [start + first for first, _ in sentences(text[start:end])[1:]]


FINDERS: dict[BlockKind, tuple[Finder, ...]] = {
    "heading": (sentence_starts,),
    "paragraph": (blank_lines, closing_lines, sentence_starts),
    "list": (blank_lines, lines, sentence_starts),
    "table": (lines,),
    "code": (blank_lines, lines),
}
RUNGS = max(map(len, FINDERS.values()))
