"""Two sentences -> have two parties changed places between them?

"Denmark beat Norway" and "Norway beat Denmark" share every word. In go the facts of a claim and of
a source sentence; only two patterns are known, since a guess would be worse than silence: names
with the same words between them, active or passive, and what stands on either side of a "than".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sartor.checking.facts import Facts
from sartor.checking.words import Word, stem

_BETWEEN = 6  # words that may stand between two parties
_COMPARING = 2  # words before "than" that compare: "more often than"
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
    if not mine or not theirs:
        return ""
    now, before = mine[1] - theirs[1], theirs[1] - mine[1]
    if now and before and now <= theirs[0] and before <= mine[0]:
        return "the source compares them the other way round"
    return ""


def _sides(facts: Facts) -> tuple[frozenset[str], frozenset[str]] | None:
    place = _than(facts)
    return (_stems(facts.words[:place]), _stems(facts.words[place + 1 :])) if place else None


def before_than(facts: Facts) -> tuple[Word, ...]:
    """Give the words that say how two things compare: those right before a "than"."""
    place = _than(facts)
    return facts.words[max(0, place - _COMPARING) : place]


def _than(facts: Facts) -> int:
    """Give the place of the only "than" of a sentence; 0 where there is none, or more."""
    places = [place for place, word in enumerate(facts.words) if word.lower in ("than", "als")]
    return places[0] if len(places) == 1 else 0


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in words if word.content)
