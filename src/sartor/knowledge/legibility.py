"""A query and its tokens -> how much of it the embedding model can read.

A model that keeps "refund" whole knows the word; one that cuts "Rückerstattung" into five pieces
hardly does, and one that sees only its unknown token is blind. No language needs to be named: the
model's own vocabulary says what it was made for. Knows nothing about scores or indexes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from sartor.text.scripts import UNSPACED_CLASS

# A word, or one character where the script puts no spaces between words.
_WORD = re.compile(rf"[{UNSPACED_CLASS}]|[^\W_{UNSPACED_CLASS}]+")


@runtime_checkable
class KnowsItsTokens(Protocol):
    """What an embedder may offer besides: its tokens of a text without the unknown ones."""

    def known_spans(self, text: str) -> Sequence[tuple[int, int]]: ...  # noqa: D102


def legibility(text: str, embedder: object) -> float:
    """Average over the words: 1 for one kept whole, 1/n for one in n pieces, 0 for an unknown one.

    A text without words is readable: there is nothing in it to misread. So is every text for an
    embedder that does not say what it knows.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    if not words or not isinstance(embedder, KnowsItsTokens):
        return 1.0
    tokens = embedder.known_spans(text)
    pieces = [sum(first < end and start < last for first, last in tokens) for start, end in words]
    return sum(1 / count for count in pieces if count) / len(words)
