"""Two nearly equal sentences -> the places where one has other words than the other.

"The tower opened in 1889" and "The tower opened in 1890" differ in one slot. In go the words of a
claim and of a source sentence; whether the difference matters is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sartor.checking.words import Word

NEARLY_EQUAL = 0.6  # share of the claim's words that stand in the source sentence too
IN_ORDER = 0.4  # ... and in the same order
_MORE = 3  # words by which what stands there instead may be longer
_LONGEST = 120  # words of a sentence that are aligned


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of a claim that stand where the source has others."""

    claimed: tuple[Word, ...]
    said: tuple[Word, ...]


def slots(claim: Sequence[Word], source: Sequence[Word]) -> list[Slot]:
    """Find the replaced words of a claim; none where the sentences are not nearly equal."""
    claim, source = claim[:_LONGEST], source[:_LONGEST]
    there = {word.stem for word in source}
    if sum(word.stem in there for word in claim) < NEARLY_EQUAL * len(claim):
        return []
    matcher = SequenceMatcher(
        None, [word.stem for word in claim], [word.stem for word in source], autojunk=False
    )
    blocks = matcher.get_opcodes()
    in_order = sum(i2 - i1 for tag, i1, i2, _, _ in blocks if tag == "equal")
    if in_order < IN_ORDER * len(claim):
        return []
    return [
        Slot(tuple(claim[i1:i2]), tuple(source[j1:j2]))
        for tag, i1, i2, j1, j2 in blocks
        if tag == "replace" and j2 - j1 <= i2 - i1 + _MORE
    ]
