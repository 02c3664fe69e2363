"""Text -> its words in the form in which spellings are equal, as one string to look things up in.

Case, accents, width and punctuation do not count; every character of a script without spaces is a
word; "isn't" is "is not", "non-" is "not". Signs that make a difference stay: "$8", "50 %", "C++".
"""

from __future__ import annotations

import re
from functools import lru_cache

from sartor.text.normal import fold
from sartor.text.scripts import UNSPACED_CLASS

LONGEST = 100_000  # characters of an answer that are looked at

_WORD = re.compile(rf"[{UNSPACED_CLASS}]|\d+(?:[.,]\d+)+|[^\W_{UNSPACED_CLASS}]+[+#]*|[$€£¥₹%‰°]")
_NOT = re.compile(r"n['’]t\b|(?<=\bcan)not\b|\bnon-(?=\w)")  # noqa: RUF001
_INITIALS = re.compile(r"(?<= [a-z]) (?=[a-z] )")
_ARTICLE_LIST = "a an the der die das den dem ein eine einen le la les un une el los"
_PREPOSITION_LIST = "at by for from in of on to with aus bei im mit von zu à de en"
_NEGATION_LIST = """
    not never instead nicht nie kein keine keinen keinem keiner statt anstatt pas jamais nunca
    不 没 沒 非 未
"""
_ARTICLES = frozenset(_ARTICLE_LIST.split())
_SMALL = _ARTICLES | frozenset(_PREPOSITION_LIST.split())
_NEGATIONS = frozenset(_NEGATION_LIST.split())
_BUT = frozenset({"rather than", "other than"})
_LOOK_BACK = 40  # characters before a phrase in which a negation may stand


@lru_cache(maxsize=16)  # an answer is looked through for several measures
def words(text: str) -> str:
    """Give the words with one space between, before and behind them; a space where none are."""
    found = _WORD.findall(_NOT.sub(" not ", fold(text[:LONGEST])))
    return f" {' '.join(found)} " if found else " "


def stands_in(wanted: str, text: str) -> bool:
    """Find the words of one text in those of another, in order and not denied just before."""
    place = text.find(wanted) if wanted.strip() else -1
    while place >= 0:
        if not _denied(text[max(0, place - _LOOK_BACK) : place]):
            return True
        place = text.find(wanted, place + 1)
    return False


def initials_joined(text: str) -> str:
    """Write single letters as one word: "j r r tolkien" and "jrr tolkien" are one name."""
    return _INITIALS.sub("", text)


def without_article(phrase: str) -> str:
    """Drop an article at the front, unless nothing would be left."""
    first, _, rest = phrase.strip().partition(" ")
    return f" {rest} " if rest and first in _ARTICLES else phrase


def _denied(before: str) -> bool:
    said = before.split()
    while said and said[-1] in _SMALL:
        said.pop()
    return bool(said) and (said[-1] in _NEGATIONS or " ".join(said[-2:]) in _BUT)
