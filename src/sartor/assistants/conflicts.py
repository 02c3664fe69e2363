"""Passages that say different things about the same matter -> which of them is newer.

A document's date is looked for in its metadata, its title, its id and its first lines. Two
sentences disagree when they have most words in common and differ in a number, a date or another
few words. Knows no ranking and no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from sartor.errors import NotFound
from sartor.protocols import Library
from sartor.text.dates import dates
from sartor.text.sentences import sentences
from sartor.types import Document, Hit

DATE_KEYS = ("date", "modified", "updated", "effective", "valid_from", "published", "created")
VERSION_KEYS = ("version", "revision", "edition")
HEAD = 300  # characters of a text in which its own date is looked for
SAME_MATTER = 0.6  # share of words that two sentences about one matter have in common at least
FEWEST_WORDS = 3  # in common: shorter sentences are alike by chance
SUBJECT = 3  # words at the start of a sentence that say what it is about
NEGATIONS = frozenset({"not", "no", "never", "without", "nicht", "kein", "keine", "nie", "ohne"})

_WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
_DIGIT = re.compile(r"\d")
_VERSION = re.compile(
    r"(?:\bv|\bversion[ _-]?|\brev(?:ision)?[ _.-]?)(\d+(?:\.\d+)*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Edition:
    """When a document was made, as far as it says: a date, or a version. `shown` is for reading."""

    kind: str
    key: tuple[int, ...]
    shown: str

    def newer_than(self, other: Edition | None) -> bool:
        """Tell whether this is surely newer; a date and a version cannot be compared."""
        return other is not None and self.kind == other.kind and self.key > other.key


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence as words, where it stands, and how many different words without digits it has."""

    words: tuple[str, ...]
    start: int
    end: int
    different: frozenset[str]
    plain: int


def edition(document: Document) -> Edition | None:
    """Find out how old a document is; the surest place first."""
    for key in DATE_KEYS:
        if found := _dated(str(document.metadata.get(key, ""))):
            return found
    for key in VERSION_KEYS:
        if found := _numbered(f"version {document.metadata.get(key, '')}"):
            return found
    places = (document.title, document.id.replace("_", " "), document.text[:HEAD])
    return next((found for place in places if (found := _dated(place) or _numbered(place))), None)


def disagree(left: str, right: str) -> bool:
    """Tell whether two texts hold sentences about one matter that differ in what they say."""
    return rival(left, right) is not None


def rival(left: str, right: str) -> tuple[int, int] | None:
    """Find the sentence of the second text that disagrees with one of the first."""
    if left == right:
        return None
    known = _statements(right)
    same = {statement.words for statement in known}
    for statement in _statements(left):
        if statement.words not in same:
            for other in known:
                if _differ(statement, other):
                    return other.start, other.end
    return None


def superseded(texts: Sequence[str], documents: Sequence[Document]) -> dict[int, int]:
    """Find the texts that a newer one disagrees with: the place of each, and of the newest.

    `documents` are those that the texts stand in, one for each text.
    """
    editions = {document.id: edition(document) for document in documents}
    newest: dict[int, int] = {}
    for place, text in enumerate(texts):
        best = editions[documents[place].id]
        for other, rival in enumerate(texts):
            age = editions[documents[other].id]
            if age is not None and age.newer_than(best) and disagree(text, rival):
                newest[place], best = other, age
    return newest


def outdated(said: Sequence[tuple[str, str]], library: Library) -> set[int]:
    """Find the sentences that newer ones disagree with; each comes with its document's id."""
    documents = {id: library.document(id) for id in {id for _, id in said}}
    return set(superseded([text for text, _ in said], [documents[id] for _, id in said]))


def newer_first(hits: Sequence[Hit], library: Library) -> list[Hit]:
    """Put each hit that a newer one disagrees with right behind that one; show what was folded.

    A search folds passages that are nearly alike into one hit; two versions of a text are just
    that, so a folded passage that disagrees comes back as a hit of its own.
    """
    shown = unfolded(hits, library)
    documents = [library.document(hit.passage.document_id) for hit in shown]
    behind = superseded([hit.passage.text for hit in shown], documents)
    ordered: list[int] = []
    for place in range(len(shown)):
        for one in (behind.get(place, place), place):
            if one not in ordered:
                ordered.append(one)
    return [shown[place] for place in ordered]


def unfolded(hits: Sequence[Hit], library: Library) -> list[Hit]:
    """Give each folded passage that disagrees with its hit a hit of its own."""
    shown: list[Hit] = []
    for hit in hits:
        shown.append(hit)
        for id in hit.folded:
            try:
                passage = library.passage(id)
            except NotFound:  # deleted since the search
                continue
            if disagree(hit.passage.text, passage.text):
                shown.append(replace(hit, passage=passage, folded=()))
    return shown


def _dated(text: str) -> Edition | None:
    found = [date for date in dates(text) if date.year and not date.decade]
    if not found:
        return None
    date = found[0]
    key = (date.year or 0, date.month or 0, date.day or 0)
    return Edition("date", key, "-".join(f"{part:02}" for part in key if part))


def _numbered(text: str) -> Edition | None:
    found = _VERSION.search(text)
    if found is None:
        return None
    return Edition("version", tuple(map(int, found[1].split("."))), f"version {found[1]}")


@lru_cache(maxsize=512)
def _statements(text: str) -> tuple[_Statement, ...]:
    """Cut a text into sentences and words; a passage is compared with many others."""
    found = []
    for start, end in sentences(text):
        words = tuple(_WORD.findall(text[start:end].casefold()))
        different = frozenset(words)
        plain = sum(not _DIGIT.search(word) for word in different)
        found.append(_Statement(words, start, end, different, plain))
    return tuple(found)


def _differ(left: _Statement, right: _Statement) -> bool:
    """Tell whether two sentences are the same but for one place, or for nothing but numbers.

    Sentences that differ in their numbers and elsewhere too ("Berlin opens at 9", "Munich opens at
    10") are about two things, and so are those that differ in their first words.
    """
    common = len(left.different & right.different)
    if common < max(FEWEST_WORDS, SAME_MATTER * max(left.plain, right.plain)):
        return False
    slots = _slots(left.words, right.words)
    if all(_has_digit(here) and _has_digit(there) for _, here, there in slots):
        return bool(slots)
    if len(slots) != 1:
        return False
    start, here, there = slots[0]
    replaced = bool(here and there) and start >= SUBJECT
    return replaced or not NEGATIONS.isdisjoint({*here} ^ {*there})


def _slots(
    left: Sequence[str], right: Sequence[str]
) -> list[tuple[int, Sequence[str], Sequence[str]]]:
    """Find where two sentences differ: the place, and the words of each."""
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(i, left[i:j], right[k:m]) for tag, i, j, k, m in codes if tag != "equal"]


def _has_digit(words: Sequence[str]) -> bool:
    return any(_DIGIT.search(word) for word in words)
