"""A short expected text -> does it stand in the answer?

As whole words, in order and not denied; numbers may be spelled otherwise: "five business days" is
in "within 5 business days". The items of a list may stand in any order.
"""

# ruff: noqa: RUF001 - commas of other scripts look like ours

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from sartor.evaluation.measures.amounts import LONGEST, as_compared, said_in
from sartor.evaluation.measures.words import initials_joined, stands_in, without_article, words
from sartor.text.scripts import is_unspaced

LONGEST_ITEM = 4  # words of an item of a list
_BETWEEN = re.compile(
    r"(?:[,，](?!\d)|[;；、•\n]|\s-\s|\s&\s)(?:\s*(?:and|und|et|y)\s)?"
    r"|\s(?:and|und|et)\s|(?<=\w\w)\sy\s",
    re.IGNORECASE,
)
_CHARACTERS_OF_A_WORD = 2  # in scripts without spaces, more or less


def contains(answer: str, expected: Iterable[str]) -> bool:
    """Say whether any of the expected texts stands in the answer."""
    return any(phrase_in(one, answer) for one in expected)


def phrase_in(expected: str, answer: str) -> bool:
    """Say whether a phrase stands in the answer, in its own spelling or with another number."""
    wanted, said = without_article(words(expected)), words(answer)
    if stands_in(wanted, said) or stands_in(initials_joined(wanted), initials_joined(said)):
        return True
    respelled = _respelled(expected)
    return bool(respelled) and stands_in(without_article(respelled), _respelled(answer))


def list_in(expected: str, answer: str) -> bool:
    """Say whether all items of a list stand in the answer, in whatever order."""
    items = _items(expected)
    return len(items) > 1 and all(phrase_in(item, answer) for item in items)


def length_in_words(text: str) -> float:
    """Count words; two characters are one in a script without spaces."""
    found = words(text).split()
    if text.isascii():
        return len(found)
    unspaced = sum(is_unspaced(word[0]) for word in found)
    return len(found) - unspaced + unspaced / _CHARACTERS_OF_A_WORD


@lru_cache(maxsize=1_000)
def _items(text: str) -> tuple[str, ...]:
    """Split a list of short items; empty when it is none."""
    items = tuple(item.strip() for item in _BETWEEN.split(text) if item.strip(" .-*•\n"))
    return items if all(length_in_words(item) <= LONGEST_ITEM for item in items) else ()


@lru_cache(maxsize=1_000)
def _respelled(text: str) -> str:
    """Give the words with every number as its value and kind of unit; empty without numbers."""
    text = as_compared(text[:LONGEST])
    numbers = said_in(text)
    for one in reversed(numbers):
        text = f"{text[: one.start]} {one.values[0]:.12g} {one.unit} {text[one.end :]}"
    return words(text) if numbers else ""
