"""A sentence of any language -> the sentence with a gap where a number, date or name stood."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sartor.evaluation.questions.making.asking import Asking
from sartor.text.dates import dates
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.names import names
from sartor.text.numbers import quantities

# What begins a sentence that is about something said before, in the large Western languages.
_REFERRING_LIST = """
    er sie es ihr ihre ihrer sein seine seiner dieser diese dieses dies damit dabei dort
    il elle ils elles ce cette ces cet son sa ses leur leurs y
    él ella ellos ellas esto esta este estos estas su sus
    egli essa esso essi questo questa questi queste suo sua
    ele ela eles elas isto isso seu sua este estes hij zij deze dit hun
"""
_REFERRING = frozenset(_REFERRING_LIST.split())
GAP = "____"
MOST_CHARACTERS = 180  # of a sentence: longer ones are a riddle
CAPITAL_NOUNS = ("de",)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef]")


def gaps(sentence: str, language: str) -> Iterator[Asking]:
    """Ask for the one number or date of a sentence, or for its last name."""
    if sentence.split(maxsplit=1)[0].casefold() in _REFERRING:
        return
    small = FUNCTION_WORDS.get(language, frozenset())
    stated = [(one.start, one.end) for one in dates(sentence)]
    stated += [
        (one.start, one.end)
        for one in quantities(sentence)
        if one.digits and not any(start <= one.start < end for start, end in stated)
    ]
    if not stated:
        found = names(sentence, small=small, nouns_capital=language in CAPITAL_NOUNS)
        stated = [(one.start, one.end) for one in found[-1:] if one.start]
    for start, end in stated[-1:]:
        told = sentence[start:end]
        whole = _stands_apart(sentence, start, end) and sentence.count(told) == 1
        if whole and len(sentence) <= MOST_CHARACTERS:
            yield Asking("cloze", "", sentence[:start] + GAP + sentence[end:], "", told)


def _stands_apart(sentence: str, start: int, end: int) -> bool:
    """Tell "in 1889 wurde" from the end of "1740-42" and the beginning of "17. Jahrhundert"."""
    before, after = sentence[start - 1 : start], sentence[end : end + 1]
    spaced = before in ("", " ", "(", "\u00a0") or _UNSPACED.match(before) is not None
    ended = after in ("", " ", ",", ";", ")", "\u00a0") or _UNSPACED.match(after) is not None
    return spaced and (ended or sentence[end:] in (".", "。"))
