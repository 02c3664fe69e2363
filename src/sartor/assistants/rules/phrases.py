"""Forbidden phrases -> where they stand in a text, however they are spelled.

Case, accents, white space, punctuation, invisible characters, look-alike letters and digits,
hyphens and markup inside words do not matter; whole words do, in scripts that have spaces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from sartor.assistants.rules.finding import Found
from sartor.assistants.rules.seen import Spell, has_markup, letters, lookalike, seen
from sartor.config.sections import Action
from sartor.text.scripts import is_unspaced, script_of

# Vowel signs of Indic and Thai scripts: part of words, though `\w` does not think so.
_SIGNS = "\u0900-\u0963\u0966-\u109f\u17b4-\u17d3"
_INSIDE = rf"(?:[^\w\s{_SIGNS}]|_)*(?:(?<=-)[ \t\r]*\n[ \t]*)?"
_BETWEEN = rf"(?:[^\w{_SIGNS}]|_)*"
_SPACED = r"[\W_]{1,3}"  # "f a l c o n", "f.a.l.c.o.n"
_BEFORE = rf"(?<![^\W_])(?<![{_SIGNS}])"
_AFTER = rf"(?![^\W_])(?![{_SIGNS}])"
_WORD = re.compile(rf"(?:[^\W_]|[{_SIGNS}])+")

_DISGUISES = {
    "a": "[a4@]",
    "b": "[b8]",
    "e": "[e3]",
    "g": "[g9]",
    "i": "[i1l!|]",
    "l": "[l1i|]",
    "m": "(?:m|rn)",
    "o": "[o0]",
    "s": "[s5$]",
    "t": "[t7+]",
    "w": "(?:w|vv)",
    "z": "[z2]",
}
_SHORT = 4  # letters: below, a disguise would be more often something else


class Phrases:
    """Phrases that no answer may hold."""

    name = "forbidden_phrases"

    def __init__(self, phrases: Sequence[str], action: Action) -> None:
        self.action = action
        self._patterns: dict[Spell, list[_Pattern]] = {
            spell: [_Pattern(phrase, spell) for phrase in phrases] for spell in (letters, lookalike)
        }

    def find(self, text: str, *, since: int, allowed_links: Collection[str]) -> list[Found]:  # noqa: ARG002
        """Find every phrase once at each place."""
        found = {
            place
            for spell, rendered in _ways(text)
            for place in self._places(text, spell, rendered=rendered)
        }
        return [
            Found(start, end, f"leave out {text[start:end]!r}")
            for start, end in _outermost(found)
            if end > since
        ]

    def _places(self, text: str, spell: Spell, *, rendered: bool) -> Iterator[tuple[int, int]]:
        shown = seen(text, spell, rendered=rendered)
        for pattern in self._patterns[spell]:
            for start, end in pattern.spans(shown.text):
                yield shown.original(start, end)


def has_words(phrase: str) -> bool:
    """Say whether there is anything in a phrase to search for."""
    return _WORD.search(letters(phrase)) is not None


class _Pattern:
    def __init__(self, phrase: str, spell: Spell) -> None:
        words = _WORD.findall(spell(phrase))
        self._letters = "".join(words)
        spelled = _BETWEEN.join(_INSIDE.join(self._written(word)) for word in words)
        if len(self._letters) >= _SHORT:
            spelled += "|" + _SPACED.join(self._written(self._letters))
        before = "" if is_unspaced(self._letters[0]) else _BEFORE
        after = "" if _may_go_on(self._letters[-1]) else _AFTER
        self._expression = re.compile(f"{before}(?:{spelled}){after}")

    def _written(self, word: str) -> list[str]:
        if len(self._letters) < _SHORT:
            return [re.escape(letter) for letter in word]
        return [_DISGUISES.get(letter, re.escape(letter)) for letter in word]

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the phrase; most of its letters must be its own, or "15" would be "is"."""
        for found in self._expression.finditer(text):
            own = Counter(self._letters) & Counter(found.group())
            if 2 * own.total() >= len(self._letters):
                yield found.span()


def _may_go_on(letter: str) -> bool:
    """Say whether a word goes on after its meaning is complete: no spaces, or Korean particles."""
    return is_unspaced(letter) or script_of(letter) == "hangul"


def _ways(text: str) -> Iterator[tuple[Spell, bool]]:
    """Name the ways of reading a text that can differ."""
    spellings = (letters,) if text.isascii() and "&" not in text else (letters, lookalike)
    for rendered in (False, True) if has_markup(text) else (False,):
        for spell in spellings:
            yield spell, rendered


def _outermost(places: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap: one place read in several ways is one place."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
