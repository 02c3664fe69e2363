"""Text -> the words BM25 counts.

In goes a text and its language, out come its terms in order, repeats included. Words are lower
case, stemmed and without accents; scripts without spaces become overlapping pairs of characters. A
text and a question must pass through here alike, or they never meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Protocol

import snowballstemmer

from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold_accents
from sartor.text.scripts import UNSPACED_CLASS

VERSION = "1"  # raise it when any text would give other words: indexes are rebuilt
VERSION = "1"  # changes whenever the same text would give other terms

_STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech",
    "da": "danish", "nl": "dutch", "en": "english", "eo": "esperanto", "et": "estonian",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "no": "norwegian", "fa": "persian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Marks that belong to the letter before them but are no letters to `re`: accents, Hebrew and Arabic
# points, vowel signs of Indic scripts.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff"
_LETTER = rf"(?:(?![{UNSPACED_CLASS}])[\w{_MARKS}])"
_TOKEN = re.compile(
    rf"(?P<unspaced>[{UNSPACED_CLASS}]+)"
    rf"|(?P<number>\d+(?:[.,]\d+)+)(?!\w)"
    rf"|(?P<sharp>[a-z](?:\+\+|\#))(?!\w)"
    rf"|(?P<word>{_LETTER}+(?:[-\u2010\u2011.@]{_LETTER}+)*)"
)
_DIGIT = re.compile(r"\d")
_JOINT = re.compile(r"[-\u2010\u2011._@]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_KEPT_WORDS = 200_000


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


def terms(text: str, language: str) -> list[str]:
    """Give the terms of a text, never none when it has a letter or a digit.

    An unknown language is treated as plain words: nothing dropped, nothing stemmed. Otherwise the
    language's small words are dropped, unless the text has no others.
    """
    words = list(_words(text))
    return _analysed(words, language, FUNCTION_WORDS.get(language, frozenset()))


def query_terms(query: str, languages: Sequence[str]) -> list[str]:
    """Give a question's terms as each language of the knowledge base would write them.

    Small words are dropped by the one language that fits the question best, for all of them: "the"
    is rare, and so looks precious, among documents whose language nobody could tell.
    """
    words = list(_words(query))
    known = sorted(set(languages)) or [""]
    lists = [FUNCTION_WORDS.get(language, frozenset()) for language in known]
    small = max(lists, key=lambda found: sum(word in found for word in words))
    every = (term for language in known for term in _analysed(words, language, small))
    return list(dict.fromkeys(every))


def _analysed(words: Iterable[str], language: str, small: frozenset[str]) -> list[str]:
    kept = [word for word in words if word not in small] or list(words)
    return [_term(word, language) for word in kept]


def _words(text: str) -> Iterator[str]:
    """Give the lower-case words: pairs of unspaced characters, compounds whole and in parts."""
    for found in _TOKEN.finditer(text.casefold()):
        word = found.group()
        if found.lastgroup == "unspaced":
            yield from _pairs(word)
        elif found.lastgroup == "number":
            yield word.replace(",", "") if _THOUSANDS.fullmatch(word) else word.replace(",", ".")
        elif found.lastgroup == "sharp":
            yield word
        else:
            yield from _parts(word)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _parts(word: str) -> list[str]:
    """Write a compound together and apart: "e-mail" is found as "email" and as "mail".

    Numbers stay what they are: "3-4" is no 34.
    """
    parts = [part for part in _JOINT.split(word) if part]
    if len(parts) < 2:
        return parts
    if all(part.isdecimal() for part in parts):
        return ["-".join(parts), *parts]
    return ["".join(parts), *(part for part in parts if len(part) > 1)]


@lru_cache(maxsize=_KEPT_WORDS)
def _term(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    stem = stemmer.stemWord(word) if stemmer and not _DIGIT.search(word) else word
    return fold_accents(stem) or word


@cache
def _stemmer(language: str) -> _Stemmer | None:
    name = _STEMMERS.get(language)
    return snowballstemmer.stemmer(name) if name else None
