"""The text of a block -> its sentences as a reader sees them, and where they stand.

Links, emphasis and code marks are taken off the words; the span is of the text as it is stored. A
sentence that holds anything but words is left out: no question should quote markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sartor.text.normal import squeeze
from sartor.text.sentences import sentences
from sartor.types import Block

LEAST_WORDS, MOST_WORDS = 4, 45
READ = ("paragraph", "list")  # kinds of blocks that hold sentences

_MARK = re.compile(r"^(?:[-*+•▪◦>]|\(?\d{1,3}[.)]|#{1,6})\s+")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)(?:\{[^}\n]*\})?")
_ANCHOR = re.compile(r"\s*\{\s*[#.:][^}\n]*\}")
_FOOTNOTE = re.compile(r"\[\^?\w{1,3}\]")
_EMPHASIS = re.compile(r"(\*{1,3}|`{1,2})(?=\S)(.+?)(?<=\S)\1")
_ODD = re.compile(r"[{}<>|#\\=_*`\[\]]|//|\.\.\.|…|::")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence without markup, and the span of the document that it was."""

    text: str
    start: int
    end: int


def lines(text: str, blocks: Sequence[Block]) -> Iterator[Line]:
    """Give the plain sentences of a document's prose, in order."""
    for block in blocks or (Block("paragraph", 0, len(text)),):
        if block.kind in READ:
            yield from _of_block(text, block)


def plain(text: str) -> str:
    """Take links, emphasis, code marks and footnote marks off a text."""
    bare = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
    return squeeze(_FOOTNOTE.sub("", _ANCHOR.sub("", bare)))


def _of_block(text: str, block: Block) -> Iterator[Line]:
    piece = text[block.start : block.end]
    for first, last in sentences(piece):
        mark = _MARK.match(piece[first:last])
        start = block.start + first + (mark.end() if mark else 0)
        end = block.start + last
        words = plain(text[start:end])
        if _readable(words):
            yield Line(words, start, end)


def _readable(sentence: str) -> bool:
    if _ODD.search(sentence) or not sentence.endswith((".", "。")) or "?" in sentence:
        return False
    if sentence.count('"') % 2 or sentence.count("(") != sentence.count(")"):
        return False
    if _UNSPACED.search(sentence):
        return 10 <= len(sentence) <= 120
    return sentence[:1].isupper() and LEAST_WORDS <= len(sentence.split()) <= MOST_WORDS
