"""Text -> its words as the checker compares them: where they stand, their stems, what they weigh.

Two words meet when their stems are equal, when a list calls them alike, or when they are forms of
one root. Scripts without spaces become overlapping pairs of characters. Knows no sentences.
"""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

import snowballstemmer

from sartor.checking.synonyms import ALIKE, IRREGULAR
from sartor.checking.vocabulary import CONVERSES, OPPOSITES, WEAK
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold_accents
from sartor.text.scripts import UNSPACED_CLASS

_TOKEN = re.compile(
    rf"(?P<unspaced>[{UNSPACED_CLASS}]+)|(?P<number>\d+(?:[.,]\d+)*)|(?:(?![{UNSPACED_CLASS}\d_])\w)+(?:n['’]t\b)?\d*"
)
_LABEL = re.compile(r"(?<=\w )[A-HJ-Z](?!\w)")  # the A of "drug A" is no article
_KEPT = 50_000  # stems remembered
_ROOT = 5  # letters that two forms of one root share at least
_TAIL = 4  # ... and how many may follow in each
WEAK_WEIGHT = 0.3  # light verbs and fillers
CODE_WEIGHT = 2.0  # numbers and codes: another one is another thing
_STEMMERS = {"de": "german", "fr": "french", "es": "spanish", "it": "italian", "nl": "dutch",
             "pt": "portuguese", "sv": "swedish", "ru": "russian"}  # fmt: skip
_NEGATED = 4  # letters of a word that may follow such a prefix
_NEGATIVE_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis")


class Word(NamedTuple):
    """A word: its lower-case form, its stem, its place, and whether it carries any meaning.

    A named tuple, because a check makes thousands of them.
    """

    lower: str
    stem: str
    start: int
    end: int
    content: bool


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@lru_cache(maxsize=8_192)
def words(text: str, language: str) -> tuple[Word, ...]:
    """Cut a text into words; the small words of its language carry no content."""
    small = _small(language)
    found: list[Word] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "unspaced":
            found.extend(_pairs(match.group(), match.start()))
            continue
        lower = match.group().lower()
        content = lower not in small or _LABEL.match(text, match.start()) is not None
        found.append(Word(lower, stem(lower, language), match.start(), match.end(), content))
    return tuple(found)


def weight(word: Word) -> float:
    """Say how much it matters that a word is found, before its rarity counts."""
    if any(character.isdigit() for character in word.lower):
        return CODE_WEIGHT
    return WEAK_WEIGHT if word.lower in WEAK else 1.0


@lru_cache(maxsize=_KEPT)
def stem(word: str, language: str = "en") -> str:
    """Reduce a lower-case word to its stem; an unknown language is taken for English."""
    if word.isdigit():
        return word
    base = IRREGULAR.get(word, word)
    return fold_accents(_stemmer(language).stemWord(base)) or word


def alike(left: str, right: str) -> bool:
    """Tell whether two stems may stand for each other: listed synonyms, forms of one root."""
    return left == right or bool(_groups(left) & _groups(right)) or same_root(left, right)


def same_root(left: str, right: str) -> bool:
    """Tell whether two stems begin alike and differ in their endings only."""
    if len(left) < _ROOT or len(right) < _ROOT or left[:_ROOT] != right[:_ROOT]:
        return False
    common = _ROOT
    for one, other in zip(left[_ROOT:], right[_ROOT:], strict=False):
        if one != other:
            break
        common += 1
    return max(len(left), len(right)) - common <= _TAIL


@lru_cache(maxsize=_KEPT)
def opposites_of(word: str) -> frozenset[str]:
    """Give the antonyms of a stem: listed ones, and itself with or without un-, in-, non-."""
    longer = {prefix + word for prefix in _NEGATIVE_PREFIXES if len(word) >= _NEGATED}
    shorter = {word.removeprefix(prefix) for prefix in _NEGATIVE_PREFIXES} - {word}
    shorter = {other for other in shorter if len(other) >= _NEGATED}
    return frozenset(longer | shorter | _table(OPPOSITES).get(word, set()))


@lru_cache(maxsize=_KEPT)
def with_prefix_or_without(word: str, language: str) -> frozenset[str]:
    """Give the stems of a whole word with and without un-, in-, non-: "used" and "unused"."""
    found = {prefix + word for prefix in _NEGATIVE_PREFIXES if len(word) >= _NEGATED}
    found |= {
        word.removeprefix(prefix)
        for prefix in _NEGATIVE_PREFIXES
        if word.startswith(prefix) and len(word) >= len(prefix) + _NEGATED
    }
    return frozenset(stem(one, language) for one in found)


def opposite_in_place(left: str, right: str) -> bool:
    """Tell whether two stems that stand in one place are antonyms: there converses count too."""
    return right in opposites_of(left) or right in _table(CONVERSES).get(left, ())


@lru_cache(maxsize=_KEPT)
def variants(word: str) -> frozenset[str]:
    """Give the stems that a list calls alike with this one, itself among them."""
    lines = _alike_lines()
    return frozenset({word}.union(*(lines[number] for number in _groups(word))))


def _groups(word: str) -> frozenset[int]:
    return _group_of().get(word, frozenset())


@cache
def _alike_lines() -> list[frozenset[str]]:
    return [_stems(line.split()) for line in ALIKE.splitlines()]


@cache
def _group_of() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_alike_lines()):
        for word in line:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def _table(listed: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in listed.splitlines():
        left, right = (_stems(side.split()) for side in line.split("|"))
        for word in left:
            found.setdefault(word, set()).update(right - left)
        for word in right:
            found.setdefault(word, set()).update(left - right)
    return found


def _stems(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in listed)


def _pairs(run: str, start: int) -> Iterator[Word]:
    for place in range(max(1, len(run) - 1)):
        pair = run[place : place + 2]
        yield Word(pair, pair, start + place, start + place + len(pair), True)


@cache
def _small(language: str) -> frozenset[str]:
    known = FUNCTION_WORDS.get(language, frozenset()) | FUNCTION_WORDS["en"]
    return known | frozenset(["'s", "has", "been", "was", "were", "would", "also"])


@cache
def _stemmer(language: str) -> _Stemmer:
    found: _Stemmer = snowballstemmer.stemmer(_STEMMERS.get(language, "english"))
    return found
