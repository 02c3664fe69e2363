"""A query and its tokens -> how much of it the embedding model can read.

A model that keeps "refund" whole knows the word; one that cuts "Rückerstattung" into five pieces
hardly does, and one that sees only its unknown token is blind. No language needs to be named: the
model's own vocabulary says what it was made for. Knows nothing about scores or indexes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sartor.text.scripts import UNSPACED_CLASS

# A word, or one character where the script puts no spaces between words.
_WORD = re.compile(rf"[{UNSPACED_CLASS}]|[^\W_{UNSPACED_CLASS}]+")


def legibility(text: str, tokens: Sequence[tuple[int, int]]) -> float:
    """Average over the words: 1 for one kept whole, 1/n for one in n pieces, 0 for an unknown one.

    `tokens` are the spans of the tokens that the model knows; its unknown token is left out. A
    text without words is readable: there is nothing in it to misread.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    pieces = [sum(first < end and start < last for first, last in tokens) for start, end in words]
    return sum(1 / count for count in pieces if count) / len(words) if words else 1.0
