"""A claim beside its evidence, and what a difference between the two looks like.

What the rest of the room compares: the facts of a claim, those of the nearest sentence, of its
window, the text of its passage. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sartor.checking.facts import Facts
from sartor.checking.slots import Slot, slots
from sartor.checking.words import Word
from sartor.text.dates import Date
from sartor.text.numbers import Quantity

Kind = Literal[
    "number",
    "date",
    "name",
    "negation",
    "opposite",
    "exchange",
    "quantifier",
    "obligation",
    "subject",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between a claim and its evidence.

    It contradicts ("the source says 30 days, not 14 days") or is merely missing ("the source does
    not mention Lyon"). `stems` are the claim's words that differ: its matter is all the others.
    """

    kind: Kind
    reason: str
    contradicts: bool
    stems: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """A claim and the evidence beside it: the nearest sentence, its window, its passage."""

    claim: Facts
    nearest: Facts
    window: tuple[Facts, ...]
    passage: str  # lower-case text of the passage, its headings and its name
    given: frozenset[str] = frozenset()  # stems that the question takes for granted
    language: str = "en"
    other_rows: frozenset[str] = frozenset()  # stems of what other rows of a table speak of

    @cached_property
    def slots(self) -> list[Slot]:
        """Where the claim has other words than the nearest sentence."""
        return slots(self.claim.words, self.nearest.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """All stems of the window."""
        return frozenset(word.stem for facts in self.window for word in facts.words)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """All quantities of the window."""
        return [quantity for facts in self.window for quantity in facts.quantities]

    @cached_property
    def dates(self) -> list[Date]:
        """All dates of the window."""
        return [date for facts in self.window for date in facts.dates]

    def stems_at(self, start: int, end: int) -> frozenset[str]:
        """Give the stems of the claim's words in a span of its text."""
        return stems_of(word for word in self.claim.words if start <= word.start < end)


def stems_of(words: Iterable[Word]) -> frozenset[str]:
    """Give the stems of some words."""
    return frozenset(word.stem for word in words)
