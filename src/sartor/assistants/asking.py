"""A question -> its content words, which of them are names, and the kind of thing it asks for.

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
_ASIDE = re.compile(r"\(([^()]*)\)\s*$")
# "first" is left out: texts say it in too many other ways.
_ORDINAL = re.compile(
    r"second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d+(?:st|nd|rd|th)"
    r"|(?:zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt)e[nrs]?",
    re.IGNORECASE,
)
_COURTESIES = re.compile(
    r"\s*(?:(?:thank you|thanks|thx|hello|hi|hey|please|ok|okay|bye|goodbye|good (?:morning"
    r"|day|evening|bye)|danke|vielen dank|hallo|bitte|tschüss|guten (?:morgen|tag|abend)|merci"
    r"|bonjour)(?: (?:you|there|a lot|so much|very much|schön|sehr))?(?:[\s,.!]+|$))+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about, as it spells it and as stems, and the kind of thing it asks for.

    `aside` are the words that stand only in brackets at its end. `names` (and numbers) and
    `ordinals` tell one thing from others of its sort: an answer is about just that one.
    """

    text: str
    topic: tuple[str, ...]
    words: frozenset[str]
    kind: Kind
    aside: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    ordinals: frozenset[str] = frozenset()


def read(question: str) -> Asked:
    """Take a question apart; the words that say what kind of thing is asked for are no topic."""
    bare = without_courtesies(question)
    kind, rest = kind_of(bare)
    about = tuple(topic(rest) or topic(bare))
    stems = frozenset(words(" ".join(about)))
    aside = stems - set(words(_ASIDE.sub("", bare)))
    return Asked(
        question,
        about,
        stems,
        kind,
        aside=aside if aside != stems else frozenset(),
        names=stems.intersection(words(" ".join(names(bare)))) - aside,
        ordinals=stems.intersection(words(" ".join(filter(_ORDINAL.fullmatch, about)))) - aside,
    )


def without_courtesies(question: str) -> str:
    """Leave out the greetings and thanks that a question starts with; nothing else may be left."""
    return _COURTESIES.sub("", question, count=1) if _COURTESIES.match(question) else question


def asks_nothing(question: str) -> bool:
    """Tell whether there is no question in it: no word at all, or thanks and greetings only."""
    return _WORD.search(without_courtesies(question)) is None


def names(question: str) -> list[str]:
    """Give its numbers and the words within it that are capital, if its language marks names so."""
    found = list(_WORD.finditer(question))
    spelled = [word.group() for word in found]
    german = _language(spelled) == "de"  # where every noun is capital
    return [
        word
        for place, word in enumerate(spelled)
        if word[0].isdigit() or (place and word[0].isupper() and not german)
    ]


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
    small = FUNCTION_WORDS[_language(spelled)]
    return [word for word in spelled if fold(word) not in small] or spelled


def _language(spelled: list[str]) -> str:
    """Give the language whose small words most of these are."""
    plain = [fold(word) for word in spelled]
    return max(FUNCTION_WORDS, key=lambda code: sum(word in FUNCTION_WORDS[code] for word in plain))
