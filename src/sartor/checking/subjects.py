"""Claim and evidence -> does the source say it of somebody else?

"Employees must wear a badge" and "Visitors must wear a badge" differ in their first words alone.
Since the two may be synonyms that no list knows, such a difference never contradicts; it only
leaves the claim unproven.
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.checking.facts import Facts
from sartor.checking.pair import Finding, Pair, stems_of
from sartor.checking.slots import Slot
from sartor.checking.words import Word, alike


def other_rows(pair: Pair) -> Iterator[Finding]:
    """Find the words of a claim that name another row of the table."""
    for word in pair.claim.words:
        if word.content and word.stem in pair.other_rows - pair.stems:
            reason = f'another row of the table speaks of "{word.lower}"'
            yield Finding("subject", reason, False, frozenset({word.stem}))


def other_subjects(pair: Pair) -> Iterator[Finding]:
    """Find the first noun of a claim where an otherwise equal source has another one."""
    slot = next(iter(pair.slots), None)
    if slot is None or not _all_else_is_equal(pair, slot):
        return
    mine, theirs = _begins(pair.claim, slot.claimed), _begins(pair.nearest, slot.said)
    if mine is None or theirs is None or mine.lower in pair.passage:
        return
    if not alike(mine.stem, theirs.stem) and mine.stem not in pair.given:
        reason = f"the source says it of {theirs.lower}, not of {mine.lower}"
        yield Finding("subject", reason, False, frozenset({mine.stem}))


def _all_else_is_equal(pair: Pair, slot: Slot) -> bool:
    there = stems_of(pair.nearest.words)
    others = [word for word in pair.claim.words if word.content and word not in slot.claimed]
    return bool(others) and all(word.stem in there for word in others)


def _begins(facts: Facts, words: tuple[Word, ...]) -> Word | None:
    """Give the one word of content in a slot if no other stands before it in the sentence."""
    content = [word for word in words if word.content]
    if len(content) != 1 or content[0].lower[0].isdigit():
        return None
    first = next(word for word in facts.words if word.content)
    return first if first == content[0] else None
