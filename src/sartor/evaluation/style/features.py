"""A text -> what a person would say about its style, in numbers.

What is counted in words needs a language that `wording` knows; sentence lengths, marks and markup
need none. Numbers of one text only; what they are compared with is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sartor.evaluation.style.masking import WORD
from sartor.evaluation.style.wording import WORDINGS, Wording
from sartor.text.sentences import sentences

ENDS = 120  # characters at each end in which people greet and close

_LIST = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+\S", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_BOLD = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|[:;]-?[)D(P]")


def features(text: str, language: str) -> dict[str, float]:
    """Measure one text; `language` is an ISO 639-1 code, or empty."""
    words = max(1, len(WORD.findall(text)))
    spans = sentences(text)
    found = {
        "words per answer": float(words),
        "words per sentence": words / max(1, len(spans)),
        "letters per word": sum(map(len, WORD.findall(text))) / words,
        "exclamation marks per sentence": text.count("!") / max(1, len(spans)),
        "question marks per sentence": text.count("?") / max(1, len(spans)),
        "list lines": float(len(_LIST.findall(text))),
        "headings": float(len(_HEADING.findall(text))),
        "bold": float(len(_BOLD.findall(text))),
        "emoji": float(len(_EMOJI.findall(text))),
    }
    if language in WORDINGS:
        found |= dict(_spoken(text, words, WORDINGS[language]))
    return found


def _spoken(text: str, words: int, wording: Wording) -> Iterator[tuple[str, float]]:
    yield "greeting", float(wording.greeting.match(text.lstrip("#*_ \n\"'>")) is not None)
    yield "closing", float(wording.closing.search(text[-ENDS:]) is not None)
    counted: Mapping[str, re.Pattern[str] | None] = {
        "I": wording.i,
        "we": wording.we,
        "you": wording.you,
        "contractions": wording.contraction,
    }
    for name, pattern in counted.items():
        if pattern:
            yield f"{name} per 100 words", 100 * len(pattern.findall(text)) / words
    formal, casual = len(wording.formal.findall(text)), len(wording.casual.findall(text))
    yield "formality", 100 * (formal - casual) / words
