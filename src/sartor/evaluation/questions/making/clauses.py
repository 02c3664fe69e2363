"""An English sentence -> its subject, its verb and what follows, where that can be told for sure.

It knows spelling and small words, no grammar: what it is not sure of it leaves alone, for a wrong
cut makes a question that nobody would ask.
"""

# ruff: noqa: RUF001 - apostrophes as people type them

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sartor.evaluation.questions.making.verbs import (
    AUXILIARIES,
    HAVE,
    PLURAL,
    SINGULAR,
    VERBS,
    is_participle,
)
from sartor.text.function_words import FUNCTION_WORDS

LONGEST_SUBJECT = 8  # words
LEAST_LABEL = 7  # letters: a first word in capitals is the label of a section
ARTICLES = ("the", "a", "an")
# What refers to something said before, or counts without saying what.
_REFERRING_LIST = """
    first second third last next following same other former latter new above below previous such
    result reason problem number majority rest only main another one two three four five six many
    most few several some any all both each either neither every none more less half overall
    remaining current present original final actual entire whole similar different latest
"""
_INNER_LIST = """
    that which who whom whose where when while because if than as not never also then there here
    however therefore thus but or so to though although since until unless would could should might
"""
_PLURAL_LIST = "people children men women staff police data media mice"
_REFERRING = frozenset(_REFERRING_LIST.split())
_INNER = frozenset(_INNER_LIST.split())
_PLURALS = frozenset(_PLURAL_LIST.split())
_PEOPLES = ("ish", "ese", "ian", "ians", "ean", "nch")  # English, Chinese, Italian, French
_SINGULARS = ("ss", "us", "is", "ics")
_WORD = re.compile(r"[^\W_](?:[\w'’./+&-]*[\w+])?")
_INSIDE = frozenset({"of", "and", "for", "in", "on", "the", "a", "an", "with"})
_ODD = re.compile(r"[^\w\s'’./+&-]")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_ADVERBS = frozenset({"also", "often", "now", "sometimes", "always", "still", "later", "then"})
_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence cut in three. `verb` is the base form, empty where the auxiliary is all there is.

    `helper` is what a question puts before the subject. `rest` is what follows: for an auxiliary
    the main verb is in it.
    """

    subject: str
    helper: str
    verb: str
    rest: str
    plural: bool
    named: bool
    said: str  # the verb as it is written


def clause(sentence: str, common: Collection[str]) -> Clause | None:
    """Cut a sentence; None where its subject would mean nothing outside of it.

    `common` are the words that the document writes in small letters and not as names.
    """
    words = list(_WORD.finditer(sentence))
    for place in range(1, min(len(words), LONGEST_SUBJECT + 1)):
        word = words[place].group()
        following = words[place + 1].group() if place + 1 < len(words) else ""
        if word in AUXILIARIES or (word in VERBS and following not in AUXILIARIES):
            subject = _bare(sentence[: words[place].start()])
            rest = sentence[words[place].end() :].strip(" .")
            found = _cut(subject, word, following, rest) if subject else None
            told = _told(found, common) if found else None
            if told or word in AUXILIARIES:
                return told
    return None


def in_a_sentence(subject: str, common: Collection[str]) -> str:
    """Write a subject as it stands inside a sentence: "The Panthers" -> "the Panthers"."""
    first, _, rest = subject.partition(" ")
    named = not first.istitle() or rest[:1].isupper()
    known = first.lower() in common
    small = known or ((rest[:1].islower() or first.endswith("s")) and not first.endswith(_PEOPLES))
    if first.lower() in ARTICLES or (small and not named):
        return subject[:1].lower() + subject[1:]
    return subject


def _bare(subject: str) -> str:
    """Leave out what stands in brackets, and adverbs before the verb."""
    words = _BRACKETS.sub("", subject).split()
    while len(words) > 1 and (words[-1] in _ADVERBS or words[-1].endswith("ly")):
        words.pop()
    return " ".join(words) if words and words[-1].lower() not in ARTICLES else ""


def _cut(subject: str, word: str, following: str, rest: str) -> Clause | None:
    last = subject.rsplit(maxsplit=1)[-1].lower()
    plural = _is_plural(subject, last)
    if word in HAVE and not is_participle(following):
        helper, verb = HAVE[word], "have"
    elif word in AUXILIARIES:
        helper, verb = word, ""
    else:
        helper, verb = VERBS[word].helper, VERBS[word].base
    agrees = not (
        (plural and (word in SINGULAR or helper == "does"))
        or (not plural and (word in PLURAL or helper == "do"))
    )
    return Clause(subject, helper, verb, rest, plural, named=False, said=word) if agrees else None


def _is_plural(subject: str, last: str) -> bool:
    if " and " in subject:
        return True
    return last in _PLURALS or (last.endswith("s") and not last.endswith(_SINGULARS))


def _told(cut: Clause, common: Collection[str]) -> Clause | None:
    """Keep a clause whose subject says by itself what it is."""
    subject = in_a_sentence(cut.subject, common)
    words = subject.split()
    bare = words[1:] if words[0] in ARTICLES else words
    named = any(word[:1].isupper() or any(sign.isdigit() for sign in word) for word in bare)
    told = replace(cut, subject=subject, named=named)
    return told if cut.rest and _is_a_noun(subject, bare) and _is_definite(told, bare) else None


def _is_a_noun(subject: str, bare: Sequence[str]) -> bool:
    """Tell whether a subject holds no clause, nothing that points elsewhere, and no odd sign."""
    small = FUNCTION_WORDS["en"]
    lowered = {word.lower() for word in bare}
    return (
        bool(bare)
        and not lowered & (_INNER | _REFERRING | (small - _INSIDE))
        and not {bare[0].lower(), bare[-1].lower()} & small
        and not _ODD.search(subject)
        and sum(map(str.isalpha, subject)) >= _LEAST_LETTERS
    )


def _is_definite(cut: Clause, bare: Sequence[str]) -> bool:
    """Tell "the refund window" and "a lease is" from "the team" and "a town was": which one?"""
    first = cut.subject.split(maxsplit=1)[0]
    if first.isupper() and len(first) >= LEAST_LABEL:
        return False  # "METHODS Patients were ..."
    if first in ("a", "an"):
        return cut.helper in ("is", "does")
    return cut.named or len(bare) > 1 or (first != "the" and cut.plural)
