"""Claim and evidence -> the details in which they differ, each with a plain reason.

In go the facts of a claim and of the sentences beside it. A finding either contradicts ("the source
says 30 days, not 14 days") or is merely missing ("the source does not mention Lyon"). Whether the
two speak of the same thing at all is not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sartor.checking.facts import Facts
from sartor.checking.slots import Slot, slots
from sartor.checking.words import Word, opposite, opposites_of, variants
from sartor.text import dates, numbers
from sartor.text.dates import Date
from sartor.text.names import Name
from sartor.text.numbers import Quantity

_JOINTS = re.compile(r"[-\u2010\u2011/ ]")

Kind = Literal["number", "date", "name", "negation", "opposite", "quantifier", "obligation"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between a claim and its evidence."""

    kind: Kind
    reason: str
    contradicts: bool


@dataclass(frozen=True)
class Pair:
    """A claim and the evidence beside it: the nearest sentence, its window, its passage."""

    claim: Facts
    nearest: Facts
    window: tuple[Facts, ...]
    passage: str  # lower-case text of the passage, its headings and its name
    given: frozenset[str] = frozenset()  # stems that the question takes for granted

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


def findings(pair: Pair) -> list[Finding]:
    """Compare all details of a claim with its evidence."""
    return [
        *_numbers(pair),
        *_dates(pair),
        *_names(pair),
        *_negations(pair),
        *_opposites(pair),
        *_directions(pair),
        *_strength(pair),
    ]


# --- numbers and dates ------------------------------------------------------------------------


def _numbers(pair: Pair) -> Iterator[Finding]:
    for quantity in pair.claim.quantities:
        if trivial(pair.claim, quantity):
            continue
        spelled = pair.claim.text[quantity.start : quantity.end]
        instead = _instead(pair, quantity)
        if instead:
            yield Finding("number", f"the source says {instead}, not {spelled}", True)
        elif not borne_out(quantity, pair.quantities, pair.dates):
            rivals = [other for other in pair.quantities if _rival(quantity, other)]
            yield _absent("number", spelled, _spelled(pair, rivals[0]) if rivals else "")


def trivial(claim: Facts, quantity: Quantity) -> bool:
    """Tell the "one" of "one of them" and the "first" of a list from what is counted."""
    if quantity.digits or quantity.unit not in ("", "ordinal"):
        return False
    return claim.text[quantity.start : quantity.end].lower() in ("one", "first", "half", "eins")


def borne_out(quantity: Quantity, said: Sequence[Quantity], years: Sequence[Date]) -> bool:
    """Tell whether the evidence states a quantity, be it as a year."""
    return any(numbers.agree(quantity, other) for other in said) or (
        not quantity.unit and any(date.year in quantity.values for date in years)
    )


def dated(date: Date, said: Sequence[Date], plain: Sequence[Quantity]) -> bool:
    """Tell whether the evidence states a date, be its year written like a plain number."""
    return any(dates.agree(date, other) for other in said) or any(
        not quantity.unit and date.year in quantity.values for quantity in plain
    )


def _rival(quantity: Quantity, other: Quantity) -> bool:
    """Tell whether a source gives another value for the same thing, or another unit."""
    if numbers.same_kind(quantity, other):
        return True
    return bool(quantity.unit and other.unit)


def _instead(pair: Pair, item: Quantity | Date) -> str:
    """Give what the nearest sentence has where the claim has this number, if it differs."""
    for slot in pair.slots:
        if not any(item.start <= word.start < item.end for word in slot.claimed):
            continue
        first, last = slot.said[0].start, slot.said[-1].end
        details: list[Quantity | Date] = [*pair.nearest.quantities, *pair.nearest.dates]
        here = [other for other in details if other.start < last and first < other.end]
        if here and not any(_same(item, other) for other in here):
            return pair.nearest.text[here[0].start : here[0].end]
    return ""


def _same(claimed: Quantity | Date, said: Quantity | Date) -> bool:
    if isinstance(claimed, Quantity):
        if isinstance(said, Quantity):
            return numbers.agree(claimed, said)
        return not claimed.unit and said.year in claimed.values
    return dated(claimed, [said], []) if isinstance(said, Date) else dated(claimed, [], [said])


def _dates(pair: Pair) -> Iterator[Finding]:
    for date in pair.claim.dates:
        spelled = pair.claim.text[date.start : date.end]
        instead = _instead(pair, date)
        if instead:
            yield Finding("date", f"the source says {instead}, not {spelled}", True)
        elif not dated(date, pair.dates, pair.quantities):
            rivals = [other for other in pair.dates if not dates.compatible(date, other)]
            yield _absent("date", spelled, _spelled(pair, rivals[0]) if rivals else "")


def _absent(kind: Kind, spelled: str, rival: str) -> Finding:
    if rival:
        return Finding(kind, f"the source says {rival}, not {spelled}", True)
    return Finding(kind, f"the source does not say {spelled}", False)


def _spelled(pair: Pair, item: Quantity | Date) -> str:
    for facts in pair.window:
        if item in facts.quantities or item in facts.dates:
            return facts.text[item.start : item.end]
    return ""


# --- names ------------------------------------------------------------------------------------


def _names(pair: Pair) -> Iterator[Finding]:
    text = " ".join(facts.text for facts in pair.window)
    refers_back = any(facts.refers_back for facts in pair.window)
    for name in pair.claim.names:
        instead = _other_name(pair, name)
        if instead:
            yield Finding("name", f"the source says {instead}, not {name.text}", True)
            continue
        known = pair.stems | pair.given
        missing = [word for word in _words_of(pair.claim, name) if not _met(word, known)]
        if not missing or _abbreviates(name, text) or _same_code(name, text):
            continue
        if not (refers_back and all(word.lower in pair.passage for word in missing)):
            yield Finding("name", f"the source does not mention {name.text}", False)


def _words_of(facts: Facts, name: Name) -> list[Word]:
    return [word for word in facts.words if name.start <= word.start < name.end and word.content]


def _met(word: Word, stems: frozenset[str]) -> bool:
    return word.stem in stems or bool(variants(word.stem) & stems)


def _other_name(pair: Pair, name: Name) -> str:
    """Give what the nearest sentence has in the place of a name that it lacks.

    A pronoun there refers back; what it refers to is looked for in the passage, not here.
    """
    there = frozenset(word.stem for word in pair.nearest.words)
    lacking = {word.start for word in _words_of(pair.claim, name) if not _met(word, there)}
    for slot in pair.slots:
        if not any(_names_something(pair.nearest, word) for word in slot.said):
            continue
        if any(word.start in lacking for word in slot.claimed):
            said = pair.nearest.text[slot.said[0].start : slot.said[-1].end]
            return "" if _abbreviates(name, said) else said
    return ""


def _names_something(facts: Facts, word: Word) -> bool:
    return word.content and facts.text[word.start].isupper()


def _same_code(name: Name, text: str) -> bool:
    """Tell whether a code stands in a text with other hyphens or as a plural: PD-1, PD1, VSMCs."""
    bare = _JOINTS.sub("", name.text).removesuffix("s").lower()
    return (len(bare) > 1 and not bare.isalpha() and bare in _JOINTS.sub("", text).lower()) or (
        name.text[:-1].isupper() and f"{name.text.removesuffix('s')}" in text
    )


def _abbreviates(name: Name, text: str) -> bool:
    """Tell whether a name is the initials of words in a text, or its own initials stand there."""
    letters = "".join(character for character in name.text if character.isalpha())
    if letters.isupper() and 2 <= len(letters) <= 6:
        initials = "".join(word[0] for word in text.replace("-", " ").split() if word[0].isalpha())
        return letters.lower() in initials.lower()
    return len(name.words) > 1 and "".join(word[0] for word in name.words).upper() in text


# --- negation, opposites, strength ------------------------------------------------------------


def _negations(pair: Pair) -> Iterator[Finding]:
    """Find what one negates and the other says without a "not"."""
    said = [negation for facts in pair.window for negation in facts.negations]
    claimed = pair.claim.negations
    mine = {word.stem for word in pair.claim.words}
    for negation in claimed:
        stem = negation.head.stem
        if stem in pair.stems and not any(stem in other.reach for other in said):
            reason = f'the source says "{negation.head.lower}" without the negation'
            yield Finding("negation", reason, True)
    for negation in pair.nearest.negations:
        stem = negation.head.stem
        if stem in mine and not any(stem in other.reach for other in claimed):
            yield Finding("negation", f'the source negates "{negation.head.lower}"', True)


def _opposites(pair: Pair) -> Iterator[Finding]:
    """Find a word whose opposite the source has, unless a negation turns it round again."""
    there = {word.stem: word for facts in pair.window for word in facts.words if word.content}
    reached = frozenset().union(
        *(negation.reach for facts in pair.window for negation in facts.negations)
    )
    turned = frozenset().union(*(negation.reach for negation in pair.claim.negations))
    for word in pair.claim.words:
        if not word.content or variants(word.stem) & there.keys():
            continue
        against = next((there[other] for other in opposites_of(word.stem) if other in there), None)
        against = against or next(
            (other for other in there.values() if opposite(word.stem, other.stem)), None
        )
        if against and (word.stem in turned) == (against.stem in reached):
            yield Finding(
                "opposite", f'the source says "{against.lower}", not "{word.lower}"', True
            )


def _directions(pair: Pair) -> Iterator[Finding]:
    """Find "less" where the source has "more", "before" where it has "after"."""
    for slot in pair.slots:
        for word in slot.claimed:
            rivals = opposites_of(word.stem)
            against = next((other for other in slot.said if other.stem in rivals), None)
            if against:
                reason = f'the source says "{against.lower}", not "{word.lower}"'
                yield Finding("opposite", reason, True)


def _strength(pair: Pair) -> Iterator[Finding]:
    """Find where a claim says more than its source: all for some, must for may."""
    claim, nearest = pair.claim, pair.nearest
    if claim.quantifier > nearest.quantifier > 0:
        yield Finding("quantifier", "the source does not say it of so many", True)
    if claim.modal == 1 and nearest.modal == -1:
        yield Finding("obligation", "the source allows it and does not demand it", True)


def granted(pair: Pair) -> frozenset[str]:
    """Give the stems of the claim's numbers and dates that the evidence bears out.

    "Five kilometres" shares no word with "5 km".
    """
    items: list[Quantity | Date] = [
        q for q in pair.claim.quantities if borne_out(q, pair.quantities, pair.dates)
    ]
    items += [date for date in pair.claim.dates if dated(date, pair.dates, pair.quantities)]
    return frozenset(
        word.stem
        for item in items
        for word in pair.claim.words
        if item.start <= word.start < item.end
    )
