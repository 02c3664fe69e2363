"""Sentence -> the details that a source must bear out, apart from its topic.

Quantities, dates and names; what is negated; how much is claimed ("all", "must"). A sentence of an
answer and a sentence of a source are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sartor.checking.vocabulary import (
    NEGATORS,
    NOT_NEGATED,
    OBLIGATION,
    PERMISSION,
    PRONOUNS,
    QUANTIFIERS,
)
from sartor.checking.words import Word, words
from sartor.text.dates import Date, dates
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.names import Name, names
from sartor.text.numbers import Quantity, quantities
from sartor.text.question_answer import plainly

_EXCEPTING = frozenset({"except", "excepting", "excluding", "außer", "ausgenommen"})
_PASSED_OVER = frozenset({"yet", "still", "actually", "already", "currently", "noch"})
_SCOPE = 3  # content words behind a negator that it may negate ...
_SCAN = 9  # ... among so many words ...
_BREAK = re.compile(r"[,;:()]")  # ... up to the end of its clause
_HAN_NEGATORS = "不没沒无無未"
_KEPT = 4_096  # sentences remembered: sources come again and again
_NOUNS_CAPITAL = frozenset({"de", "lb"})


@dataclass(frozen=True, slots=True)
class Negation:
    """A "not" and its like: the word it stands before, and the few stems that it may reach."""

    head: Word
    reach: frozenset[str]
    excepts: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What one sentence says, as far as spelling shows it."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    names: tuple[Name, ...]
    negations: tuple[Negation, ...]
    quantifier: int  # 3 all, 2 most, 1 some, 0 not said
    modal: int  # 1 must, -1 may, 0 not said
    refers_back: bool  # has a pronoun, so that a name may stand in the sentence before


@lru_cache(maxsize=_KEPT)
def facts(text: str, language: str) -> Facts:
    """Read one sentence."""
    text = plainly(text)
    found = words(text, language)
    lowers = {word.lower for word in found}
    said = dates(text)
    amounts = quantities(text)
    return Facts(
        text=text,
        words=tuple(found),
        quantities=tuple(
            quantity
            for quantity in amounts
            if not any(date.start < quantity.end and quantity.start < date.end for date in said)
        ),
        dates=tuple(said),
        names=tuple(
            name
            for name in names(
                text,
                small=FUNCTION_WORDS.get(language, frozenset()) | FUNCTION_WORDS["en"],
                nouns_capital=language in _NOUNS_CAPITAL,
            )
            if not any(one.start <= name.start and name.end <= one.end for one in amounts)
        ),
        negations=tuple(_negations(text, found)),
        quantifier=max((QUANTIFIERS.get(lower, 0) for lower in lowers), default=0),
        modal=_modal(lowers),
        refers_back=bool(lowers & PRONOUNS) or "the" in lowers,
    )


def _modal(lowers: set[str]) -> int:
    if lowers & OBLIGATION:
        return 1
    return -1 if lowers & PERMISSION else 0


def _negations(text: str, found: Sequence[Word]) -> Iterator[Negation]:
    for place, word in enumerate(found):
        excepts = word.lower in _EXCEPTING
        if not (excepts or _negates(found, place)) or _in_a_title(text, found, place):
            continue
        reached = [
            following
            for following in found[place + 1 : place + _SCAN]
            if following.content
            and following.lower not in NEGATORS | _PASSED_OVER
            and not _BREAK.search(text, word.end, following.start)
        ][:_SCOPE]
        if reached:
            reach = frozenset(following.stem for following in reached)
            yield Negation(reached[0], reach, excepts)


def _negates(found: Sequence[Word], place: int) -> bool:
    lower = found[place].lower
    following = found[place + 1].lower if place + 1 < len(found) else ""
    negator = lower in NEGATORS or lower.endswith(("n't", "n\u2019t")) or lower[0] in _HAN_NEGATORS
    return negator and following not in NOT_NEGATED


def _in_a_title(text: str, found: Sequence[Word], place: int) -> bool:
    """Tell the "never" of the band Never Shout Never from one that negates."""
    if not place or not text[found[place].start].isupper():
        return False
    return text[found[place - 1].start].isupper() or (
        place + 1 < len(found) and text[found[place + 1].start].isupper()
    )
