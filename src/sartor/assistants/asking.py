"""A question -> its content words, and the kind of thing it asks for.

Words are compared by their stems, roughly: the first letters of each. Knows nothing about passages.
"""

from __future__ import annotations

import re

from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold
from sartor.text.scripts import UNSPACED_CLASS

STEM = 5  # "refund", "refunds", "refunded": letters that always count ...
ENDING = 3  # ... and how many at the end of a longer word do not

_WORD = re.compile(rf"[{UNSPACED_CLASS}]+|[^\W_{UNSPACED_CLASS}]+")
_UNSPACED = re.compile(rf"[{UNSPACED_CLASS}]")

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|half|zwei|drei|vier|fünf)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\b"
    r"|\b(?:day|week|month|year|centur|tag|woche|monat|jahr)",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]|[a-z,] [A-Z][a-z]")

# What a question word asks for can often be seen without understanding the sentence.
_KINDS = (
    (
        r"\bhow (?:many|much|long|old|far|large|big|often)\b|percent|\bwie ?(?:viel|lang|alt)",
        _NUMBER,
    ),
    (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b|\bwann\b|\bwelche\w* jahr", _TIME),
    (r"\bwh(?:o|om|ose|ere)\b|\b(?:what|which) (?:city|country)\b|\bwer\b|\bwem\b", _NAME),
)


def words(text: str) -> list[str]:
    """Give the stems of a text's words; pairs of characters where there are no spaces."""
    found: list[str] = []
    for run in _WORD.findall(fold(text)):
        if _UNSPACED.match(run):
            found += [run[place : place + 2] for place in range(len(run) - 1)] or [run]
        else:
            found.append(run[: max(STEM, len(run) - ENDING)])
    return found


def content_words(question: str) -> set[str]:
    """Give the stems that carry the question's topic: small words out, unless there are no others.

    The small words are those of the language that most of them fit.
    """
    plain = _WORD.findall(fold(question))
    small = max(FUNCTION_WORDS.values(), key=lambda known: sum(word in known for word in plain))
    return set(words(" ".join(word for word in plain if word not in small))) or set(words(question))


def asked_for(question: str) -> re.Pattern[str] | None:
    """Give a pattern that a sentence with the kind of answer asked for will match."""
    return next((kind for asks, kind in _KINDS if re.search(asks, question, re.IGNORECASE)), None)
