"""Sentence -> does it claim anything, and which claims does it join?

"Here is what I found:" claims nothing; "Refunds take 14 days, but gift cards are excluded." claims
two things. It knows a few turns of phrase in English and German and where clauses are joined.
"""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re

_SAYS_NOTHING = re.compile(
    r"""(?:
    (?:hi|hello|hey|dear|greetings|hallo|guten\s+(?:tag|morgen|abend))\b[\s\w]{0,30}
    |(?:yes|no|sure|certainly|of\s+course|absolutely|okay|ok|great|good)(?:\s+(?:thing|question))?
    |(?:thanks|thank\s+you|danke|vielen\s+dank)\b.*
    |(?:you(?:'|’)?re|you\s+are)\s+welcome.*
    |(?:here|below|hier)\s+(?:is|are|(?:'|’)s|ist|sind)\b[^:]{0,80}\b(?:found|find|answer|summary|overview|list
        |information|details|steps|antwort|gefunden|zusammenfassung)\b[^:]{0,60}
    |(?:based\s+on|according\s+to)\s+(?:the|your)\s+(?:provided\s+)?(?:documents?|sources?|passages?|context|information)
        (?:\s+(?:provided|above|below))?,?
    |(?:let\s+me\s+know|feel\s+free|please\s+(?:let|ask|contact|note)|i\s+hope|hope\s+this|is\s+there\s+anything
        |do\s+you\s+have|would\s+you\s+like)\b.*
    |(?:i|we)(?:\s+am|\s+are|(?:'|’)m|(?:'|’)re)?\s+(?:sorry|afraid|happy\s+to|glad\s+to|not\s+sure)\b.*
    |(?:i|we)\s+(?:could\s?n(?:o|'|’)t|can\s?n(?:o|'|’)t|can\s?not|did\s+not|didn(?:'|’)t|do\s+not|don(?:'|’)t
        |was\s+unable|am\s+unable|were\s+unable)\s+(?:to\s+)?(?:find|know|have|answer|tell|see|locate)\b.*
    |the\s+(?:documents?|sources?|passages?|context|provided\s+\w+)\s+(?:say|says|contain|contains|mention|mentions
        |provide|provides|do\s+not|does\s+not|don(?:'|’)t|doesn(?:'|’)t)\b.{0,20}\b(?:nothing|no|any|not|mention|say|specify|contain)\b.*
    |(?:ich|wir)\s+(?:konnte|konnten|habe|haben|weiß|wissen)\b.*\bnicht(?:s)?\b.*
    |(?:in\s+summary|to\s+summari[sz]e|in\s+short|note|sources?|references?|quellen?)\s*
    )[.!:,…]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LETTER = re.compile(r"[^\W_]")
_QUESTION = re.compile(r"[?？؟][\"'”’)\]]*$")
_MARKUP = re.compile(r"(?:#{1,6}\s|[-=*_|\s:]+$|```)")
_JOINT = re.compile(
    r";\s+|,?\s+(?:but|while|whereas|although|though|aber|während|sondern)\s+|,\s+(?:and|und)\s+"
    r"|，(?:但|而)|；",
    re.IGNORECASE,
)
_PAIRS = (("(", ")"), ("[", "]"))
_SEMICOLON = re.compile(r";\s+|；\s*")
_LEAST_WORDS = 3  # in each claim of a sentence
_LONGEST = 2_000  # characters: what is longer is no sentence, and is not cut


def claims_nothing(sentence: str) -> str:
    """Say why a sentence needs no source; empty when it does."""
    text = sentence.strip()
    if not _LETTER.search(text):
        return "has no words"
    if _MARKUP.match(text):
        return "is a heading"
    if _QUESTION.search(text):
        return "asks a question"
    if _SAYS_NOTHING.fullmatch(text[:_LONGEST]):
        return "claims nothing"
    return "introduces what follows" if text.endswith((":", "：")) else ""


def claims(sentence: str) -> list[tuple[int, int]]:
    """Find the claims that a sentence joins, as spans in order; one where nothing is joined."""
    if len(sentence) > _LONGEST:
        return [(0, len(sentence))]
    pieces: list[tuple[int, int]] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        if _long_enough(sentence[start : joint.start()]) and _long_enough(sentence[joint.end() :]):
            pieces.append((start, joint.start()))
            start = joint.end()
    return [*pieces, (start, len(sentence))]


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence, `text[start:end]`, behind each semicolon outside parentheses.

    Stubs stay with what follows.
    """
    pieces: list[tuple[int, int]] = []
    for mark in _SEMICOLON.finditer(text, start, end):
        clause = text[start : mark.start()]
        closed = all(clause.count(left) <= clause.count(right) for left, right in _PAIRS)
        if closed and _long_enough(clause) and _long_enough(text[mark.end() : end]):
            pieces.append((start, mark.start() + 1))
            start = mark.end()
    return [*pieces, (start, end)]


def _long_enough(piece: str) -> bool:
    return len(piece.split()) >= _LEAST_WORDS or (not piece.isascii() and len(piece) >= 8)
