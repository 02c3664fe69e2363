"""A long expected text and an answer -> does the answer state the same facts?

Facts are numbers, dates, names and key terms. Those of the question are taken for granted. It
knows spelling, not meaning: whether the answer also contradicts the expected text is the checker's
affair.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sartor.evaluation.measures.amounts import of_a_date, quantities_in, said_in, stated
from sartor.evaluation.measures.polarity import polarity
from sartor.text.dates import Date, dates
from sartor.text.dates import agree as dates_agree
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.languages import detect
from sartor.text.names import names
from sartor.text.normal import fold
from sartor.text.numbers import Quantity
from sartor.text.scripts import UNSPACED_CLASS
from sartor.text.sentences import sentences

LONGEST = 20_000  # characters of a text whose facts are read
KEY_TERMS = 0.6  # share of the key terms that must be in the answer
NEW_TERMS = 0.5  # share of the key terms from which they say more than the question
_NAMED = 3  # key terms that a reason names

_WORD = re.compile(rf"[^\W\d_{UNSPACED_CLASS}]{{2,}}|[{UNSPACED_CLASS}]{{2,}}")
_UNSPACED = re.compile(rf"[{UNSPACED_CLASS}]")
_ENDING = re.compile(r"(?<=\w{4})(?:ings?|ed|es|s|ly|en|er|e|n)\Z")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states: quantities, dates, the last word of each name, stems of key terms."""

    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    names: frozenset[str]
    terms: frozenset[str]


@lru_cache(maxsize=4_000)
def facts(text: str) -> Facts:
    """Read the facts of a text that is compared with many."""
    text = text[:LONGEST]
    small = FUNCTION_WORDS.get(language := detect(text) or "en", frozenset())
    days = tuple(dates(text))
    numbers = tuple(one for one in quantities_in(text) if not of_a_date(one, days))
    plain = _without((*numbers, *days), text)
    return Facts(
        numbers,
        days,
        frozenset(_names(plain, language, small)),
        stems(plain, small),
    )


def missing(expected: str, answer: str, question: str = "") -> str:
    """Say which fact of the expected text is not in the answer; empty when none is missing."""
    new, said = _beyond(facts(expected), facts(question)), answer[:LONGEST]
    return (
        _opposite(expected, said)
        or _missing_number(new, said, expected)
        or _missing_date(new, said, expected)
        or _missing_words(new, stems(said))
    )


def stems(text: str, without: Collection[str] = ()) -> frozenset[str]:
    """Give the words of a text without their endings; pairs of characters where no spaces are."""
    found: set[str] = set()
    for word in _WORD.findall(fold(text)):
        if _UNSPACED.match(word):
            found.update(word[place : place + 2] for place in range(len(word) - 1))
        elif word not in without:
            found.add(_ENDING.sub("", word))
    return frozenset(found)


def _opposite(expected: str, answer: str) -> str:
    wanted, said = polarity(expected), polarity(answer)
    return f"it says {said}, not {wanted}" if wanted and said and wanted != said else ""


def _beyond(wanted: Facts, given: Facts) -> Facts:
    """Leave out what the question gives; unless that is nearly all, for then the answer says it."""
    numbers = tuple(one for one in wanted.quantities if not stated(one, given.quantities))
    days = tuple(
        one for one in wanted.dates if not any(dates_agree(one, other) for other in given.dates)
    )
    terms = wanted.terms - given.terms
    if not numbers and not days and len(terms) < NEW_TERMS * len(wanted.terms):
        terms = wanted.terms
    return Facts(numbers, days, wanted.names - given.terms, terms)


def _missing_number(wanted: Facts, answer: str, expected: str) -> str:
    said = said_in(answer) if wanted.quantities else []
    lost = next((one for one in wanted.quantities if not stated(one, said)), None)
    return f"{expected[lost.start : lost.end]!r} is not in it" if lost else ""


def _missing_date(wanted: Facts, answer: str, expected: str) -> str:
    said = dates(answer) if wanted.dates else []
    for date in wanted.dates:
        if not any(dates_agree(date, one) for one in said):
            return f"{expected[date.start : date.end]!r} is not in it"
    return ""


def _missing_words(wanted: Facts, said: frozenset[str]) -> str:
    names, terms = sorted(wanted.names - said), sorted(wanted.terms - said)
    if names:
        return f"the name {names[0]!r} is not in it"
    if len(terms) > (1 - KEY_TERMS) * len(wanted.terms):
        some = ", ".join(terms[:_NAMED])
        return f"{len(terms)} of {len(wanted.terms)} key terms are not in it: {some}"
    return ""


def _without(found: Sequence[Quantity | Date], text: str) -> str:
    """Blank out numbers and dates: they are compared as what they mean."""
    for one in found:
        text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text


def _names(text: str, language: str, small: Collection[str]) -> Iterator[str]:
    """Give the last word of each name as a stem: "Ms Smith" is Anna Smith."""
    for start, end in sentences(text):
        for name in names(text[start:end], small=small, nouns_capital=language == "de"):
            yield from stems(name.words[-1] if name.words else "")
