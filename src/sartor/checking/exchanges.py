"""Two sentences -> have two parties changed places between them?

"Denmark beat Norway" and "Norway beat Denmark" share every word. In go the facts of a claim and of
a source sentence; only two patterns are known, since a guess would be worse than silence: names
with the same words between them, active or passive, and what stands on either side of a "than" or a
"before".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sartor.checking.facts import Facts
from sartor.checking.words import Word, stem

_BETWEEN = 6  # words that may stand between two parties
_COMPARING = 2  # words before "than" that compare: "more often than"
_THAN = frozenset({"than", "als"})
_EARLIER = frozenset({"before", "until", "bevor"})
_IN_TIME = _EARLIER | {"after", "nachdem"}
_PASSIVE = frozenset(stem(word) for word in ("be", "was", "by", "were", "been", "is", "are"))
_MUTUAL = frozenset(  # what one does to the other, the other does to the first
    stem(word)
    for word in """
        meet met marry married marries fight fought face play border equal resemble match near
        close like draw tie versus against differ with and or next between cousin sibling
        neighbour neighbor friend partner same different distant far twin colleague
    """.split()  # noqa: SIM905 - a word list is read as text
)


@dataclass(frozen=True, slots=True)
class _Link:
    """Two names and the words between them."""

    left: frozenset[str]
    right: frozenset[str]
    between: tuple[str, ...]

    @property
    def passive(self) -> bool:
        return "by" in self.between

    @property
    def bare(self) -> tuple[str, ...]:
        """The words between, without what makes them passive."""
        return tuple(word for word in self.between if word not in _PASSIVE)


def exchanged(claim: Facts, source: Facts) -> str:
    """Say which parties have changed places; empty when none have."""
    return _around_names(claim, source) or _around_than(claim, source)


def _around_names(claim: Facts, source: Facts) -> str:
    there = list(_links(source))
    for mine in _links(claim):
        for theirs in there:
            if mine.bare != theirs.bare or mine.left & mine.right or _MUTUAL & set(mine.bare):
                continue
            straight = (mine.left, mine.right) == (theirs.left, theirs.right)
            crossed = (mine.left, mine.right) == (theirs.right, theirs.left)
            turned = mine.passive != theirs.passive
            if (crossed and not turned) or (straight and turned):
                return "the source says it the other way round"
    return ""


def _links(facts: Facts) -> Iterator[_Link]:
    """Find neighbouring names with a word of content between them."""
    parties = list(_parties(facts))
    for (first, after), (second, end) in pairwise(parties):
        between = facts.words[after:second]
        if len(between) <= _BETWEEN and any(word.content for word in between):
            yield _Link(
                _stems(facts.words[first:after]),
                _stems(facts.words[second:end]),
                tuple(word.stem for word in between),
            )


def _parties(facts: Facts) -> Iterator[tuple[int, int]]:
    """Find runs of words with capitals, the first word of the sentence among them."""
    start = None
    for place, word in enumerate(facts.words):
        if word.content and facts.text[word.start].isupper():
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(facts.words)


def _around_than(claim: Facts, source: Facts) -> str:
    """Tell whether what only one's right side has stands on the other's left side."""
    mine, theirs = _sides(claim), _sides(source)
    if not mine or not theirs or mine.in_time != theirs.in_time:
        return ""
    now, before = mine.right - theirs.right, theirs.right - mine.right
    if now and before and now <= theirs.left and before <= mine.left:
        return "the source has the two the other way round"
    return ""


@dataclass(frozen=True, slots=True)
class _Sides:
    """What stands before and behind a "than" or a "before"; `denied`: "not ... before"."""

    left: frozenset[str]
    right: frozenset[str]
    in_time: bool
    denied: bool

    def same_two(self, other: _Sides) -> bool:
        """Tell whether both sides share words with the other's, straight or crossed."""
        straight = self.left & other.left and self.right & other.right
        return bool(straight or (self.left & other.right and self.right & other.left))


def _sides(facts: Facts) -> _Sides | None:
    """Part a sentence at its pivot; "not A before B" says that B comes first, as "B before A"."""
    place = _pivot(facts)
    if place is None:
        return None
    pivot = facts.words[place]
    left, right = facts.words[:place], facts.words[place + 1 :]
    if not place:
        comma = facts.text.find(",")
        left = tuple(word for word in right if word.start > comma > 0)
        right = tuple(word for word in right if word.start < comma)
    heads = {word.start for word in left}
    denied = pivot.lower in _EARLIER and any(
        not one.excepts and one.head.start in heads for one in facts.negations
    )
    sides = (right, left) if denied else (left, right)
    return _Sides(_stems(sides[0]), _stems(sides[1]), pivot.lower not in _THAN, denied)


def ordered_by_denial(claim: Facts, source: Facts) -> bool:
    """Tell whether both put the same first, one by "not ... before"."""
    mine, theirs = _sides(claim), _sides(source)
    if not mine or not theirs or not (mine.in_time and theirs.in_time):
        return False
    straight = len(mine.left & theirs.left) + len(mine.right & theirs.right)
    crossed = len(mine.left & theirs.right) + len(mine.right & theirs.left)
    return mine.denied != theirs.denied and straight > crossed


def comparing(claim: Facts, source: Facts) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Give the words by which both put two things in relation: before a "than", or a "before".

    Empty where they do not speak of the same two things.
    """
    mine, theirs = _sides(claim), _sides(source)
    if not mine or not theirs or mine.in_time != theirs.in_time:
        return (), ()
    if mine.in_time and not mine.same_two(theirs):
        return (), ()
    return _relation(claim), _relation(source)


def _relation(facts: Facts) -> tuple[Word, ...]:
    place = _pivot(facts) or 0
    if facts.words[place].lower in _THAN:
        return facts.words[max(0, place - _COMPARING) : place]
    return facts.words[place : place + 1]


def _pivot(facts: Facts) -> int | None:
    """Give the place of the only "than", or else of the only "before" or "after"."""
    for pivots in (_THAN, _IN_TIME):
        places = [place for place, word in enumerate(facts.words) if word.lower in pivots]
        if places:
            return places[0] if len(places) == 1 else None
    return None


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in words if word.content)
