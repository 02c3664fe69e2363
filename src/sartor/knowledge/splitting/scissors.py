"""Units and a ruler -> the best places to cut when something is too long.

It looks inside a unit only when the borders between units will not do, and remembers what it found
there. Between places that are equally good, the words around them decide, never how far the last
piece reached: so an edit moves few other cuts. It knows nothing about sections or headings.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from zlib import crc32

from sartor.knowledge.splitting.cuts import FINDERS, RUNGS
from sartor.knowledge.splitting.outline import Unit
from sartor.knowledge.splitting.ruler import Ruler

_LEAST_FILL = 3  # a piece is cut no earlier than at 1/3 of the size, if it need not be
_SLIVER = 8  # and never under 1/8 of it to keep a table whole
_NEIGHBOURHOOD = 300  # characters on each side of a cut that tell whether the subject changes
_SMALL_WORD = 3  # letters
_FINGERPRINT = 48  # characters after a cut that decide between equals
_KEPT_WHOLE = ("table", "code")


class Scissors:
    """Cut the text of a ruler into pieces of at most `size` tokens."""

    def __init__(self, ruler: Ruler, units: Sequence[Unit], size: int) -> None:
        self._ruler = ruler
        self._units = units
        self._size = size
        self._starts = [unit.start for unit in units]
        self._borders = {unit.start: unit.border for unit in units if unit.border}
        self._border_starts = list(self._borders)
        self._found: dict[tuple[int, int], list[int]] = {}

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Cut `text[start:end]` into pieces that follow each other without a gap."""
        while self._ruler.tokens(start, end) > self._size:
            cut = self._cut(start, end)
            yield start, cut
            start = cut
        yield start, end

    def reach_back(self, start: int, floor: int, overlap: int) -> int:
        """Move a start back over whole sentences, or else words, by at most `overlap` tokens."""
        if not overlap or start == floor:
            return start
        low = max(floor, self._ruler.place(self._ruler.before(start) - overlap))
        rungs = [self._borders_in(low, start - 1)]
        rungs += [self._inside(rung, low, start - 1, whole=False) for rung in range(RUNGS)]
        found = [position for rung in rungs for position in rung]
        return min(found or self._words(low, start - 1) or [start])

    def _cut(self, start: int, end: int) -> int:
        """Choose where to end a piece that begins at `start`; `end` is out of reach."""
        first, last = self._ruler.before(start), self._ruler.before(end)
        least = self._size // _LEAST_FILL
        low = max(self._ruler.place(first + least), start + 1)
        high = self._ruler.place(min(first + self._size, last - least))
        if equals := self._strongest(low, high) or self._coarsest(low, high, whole=False):
            return self._pick(equals)
        sliver = max(self._ruler.place(first + self._size // _SLIVER), start + 1)
        if early := self._borders_in(sliver, low):
            return early[-1]
        if equals := self._coarsest(low, high, whole=True):
            return self._pick(equals)
        return min(self._words(low, high), key=self._arbitrary, default=high)

    def _coarsest(self, low: int, high: int, *, whole: bool) -> list[int]:
        """Give the cuts inside units that are of the coarsest rung with any."""
        for rung in range(RUNGS):
            if found := self._inside(rung, low, high, whole=whole):
                return found
        return []

    def _strongest(self, low: int, high: int) -> list[int]:
        found = self._borders_in(low, high)
        best = max((self._borders[place] for place in found), default=0)
        return [place for place in found if self._borders[place] == best]

    def _borders_in(self, low: int, high: int) -> list[int]:
        return _between(self._border_starts, low, high)

    def _inside(self, rung: int, low: int, high: int, *, whole: bool) -> list[int]:
        """Give the cuts of one rung inside the units that reach into the window.

        Tables and code that fit are looked into only if `whole` ones may be cut too.
        """
        first = max(0, bisect_right(self._starts, low) - 1)
        last = bisect_right(self._starts, high)
        found: list[int] = []
        for place in range(first, last):
            if whole or not self._fits(self._units[place]):
                found += _between(self._found_in(place, rung), low, high)
        return found

    def _fits(self, unit: Unit) -> bool:
        return unit.kind in _KEPT_WHOLE and self._ruler.tokens(unit.start, unit.end) <= self._size

    def _found_in(self, place: int, rung: int) -> list[int]:
        unit = self._units[place]
        finders = FINDERS[unit.kind]
        if rung >= len(finders):
            return []
        if (place, rung) not in self._found:
            self._found[place, rung] = finders[rung](self._ruler.text, unit.start, unit.end)
        return self._found[place, rung]

    def _words(self, low: int, high: int) -> list[int]:
        """Give the tokens that begin a word, or all of them where nothing does."""
        starts = self._ruler.starts
        tokens = starts[self._ruler.before(low) : bisect_right(starts, high)].tolist()
        return [place for place in tokens if self._ruler.text[place - 1].isspace()] or tokens

    def _pick(self, equals: Sequence[int]) -> int:
        """Choose where the subject changes most; a fingerprint of the text decides the rest."""
        if len(equals) == 1:
            return equals[0]
        text = self._ruler.text
        return min(equals, key=lambda place: (_cohesion(text, place), *self._arbitrary(place)))

    def _arbitrary(self, place: int) -> tuple[int, int]:
        """Order places as good as randomly, yet alike after edits elsewhere; late before early."""
        following = self._ruler.text[place : place + _FINGERPRINT].lstrip()
        return crc32(following.encode("utf-8", "surrogatepass")), -place


def _between(positions: Sequence[int], low: int, high: int) -> list[int]:
    return list(positions[bisect_left(positions, low) : bisect_right(positions, high)])


def _cohesion(text: str, place: int) -> float:
    """Say how many of their words the text before a cut and the text after it share, 0 to 1."""
    before = _subject(text[max(0, place - _NEIGHBOURHOOD) : place])
    after = _subject(text[place : place + _NEIGHBOURHOOD])
    return len(before & after) / (min(len(before), len(after)) or 1)


def _subject(text: str) -> set[str]:
    """Give the words that are long enough to be about something."""
    return {word for word in text.lower().split() if len(word) > _SMALL_WORD}
