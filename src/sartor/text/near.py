"""Texts -> how alike they are, word for word.

Two texts are compared by the word triples they share; a sketch of the smallest hash values finds
likely pairs among many texts without comparing each with each. It knows nothing about meaning, and
gives the same answer in every process (no `hash()`).
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

from sartor.text.scripts import UNSPACED_CLASS

NEAR = 0.8  # from here on two texts are copies of each other but for details

_WORD = re.compile(rf"[{UNSPACED_CLASS}]|(?:(?![{UNSPACED_CLASS}])\w)+")
_SHINGLE = 3  # words
_BINS = 64
_ROWS = 4  # bins that must agree for two texts to be compared: 0.8 alike -> found 99.98 %
_KEPT = 4  # texts remembered for one band: a thousand copies need not be paired each with each
_NOTHING = 1 << 32
_SPREAD = 0x9E3779B1  # an odd multiplier: crc32 alone keeps near values near


def shingles(text: str) -> frozenset[int]:
    """Give the set of a text's word triples as numbers; a shorter text is one shingle."""
    words = [word.encode() for word in _WORD.findall(text.casefold())]
    if not words:
        return frozenset()
    last = max(1, len(words) - _SHINGLE + 1)
    return frozenset(
        crc32(b" ".join(words[place : place + _SHINGLE])) * _SPREAD & 0xFFFFFFFF
        for place in range(last)
    )


def similarity(left: str, right: str) -> float:
    """Say which share of their word triples two texts have in common, 0 to 1."""
    return _overlap(shingles(left), shingles(right))


def near_groups(texts: Sequence[str], threshold: float = NEAR) -> list[list[int]]:
    """Group the texts that are near-duplicates; singles are left out.

    Places in `texts`, each group in order, groups by their first member. Similarity is passed on:
    a member is near to some other member, not to all of them.
    """
    sets = [array("I", shingles(text)) for text in texts]  # a twentieth of what sets would take
    leader = list(range(len(texts)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for left, right in _likely_pairs(sets):
        first, second = sorted((lead(left), lead(right)))
        if first != second and _alike(sets[left], sets[right]) >= threshold:
            leader[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[lead(place)].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _alike(left: Sequence[int], right: Sequence[int]) -> float:
    return _overlap(frozenset(left), frozenset(right))


def _overlap(left: frozenset[int], right: frozenset[int]) -> float:
    if not left or not right:
        return 0.0
    common = len(left & right)
    return common / (len(left) + len(right) - common)


def _likely_pairs(sets: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Pair the texts whose sketches agree in some band, each with up to a few earlier ones.

    Band after band, so that only one of them is held in memory; a pair may come again.
    """
    sketches = [_sketch(members) for members in sets]
    for band in range(0, _BINS, _ROWS):
        earlier: dict[bytes, list[int]] = defaultdict(list)
        for place, sketch in enumerate(sketches):
            if not sketch:
                continue
            same = earlier[sketch[band : band + _ROWS].tobytes()]
            yield from ((other, place) for other in same)
            if len(same) < _KEPT:
                same.append(place)


def _sketch(members: Sequence[int]) -> array[int]:
    """Sketch a set by the smallest number in each of its bins.

    An empty bin borrows from the next one that is not, so that short texts have full sketches.
    """
    if not members:
        return array("I")
    smallest = [_NOTHING] * _BINS
    for member in members:
        place = member % _BINS
        smallest[place] = min(smallest[place], member)
    for place in range(2 * _BINS - 2, -1, -1):
        if smallest[place % _BINS] == _NOTHING:
            smallest[place % _BINS] = smallest[(place + 1) % _BINS]
    return array("I", smallest)
