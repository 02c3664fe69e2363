"""Plain text: paragraphs by blank lines, headings only where they are unmistakable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sartor.knowledge.reading.composing import complete
from sartor.knowledge.reading.decoding import read_text
from sartor.protocols import ReadOptions
from sartor.types import Block, Reading

LONGEST_HEADING = 80
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")  # lines up to a blank one
_UNDERLINE = re.compile(r"(=+|-+|~+)[^\S\n]*")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?[^\S\n]+[^\W\d_][^\n]*")


class PlainReader:
    """Read a text file as it is, but for its line ends."""

    version = "1"
    suffixes = (".txt", ".text", ".log")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading]:
        """Yield the one document of the file."""
        decoded = read_text(path, options.max_characters)
        text = decoded.text
        yield complete(Reading(text, tuple(paragraphs(text)), notes=(decoded.note,)), options)


def paragraphs(text: str) -> Iterator[Block]:
    """Yield the paragraphs and headings of a plain text."""
    for found in _PARAGRAPH.finditer(text):
        yield from _blocks(text, found.start(), found.start() + len(found[0].rstrip()))


def _blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """Split an underlined heading off a paragraph, or recognise a numbered one."""
    first, _, rest = text[start:end].partition("\n")
    underline, _, _ = rest.partition("\n")
    if _is_underlined(first, underline):
        yield Block("heading", start, start + len(first.rstrip()), 1 if underline[0] == "=" else 2)
        after = start + len(first) + 1 + len(underline)
        body = text[after:end].lstrip()
        if body:
            yield Block("paragraph", end - len(body), end)
    elif not rest and (level := _numbered_level(first)):
        yield Block("heading", start, end, level)
    else:
        yield Block("paragraph", start, end)


def _is_underlined(line: str, underline: str) -> bool:
    return (
        3 <= len(line.strip()) <= LONGEST_HEADING
        and _UNDERLINE.fullmatch(underline) is not None
        and abs(len(underline.strip()) - len(line.strip())) <= 2
    )


def _numbered_level(line: str) -> int:
    """Return the depth of "2.1 Scope" on a line of its own, 0 for anything else."""
    found = _NUMBERED.fullmatch(line.strip())
    if not found or len(line) > LONGEST_HEADING or line.rstrip()[-1] in ".,;:!?":
        return 0
    title = line.strip()[len(found[1]) :].lstrip(". \t")
    return min(6, found[1].count(".") + 1) if title[0].isupper() else 0
