"""Claim and evidence -> where one turns round what the other says.

A "not" too many, an opposite, two parties that have changed places. Two turns undo each other: "A
costs more than B" is "B costs less than A".
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.checking.exchanges import before_than, exchanged
from sartor.checking.pair import Finding, Pair
from sartor.checking.slots import Slot
from sartor.checking.words import Word, opposite_in_place, opposites_of, variants


def negations(pair: Pair) -> Iterator[Finding]:
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
        times = sum(word.stem == stem for word in pair.nearest.words)
        if times > sum(stem in other.reach for other in pair.nearest.negations):
            continue  # "no link with age, but a link with weight": it is said as well
        if stem in mine and not any(stem in other.reach for other in claimed):
            yield Finding("negation", f'the source negates "{negation.head.lower}"', True)


def opposites(pair: Pair) -> Iterator[Finding]:
    """Find opposites and exchanged parties, unless one undoes the other."""
    turned = [_opposed(word, against) for word, against in [*_antonyms(pair), *_in_place(pair)]]
    reason = exchanged(pair.claim, pair.nearest)
    if not reason:
        yield from turned
    elif not turned:
        yield Finding("exchange", reason, True)


def _opposed(word: Word, against: Word) -> Finding:
    reason = f'the source says "{against.lower}", not "{word.lower}"'
    return Finding("opposite", reason, True, frozenset({word.stem}))


def _antonyms(pair: Pair) -> Iterator[tuple[Word, Word]]:
    """Find a word whose opposite the source has, unless a negation turns it round again."""
    there = {word.stem: word for facts in pair.window for word in facts.words if word.content}
    reached = frozenset().union(
        *(negation.reach for facts in pair.window for negation in facts.negations)
    )
    turned = frozenset().union(*(negation.reach for negation in pair.claim.negations))
    for word in pair.claim.words:
        if not word.content or variants(word.stem) & there.keys():
            continue
        for other in sorted(opposites_of(word.stem) & there.keys()):
            if (word.stem in turned) == (other in reached):
                yield word, there[other]
                break


def _in_place(pair: Pair) -> Iterator[tuple[Word, Word]]:
    """Find "less" where the source has "more", "before" where it has "after"."""
    compared = Slot(before_than(pair.claim), before_than(pair.nearest))
    for slot in (*pair.slots, compared):
        for word in slot.claimed:
            for other in slot.said:
                if opposite_in_place(word.stem, other.stem):
                    yield word, other
