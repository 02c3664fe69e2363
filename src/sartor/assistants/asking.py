"""A question -> its content words, and the kind of thing it asks for.

Words are compared by their first letters, which needs no language: as good on XQuAD as real
stemming in English, better in German. Knows nothing about passages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sartor.assistants.kinds import Kind, kind_of
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold
from sartor.text.scripts import UNSPACED_CLASS

STEM = 6  # letters: "refund", "refunds" and "refunded" are one word, so are German endings

_WORD = re.compile(rf"[{UNSPACED_CLASS}]+|[^\W_{UNSPACED_CLASS}]+")
_UNSPACED = re.compile(rf"[{UNSPACED_CLASS}]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about, as it spells it and as stems, and the kind of thing it asks for."""

    text: str
    topic: tuple[str, ...]
    words: frozenset[str]
    kind: Kind


def read(question: str) -> Asked:
    """Take a question apart; the words that say what kind of thing is asked for are no topic."""
    kind, rest = kind_of(question)
    about = tuple(topic(rest) or topic(question))
    return Asked(question, about, frozenset(words(" ".join(about))), kind)


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Give the stems of a text's words; pairs of characters where there are no spaces."""
    found: list[str] = []
    for run in _WORD.findall(fold(text)):
        if _UNSPACED.match(run):
            found += [run[place : place + 2] for place in range(len(run) - 1)] or [run]
        else:
            found.append(run if run.isdecimal() else run[:STEM])
    return tuple(found)


def topic(question: str) -> list[str]:
    """Give the words that carry the question's topic as it spells them, each once, in order.

    Small words are left out, unless there are no others: those of the language that most of them
    fit.
    """
    spelled = list(dict.fromkeys(_WORD.findall(question)))
    plain = [fold(word) for word in spelled]
    small = max(FUNCTION_WORDS.values(), key=lambda known: sum(word in known for word in plain))
    kept = [word for word, folded in zip(spelled, plain, strict=True) if folded not in small]
    return kept or spelled
