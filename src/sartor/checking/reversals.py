"""Claim and evidence -> where one turns round what the other says.

A "not" too many, an opposite, two parties that have changed places. Two turns undo each other: "A
costs more than B" is "B costs less than A".
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.checking.exchanges import comparing, exchanged, ordered_by_denial
from sartor.checking.facts import Negation
from sartor.checking.pair import Finding, Pair
from sartor.checking.slots import Slot
from sartor.checking.words import (
    Word,
    opposite_in_place,
    opposites_of,
    variants,
    with_prefix_or_without,
)


def negations(pair: Pair) -> Iterator[Finding]:
    """Find what one negates and the other says without a "not"."""
    said = [negation for facts in pair.window for negation in facts.negations]
    claimed = pair.claim.negations
    mine = {word.stem for word in pair.claim.words}
    if ordered_by_denial(pair.claim, pair.nearest):
        return
    for negation in claimed:
        stem = negation.head.stem
        if stem in pair.stems and not any(stem in other.reach for other in said):
            reason = f'"{negation.head.lower}" is negated here and not in the source'
            yield Finding("negation", reason, True)
    denied = list(_denied(pair, mine))
    if not (denied and any(one.excepts for one in denied) and not all(o.excepts for o in denied)):
        yield from (_negated(one) for one in denied)


def _negated(one: Negation) -> Finding:
    verb = "excepts" if one.excepts else "negates"
    return Finding("negation", f'the source {verb} "{one.head.lower}"', True)


def _denied(pair: Pair, mine: set[str]) -> Iterator[Negation]:
    """Find what the source negates or excepts and the claim does not."""
    for negation in pair.nearest.negations:
        stem = negation.head.stem
        times = sum(word.stem == stem for word in pair.nearest.words)
        if times > sum(stem in other.reach for other in pair.nearest.negations):
            continue  # "no link with age, but a link with weight": it is said as well
        if stem in mine and not any(stem in other.reach for other in pair.claim.negations):
            yield negation


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
        against = opposites_of(word.stem) | with_prefix_or_without(word.lower, pair.language)
        for other in sorted(against & there.keys() - {word.stem}):
            if (word.stem in turned) == (other in reached):
                yield word, there[other]
                break


def _in_place(pair: Pair) -> Iterator[tuple[Word, Word]]:
    """Find "less" where the source has "more", "before" where it has "after"."""
    compared = Slot(*comparing(pair.claim, pair.nearest))
    for slot in (*pair.slots, compared):
        for word in slot.claimed:
            for other in slot.said:
                if opposite_in_place(word.stem, other.stem):
                    yield word, other
