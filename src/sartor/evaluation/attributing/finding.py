"""A text and what was expected -> the places where it stands.

Found are the same words (case, accents, width and white space made equal) and the same number or
date in another spelling. Offsets are those of the text as it is. Knows nothing about meaning.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sartor.evaluation.measures.amounts import stated
from sartor.evaluation.measures.phrases import length_in_words
from sartor.evaluation.measures.polarity import expected_polarity
from sartor.text import dates, numbers
from sartor.text.names import names
from sartor.text.normal import fold
from sartor.text.scripts import UNSPACED_CLASS

Place = tuple[int, int]

SHORT = 8  # words up to which an expected text is looked for as it is written
MOSTLY = 0.5  # share of a text that a bare number must be, to stand for all of it
LARGE = 100  # a number from here on is hardly there by chance
SMALL = 12  # a bare number up to here may be counted out of a list: its absence proves nothing
GARBLED = 0.1  # share of characters that no document has

_LETTER = re.compile(rf"[^\W{UNSPACED_CLASS}]")  # of a script that puts spaces between words
_FRACTION_BEFORE, _FRACTION_BEHIND = re.compile(r"\d[.,]\Z"), re.compile(r"[.,]\d")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w{4,}|[\u3040-\u9fff]")
_BROKEN = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|\(cid:\d+\)")

Amount = numbers.Quantity | dates.Date


@dataclass(frozen=True, slots=True)
class Key:
    """A part of an expected text that any wording of it must have."""

    text: str
    amount: Amount | None = None


class Searchable:
    """A text that expected texts are looked for in; what that takes is worked out once."""

    def __init__(self, text: str) -> None:
        self.text = text

    def places(self, expected: Sequence[str]) -> tuple[Place, ...]:
        """Give every place where one of the expected texts stands, in order."""
        return tuple(sorted({place for one in expected for place in self._places(one)}))

    def _places(self, expected: str) -> list[Place]:
        """Find a text as it is written; else, if all its keys are there, the rarest of them."""
        verbatim = list(self._verbatim(expected))
        if verbatim:
            return verbatim
        found = [[*self._verbatim(key.text), *self._respelled(key)] for key in keys(expected)]
        return min(found, key=len) if found and all(found) else []

    def _verbatim(self, expected: str) -> Iterator[Place]:
        folded, offsets = self._folded
        for start, end in _whole(_pattern(expected), folded):
            yield (offsets[start], offsets[end - 1] + 1) if offsets else (start, end)

    def _respelled(self, key: Key) -> Iterator[Place]:
        """Find other spellings of a date or a number."""
        amount = key.amount
        if isinstance(amount, dates.Date):
            days = (
                one
                for one in self._dates
                if (one.year or not amount.year) and dates.agree(amount, one)
            )
            yield from ((one.start, one.end) for one in days)
        elif amount:
            same = (one for one in self._quantities if _same(amount, one))
            yield from ((one.start, one.end) for one in same)

    @cached_property
    def _folded(self) -> tuple[str, Sequence[int]]:
        """Fold each character by itself; offsets are empty where none moves."""
        offsets = array("I")
        if self.text.isascii():
            return self.text.lower(), offsets
        folded: list[str] = []
        for place, char in enumerate(self.text):
            plain = _folded_char(char)
            folded.append(plain)
            offsets.extend([place] * len(plain))
        return "".join(folded), offsets

    @cached_property
    def _quantities(self) -> list[numbers.Quantity]:
        return numbers.quantities(self.text)

    @cached_property
    def _dates(self) -> list[dates.Date]:
        return dates.dates(self.text)


@lru_cache(maxsize=256)
def keys(expected: str) -> tuple[Key, ...]:
    """Find what a text can be recognised by in other words: its numbers, dates and full names."""
    days = [day for day in dates.dates(expected) if day.month]  # "1931" may also be a number
    numerals = [
        one
        for one in numbers.quantities(expected)
        if _tells(one, expected)
        and not any(day.start < one.end and one.start < day.end for day in days)
    ]
    amounts: list[Amount] = [*days, *numerals]
    in_words = bool(amounts) or length_in_words(expected) > SHORT
    full_names = [one for one in names(expected) if len(one.words) > 1 and in_words]
    return (
        *(Key(expected[one.start : one.end], one) for one in amounts),
        *(Key(one.text) for one in full_names),
    )


def absent(expected: Sequence[str], region: Searchable, document: Searchable) -> bool:
    """Tell whether it is certain that the expected text is not in a region of a document.

    What has keys is absent when none of them stands in the document. Of other texts only short
    ones can be told, since long ones may be said in other words; in a given span they are absent
    when not one of their words is there.
    """
    return bool(expected) and all(_absent(one, region, document) for one in expected)


def _absent(expected: str, region: Searchable, document: Searchable) -> bool:
    known = keys(expected)
    if document.places([expected, *(key.text for key in known)]):
        return False
    if known:
        return not any(_countable(key.amount) or _bare(key, document) for key in known)
    if expected_polarity(expected) or not 0 < length_in_words(expected) <= SHORT:
        return False
    here = set(_WORD.findall(fold(region.text)))
    return region is document or here.isdisjoint(_WORD.findall(fold(expected)))


def garbled(text: str) -> bool:
    """Tell whether much of a text is characters that stand for a failure to read."""
    broken = sum(len(found) for found in _BROKEN.findall(text))
    return broken > GARBLED * len(text.strip())


def _countable(amount: Amount | None) -> bool:
    """Tell a bare number that may be the outcome of counting what the document lists."""
    return isinstance(amount, numbers.Quantity) and not amount.unit and max(amount.values) <= SMALL


def _bare(key: Key, document: Searchable) -> bool:
    """Tell whether the number stands there without its unit: that may be in the head of a table."""
    number = _DIGITS.search(key.text)
    return number is not None and bool(document.places([number.group()]))


def _tells(amount: numbers.Quantity, text: str) -> bool:
    """Tell whether a text is about an amount: it has a unit, is large, or is most of the text."""
    mostly = amount.end - amount.start > MOSTLY * len(text.strip())
    return bool(amount.unit) or mostly or max(amount.values) >= LARGE


def _same(claimed: numbers.Quantity, said: numbers.Quantity) -> bool:
    """Tell whether two quantities are one; small bare numbers may be spelled out, no more."""
    tells = claimed.unit or claimed.digits != said.digits or max(claimed.values) >= LARGE
    return bool(tells) and stated(claimed, [said])


@lru_cache(maxsize=20_000)
def _folded_char(char: str) -> str:
    return " " if char.isspace() else fold(char)


@lru_cache(maxsize=256)
def _pattern(expected: str) -> re.Pattern[str] | None:
    words = "".join(map(_folded_char, expected)).strip(" .").split()
    return re.compile(r"\s+".join(map(re.escape, words))) if words else None


def _whole(pattern: re.Pattern[str] | None, text: str) -> Iterator[Place]:
    """Find whole words; where a script has no spaces, any place will do.

    The ends are looked at here: in each pattern they would take longer to compile than to find.
    """
    found = pattern.search(text) if pattern else None
    while pattern and found:
        start, end = found.span()
        whole = _begins(text, start) and _ends(text, end)
        if whole:
            yield start, end
        found = pattern.search(text, end if whole else start + 1)


def _begins(text: str, start: int) -> bool:
    """Tell whether no word and no number goes on at a place."""
    if not start or not _LETTER.match(text, start):
        return True
    return not (
        _LETTER.match(text, start - 1) or _FRACTION_BEFORE.search(text, max(0, start - 2), start)
    )


def _ends(text: str, end: int) -> bool:
    if not _LETTER.match(text, end - 1):
        return True
    return not (_LETTER.match(text, end) or _FRACTION_BEHIND.match(text, end))
