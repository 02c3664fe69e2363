"""Texts -> the same texts without what they are about.

Words that recur from answer to answer are voice; words of one topic, numbers, names and
addresses are content and leave only their shape. Which words recur is learned from all texts at
once, blind to whose they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sartor.text.scripts import UNSPACED_CLASS

LEAST_TEXTS = 3  # in which a word recurs
LEAST_SHARE = 0.02  # of all texts

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]+\.\w+")
_SLOT = re.compile(  # "{{Order Number}}" in templates
    r"\{\{[^{}\n]{1,80}\}\}|<[A-Z_ ]{3,40}>|\[[A-Z_ ]{3,40}\]"
)
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
WORD = re.compile(
    rf"[{UNSPACED_CLASS}]|[^\W\d_{UNSPACED_CLASS}]+(?:['’][^\W\d_{UNSPACED_CLASS}]+)*"  # noqa: RUF001
)


@dataclass(frozen=True, slots=True)
class Masking:
    """The words that are left standing, in lower case."""

    recurring: frozenset[str]

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Masking:
        """Find the words that stand in enough of the texts."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update({word.lower() for word in WORD.findall(_without_marks(text))})
        least = max(LEAST_TEXTS, LEAST_SHARE * len(texts))
        return cls(frozenset(word for word, count in seen.items() if count >= least))

    def apply(self, text: str) -> str:
        """Replace every other word by an x, in the case it began with."""
        return WORD.sub(self._shape, _without_marks(text))

    def _shape(self, found: re.Match[str]) -> str:
        word = found.group()
        if word.lower() in self.recurring:
            return word
        return "X" if word[0].isupper() else "x"


def _without_marks(text: str) -> str:
    for pattern, shape in ((_ADDRESS, "@"), (_SLOT, "#"), (_NUMBER, "0")):
        text = pattern.sub(shape, text)
    return text
