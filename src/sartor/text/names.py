"""Text -> the names in it: of people, places, things, products, genes; and codes like "HTTP/2".

A name is a run of words that begin with a capital where nothing forces one, or a word with inner
capitals or digits. It knows spelling only; German writes every noun like a name, so that there only
codes and runs of several capitals count.
"""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_PART = r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я][\w’'&]*(?:[-–/][\w’']+)*\.?)"
_RUN = re.compile(rf"\b{_PART}(?:\s(?:(?:of|de|van|von|der|la|&)\s)?{_PART})*")
_CODE = re.compile(r"\b(?=\w*[a-zA-Z])(?=\w*(?:\d|[a-z][A-Z]|[A-Z]{2}))[\w]+(?:[-/.]\w+)*\b")
_TITLED = re.compile(r"[^\W\d_][^\W\d_A-Z]+[.,]?(?:['’]s)?")
_WORD = re.compile(r"[^\W_]+(?:[-–][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as `text[start:end]` spells it, and its words in lower case."""

    text: str
    words: tuple[str, ...]
    start: int
    end: int


def names(text: str, *, small: Collection[str] = (), nouns_capital: bool = False) -> list[Name]:
    """Find the names of one sentence, in order; `small` words never are names.

    The first word of a sentence counts only where another name word follows it, or its spelling
    shows it: what "Paris" is cannot be seen there.
    """
    found: dict[int, Name] = {}
    if not nouns_capital:
        for run in _RUN.finditer(text):
            name = _trimmed(text, run.start(), run.end(), small)
            if name:
                found[name.start] = name
    covered = [(name.start, name.end) for name in found.values()]
    for code in _CODE.finditer(text):
        if not any(start <= code.start() < end for start, end in covered):
            found[code.start()] = _name(text, code.start(), code.end())
    return [found[start] for start in sorted(found)]


def _trimmed(text: str, start: int, end: int, small: Collection[str]) -> Name | None:
    """Cut small words off the front of a run; None where nothing proves a name."""
    first = not re.search(r"\w", text[:start])
    parts = list(re.finditer(r"\S+", text[start:end]))
    while parts and parts[0].group().strip(".,'’").lower() in small:
        parts, first = parts[1:], False
    if not parts:
        return None
    if first and len(parts) > 1 and not _TITLED.fullmatch(parts[1].group()):
        parts = parts[1:]  # "Active Ly49Q": a code does not make a name of the word before it
        first = False
    begin = start + parts[0].start()
    if first and len(parts) == 1 and not _CODE.fullmatch(parts[0].group()):
        return None
    return _name(text, begin, end)


def _name(text: str, start: int, end: int) -> Name:
    while end > start and not text[end - 1].isalnum():
        end -= 1
    piece = re.sub(r"['’]s\b", "", text[start:end])
    return Name(piece, tuple(word.lower() for word in _WORD.findall(piece)), start, end)
