"""Passages -> the windows of one to three neighbouring sentences that come nearest to a claim.

Nearness here is shared words, weighed by how rare they are among these passages; whether a window
really says what the claim says is decided elsewhere. Knows no documents and no embedder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from sartor.checking.bearing import bearing
from sartor.checking.vocabulary import PRONOUNS
from sartor.checking.words import Word, same_root, variants, weight, words
from sartor.text.claims import clauses
from sartor.text.sentences import sentences
from sartor.types import Passage

SAME, ALIKE, ROOT = 1.0, 0.9, 0.8  # how well a word is met: itself, a synonym, another form
WORTH_A_NEIGHBOUR = 0.12  # coverage that a neighbouring sentence must add to join a window
GIVEN = 0.3  # what a word counts that only repeats the question
_CLAUSE_ENDS = (";", "；")  # noqa: RUF001 - one of them is wide
_ROOT_LETTERS = 5
_LONGEST = 1_200  # characters of a source sentence that are compared
_KEPT = 512  # passages remembered


@dataclass(frozen=True, slots=True)
class Line:
    """One clause of a passage: `text == passage.text[start:end]`; `sentence` is what is quoted."""

    passage: int
    sentence: tuple[int, int]
    start: int
    end: int
    text: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring lines (numbers, half open), and the share of the claim's weight they hold."""

    first: int
    last: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Sought:
    """A claim's word: what it weighs here, and the source stems that meet it, each how well."""

    word: Word
    weight: float
    met_by: Mapping[str, float]


class Evidence:
    """All sentences of some passages, ready to be compared with many claims."""

    def __init__(self, passages: Sequence[Passage], language: str) -> None:
        self.passages = passages
        self.language = language
        self.lines = [
            Line(number, *line)
            for number, passage in enumerate(passages)
            for line in _lines(passage.text, language)
        ]
        self._lowered: dict[int, str] = {}
        self._at: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self.lines):
            for found in line.stems:
                self._at[found].append(number)
        self._roots: dict[str, list[str]] = defaultdict(list)
        for found in self._at:
            if len(found) >= _ROOT_LETTERS:
                self._roots[found[:_ROOT_LETTERS]].append(found)

    def sought(self, claim: Sequence[Word], given: frozenset[str]) -> list[Sought]:
        """Look up each content word of a claim once; words that the question gave count less."""
        found: dict[str, Sought] = {}
        for word in claim:
            if word.content and word.stem not in found:
                met_by = self._met_by(word.stem)
                weighs = weight(word) * self._rarity(met_by)
                weighs *= GIVEN if word.stem in given else 1.0
                found[word.stem] = Sought(word, weighs, met_by)
        return list(found.values())

    def nearest(self, sought: Sequence[Sought], count: int) -> list[Window]:
        """Give the best windows, best first: single sentences, with neighbours that add to them."""
        held: dict[int, float] = defaultdict(float)
        total = sum(word.weight for word in sought) or 1.0
        for word in sought:
            best: dict[int, float] = {}
            for met, strength in word.met_by.items():
                for number in self._at[met]:
                    best[number] = max(best.get(number, 0.0), strength)
            for number, strength in best.items():
                held[number] += word.weight * strength
        likely = sorted(held, key=lambda number: (-held[number], number))[: 2 * count]
        ranked = sorted(
            likely, key=lambda number: -held[number] / total - bearing(self.lines[number].text)
        )[:count]
        return [self._widened(number, held[number] / total, sought, total) for number in ranked]

    def around(self, window: Window) -> frozenset[str]:
        """Give all stems of a window's passage and of its headings, but of what stands apart."""
        number = self.lines[window.first].passage
        passage = self.passages[number]
        apart = {place for place in self._apart_from(window) if not self._heads(place)}
        if not apart:
            return _all_stems(passage, self.language)
        near = (
            line.stems
            for place, line in enumerate(self.lines)
            if line.passage == number and place not in apart
        )
        return _heading_stems(passage, self.language).union(*near)

    def lowered(self, passage: int) -> str:
        """Give the lower-case text of one passage, with its headings and its name before it."""
        if passage not in self._lowered:
            found = self.passages[passage]
            parts = (*found.headings, found.document_id, found.text)
            self._lowered[passage] = " ".join(parts).lower()
        return self._lowered[passage]

    def place(self, window: Window) -> tuple[Passage, int, int]:
        """Say where a window stands: its passage, and its span in the passage's text."""
        first, last = self.lines[window.first], self.lines[window.last - 1]
        return self.passages[first.passage], first.sentence[0], last.sentence[1]

    def text(self, window: Window) -> str:
        """Give the exact text of a window, what stands between its sentences included."""
        passage, start, end = self.place(window)
        return passage.text[start:end]

    def _widened(
        self, number: int, coverage: float, sought: Sequence[Sought], total: float
    ) -> Window:
        """Let the sentence before and the one behind join where they hold what is missing."""
        first, last, stems = number, number + 1, self.lines[number].stems
        for step in (-1, 1):
            other = number + step
            if not 0 <= other < len(self.lines):
                continue
            if self.lines[other].passage != self.lines[number].passage:
                continue
            if self._apart(min(number, other)):
                continue
            wider = stems | self.lines[other].stems
            share = _held(sought, wider) / total
            if share >= coverage + WORTH_A_NEIGHBOUR:
                first, last = min(first, other), max(last, other + 1)
                stems, coverage = wider, share
        return Window(first, last, coverage)

    def other_rows(self, window: Window) -> frozenset[str]:
        """Give the stems of the first cells of a table's other rows: what those speak of."""
        cells = (
            self.lines[place].text.strip("| ").split("|")[0]
            for place in self._apart_from(window)
            if _is_row(self.lines[place]) and not self._heads(place)
        )
        return frozenset(word.stem for cell in cells for word in words(cell, self.language))

    def _heads(self, place: int) -> bool:
        """Tell whether a line is the head of a table: a row above one of dashes."""
        following = self.lines[place + 1] if place + 1 < len(self.lines) else None
        return following is not None and _is_row(following) and not following.stems

    def _apart_from(self, window: Window) -> set[int]:
        found: set[int] = set()
        first, last = window.first, window.last
        while first > 0 and self._apart(first - 1):
            first -= 1
            found.add(first)
        while last < len(self.lines) and self._apart(last - 1):
            found.add(last)
            last += 1
        return found

    def _apart(self, first: int) -> bool:
        """Tell whether a line and the next may lend each other no words: two rows of a table.

        So are two clauses of one sentence, unless a pronoun ties the second to the first.
        """
        line, following = self.lines[first], self.lines[first + 1]
        if line.passage != following.passage:
            return False
        if _is_row(line) and _is_row(following):
            return True
        clauses_of_one = line.text.endswith(_CLAUSE_ENDS)
        return clauses_of_one and PRONOUNS.isdisjoint(
            word.lower for word in words(following.text, self.language)
        )

    def _met_by(self, wanted: str) -> dict[str, float]:
        met = {other: ALIKE for other in variants(wanted) if other in self._at}
        for other in self._roots.get(wanted[:_ROOT_LETTERS], ()):
            if other not in met and same_root(wanted, other):
                met[other] = ROOT
        if wanted in self._at:
            met[wanted] = SAME
        return met

    def _rarity(self, met_by: Mapping[str, float]) -> float:
        among = len({number for met in met_by for number in self._at[met]})
        return 1.0 + log((len(self.lines) + 1) / (among + 1))


def coverage(
    sought: Sequence[Sought], stems: frozenset[str], granted: frozenset[str] = frozenset()
) -> float:
    """Say which share of a claim's weight some stems hold; granted words need no meeting."""
    total = sum(word.weight for word in sought)
    held = _held([word for word in sought if word.word.stem not in granted], stems)
    held += sum(word.weight for word in sought if word.word.stem in granted)
    return held / total if total else 0.0


def _held(sought: Sequence[Sought], stems: frozenset[str]) -> float:
    return sum(
        word.weight * max((word.met_by[met] for met in word.met_by if met in stems), default=0.0)
        for word in sought
    )


@lru_cache(maxsize=_KEPT)
def _lines(
    text: str, language: str
) -> tuple[tuple[tuple[int, int], int, int, str, frozenset[str]], ...]:
    return tuple(
        (
            (first, cut),
            start,
            end,
            text[start:end],
            frozenset(w.stem for w in words(text[start:end], language)),
        )
        for first, last in sentences(text)
        for cut in [min(last, first + _LONGEST)]
        for start, end in clauses(text, first, cut)
    )


def _is_row(line: Line) -> bool:
    return line.text.startswith("|") or " | " in line.text


def _all_stems(passage: Passage, language: str) -> frozenset[str]:
    lines = _lines(passage.text, language)
    return _heading_stems(passage, language).union(*(line[4] for line in lines))


def _heading_stems(passage: Passage, language: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(" ".join(passage.headings), language))
