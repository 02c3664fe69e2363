"""Markdown: the text stays exactly as it is (but for line ends), a scan finds its blocks.

A line scanner, not a CommonMark parser: offsets must be exact and hostile input must cost no
more than its length. Front matter becomes metadata and a code block, so that it can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sartor.knowledge.reading.composing import complete
from sartor.knowledge.reading.decoding import read_text
from sartor.protocols import ReadOptions
from sartor.types import Block, BlockKind, Reading

FRONT_MATTER_LINES = 200
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_CLOSING_HASHES = re.compile(r"[ \t]+#+$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_FRONT_KEY = re.compile(r"([A-Za-z][\w-]*)[ \t]*[:=][ \t]*(\S.*)$")
_FRONT_FIELDS = {
    "author": "author",
    "authors": "author",
    "date": "created",
    "lastmod": "modified",
    "updated": "modified",
    "description": "description",
}


class MarkdownReader:
    """Read a Markdown file as it is and say where its blocks stand."""

    version = "1"
    suffixes = (".md", ".markdown", ".mdown", ".mkd", ".mdx")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading]:
        """Yield the one document of the file."""
        decoded = read_text(path, options.max_characters)
        text = decoded.text
        front = front_matter(text)
        blocks = list(scan(text))
        found = Reading(
            text,
            tuple(blocks),
            title=front.get("title", "") or _first_heading(text, blocks),
            metadata={_FRONT_FIELDS[key]: front[key] for key in _FRONT_FIELDS if key in front},
            notes=(decoded.note, *_hidden(text)),
        )
        yield complete(found, options)


def front_matter(text: str) -> dict[str, str]:
    """Return the flat `key: value` lines of a front matter, keys in lower case."""
    lines = text[: _front_matter_end(text)].split("\n")[1:-1]
    found = [match for line in lines if (match := _FRONT_KEY.match(line))]
    return {match[1].lower(): match[2].strip().strip("\"'") for match in found}


def scan(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text in order."""
    start = _front_matter_end(text)
    if start:
        yield Block("code", 0, len(text[:start].rstrip()))
    scanner = _Scanner(_lines(text, start))
    scanner.run()
    yield from scanner.blocks


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()

    @property
    def end(self) -> int:
        return self.start + len(self.text.rstrip())

    @property
    def first(self) -> int:
        return self.start + len(self.text) - len(self.text.lstrip())

    @property
    def indent(self) -> int:
        return len(self.text.expandtabs(4)) - len(self.text.expandtabs(4).lstrip())


def _lines(text: str, start: int) -> list[_Line]:
    lines = []
    for line in text[start:].split("\n"):
        lines.append(_Line(line, start))
        start += len(line) + 1
    return lines


@dataclass(slots=True)
class _Scanner:
    """Walk over the lines; each method that takes a block moves `at` past it."""

    lines: list[_Line]
    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)  # of the open list items, outermost first

    def run(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.blank:
                self.at += 1
            elif self._take_item(line):
                pass
            elif not (self.indents and line.indent > self.indents[0]):
                self.indents.clear()
                self._take_block(line)
            else:
                self._take_block(line)

    def _take_block(self, line: _Line) -> None:
        if _FENCE.match(line.text.lstrip() if self.indents else line.text):
            self._take_fence(line)
        elif _HEADING.match(line.text):
            self._take_heading(line)
        elif _RULE.match(line.text):
            self.at += 1
        elif line.indent >= 4 and not self.indents:
            self._take_indented_code()
        elif self._starts_table():
            self._take_table()
        else:
            self._take_paragraph()

    def _add(self, kind: BlockKind, start: int, end: int, level: int = 0) -> None:
        if end > start:
            self.blocks.append(Block(kind, start, end, level))

    def _take_heading(self, line: _Line) -> None:
        opening = _HEADING.match(line.text)
        assert opening is not None  # noqa: S101 - the caller has just matched it
        words = _CLOSING_HASHES.sub("", line.text[opening.end() :].rstrip()).rstrip()
        start = line.start + opening.end()
        if not set(words) <= {"#"}:
            self._add("heading", start, start + len(words), len(opening[1]))
        self.at += 1

    def _take_fence(self, line: _Line) -> None:
        fence = line.text.strip()
        mark = fence[0] * (len(fence) - len(fence.lstrip(fence[0])))
        last = self.at + 1
        while last < len(self.lines) and not _closes(self.lines[last].text, mark):
            last += 1
        last = min(last, len(self.lines) - 1)
        while self.lines[last].blank:
            last -= 1
        self._add("code", line.first, max(self.lines[last].end, line.end))
        self.at = last + 1

    def _take_indented_code(self) -> None:
        first = last = self.at
        while self.at < len(self.lines) and (
            self.lines[self.at].blank or self.lines[self.at].indent >= 4
        ):
            last = last if self.lines[self.at].blank else self.at
            self.at += 1
        self._add("code", self.lines[first].first, self.lines[last].end)

    def _starts_table(self) -> bool:
        if self.at + 1 >= len(self.lines) or "|" not in self.lines[self.at].text:
            return False
        below = self.lines[self.at + 1].text
        return "|" in below and "-" in below and _DELIMITER_ROW.match(below) is not None

    def _take_table(self) -> None:
        first = self.at
        while self.at < len(self.lines) and "|" in self.lines[self.at].text:
            self.at += 1
        self._add("table", self.lines[first].first, self.lines[self.at - 1].end)

    def _take_paragraph(self) -> None:
        first = self.at
        self.at += 1
        while self.at < len(self.lines) and not self._interrupts(self.lines[self.at]):
            underline = _SETEXT.match(self.lines[self.at].text)
            if underline:
                level = 1 if underline[1][0] == "=" else 2
                self._add("heading", self.lines[first].first, self.lines[self.at - 1].end, level)
                self.at += 1
                return
            self.at += 1
        self._add("paragraph", self.lines[first].first, self.lines[self.at - 1].end)

    def _interrupts(self, line: _Line) -> bool:
        if line.blank or _HEADING.match(line.text) or _FENCE.match(line.text):
            return True
        if _ITEM.match(line.text) and not _SETEXT.match(line.text):
            return True
        return self._starts_table()

    def _take_item(self, line: _Line) -> bool:
        """Take one list item with the lines that continue it; its level is its nesting depth."""
        item = _ITEM.match(line.text)
        if not item or _RULE.match(line.text) or (line.indent >= 4 and not self.indents):
            return False
        while self.indents and self.indents[-1] >= line.indent:
            self.indents.pop()
        self.indents.append(line.indent)
        last = self.at
        self.at += 1
        while self.at < len(self.lines) and not self._interrupts(self.lines[self.at]):
            last = self.at
            self.at += 1
        self._add("list", line.first, self.lines[last].end, len(self.indents))
        return True


def _closes(line: str, mark: str) -> bool:
    stripped = line.strip()
    return stripped.startswith(mark) and not stripped.strip(mark[0])


def _front_matter_end(text: str) -> int:
    """Return where the front matter ends, 0 when there is none."""
    fence = text[:4]
    if fence not in ("---\n", "+++\n"):
        return 0
    at = 4
    for _ in range(FRONT_MATTER_LINES):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if line.rstrip() == fence[:3]:
            return at + len(line)
        if end < 0:
            return 0
        at = end + 1
    return 0


def _first_heading(text: str, blocks: list[Block]) -> str:
    first = next((block for block in blocks if block.kind == "heading"), None)
    return text[first.start : first.end] if first and first.level == 1 else ""


def _hidden(text: str) -> list[str]:
    comments = [comment for comment in _COMMENT.findall(text) if len(comment.split()) >= 3]
    if not comments:
        return []
    shown = " ".join(comments[0].split())[:80]
    return [f"hidden text: {len(comments)} HTML comments, the first: {shown!r}"]
