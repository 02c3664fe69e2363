"""Forbidden topics -> whether a text is about one of them.

A topic is described in words ("medical advice"; commas and "or" separate alternatives). A text is
about it when it holds all those words in any form, or when a comparison of meaning says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import takewhile

from sartor.assistants.rules.finding import Found
from sartor.assistants.rules.seen import letters, lookalike, seen
from sartor.config.sections import Action
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.scripts import is_unspaced

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

ALIKE = 0.5  # cosine from which a text is about a topic; a guess on the careful side

_ALTERNATIVES = re.compile(r"[,;/]|\b(?:or|oder|ou|o|of|eller|или)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_STEM = 4  # letters that two forms of one word share at least
_ENDING_LIST = """
    n us s es ed d er ers or ors ing ings ion ions ation ations ment ments al als ally ly ity
    ities y ies ic ics ical ically ian ians ist ists ism ous ously ive ives e en n em ern ung
    ungen lich liche isch ische ischen ischer isches ne ine ines ce ces cal se ses sed sing cing
    ant ants ance ances ary t ts te ted ting tion tions able ful less ness ship
"""
_ENDINGS = frozenset(("", *_ENDING_LIST.split()))


class Topics:
    """Topics that no answer may be about."""

    name = "forbidden_topics"

    def __init__(
        self, topics: Sequence[str], action: Action, similarity: Similarity | None = None
    ) -> None:
        self.action = action
        self._topics = tuple(topics)
        self._words = [
            [words for part in _ALTERNATIVES.split(topic) if (words := content_words(part))]
            for topic in topics
        ]
        self._similarity = similarity

    def find(self, text: str, *, since: int, allowed_links: Collection[str]) -> list[Found]:  # noqa: ARG002
        """Judge the new part as a whole: what was said before has been judged before."""
        new = text[since:]
        about = self._about(new)
        start = since + len(new) - len(new.lstrip())
        return [
            Found(start, len(text), f"do not speak about {topic}")
            for topic, judged in zip(self._topics, about, strict=True)
            if judged
        ]

    def _about(self, text: str) -> list[bool]:
        said = _said(text)
        held = [
            any(all(_holds(text, said, word) for word in words) for words in alternatives)
            for alternatives in self._words
        ]
        if self._similarity is None or not text.strip():
            return held
        alike = self._similarity(text.strip(), self._topics)
        return [word or value >= ALIKE for word, value in zip(held, alike, strict=True)]


def content_words(topic: str) -> list[str]:
    """Give the words of a topic that say what it is about."""
    words = _WORD.findall(letters(topic))
    small = max(FUNCTION_WORDS.values(), key=lambda known: sum(word in known for word in words))
    return [word for word in words if word not in small] or words


def same_word(one: str, other: str) -> bool:
    """Say whether two words are forms of one: a shared stem and known endings."""
    if one == other:
        return True
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared >= min(_STEM, len(one), len(other)) >= 3 and _endings(one, other, shared)


def _endings(one: str, other: str, shared: int) -> bool:
    return one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _said(text: str) -> set[str]:
    """Give the words of a text in every spelling, markup left out."""
    shown = {seen(text, spell, rendered=True).text for spell in (letters, lookalike)}
    return {word for one in shown for word in _WORD.findall(one)}


def _holds(text: str, said: set[str], word: str) -> bool:
    if any(is_unspaced(char) for char in word):
        return word in letters(text)
    return any(same_word(word, other) for other in said)
