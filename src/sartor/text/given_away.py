"""Questions and the turns of conversations -> which questions were given away.

A question is given away where a turn is that question, holds it as a line or sentence of its own,
or says nearly the same. It knows neither files nor what the question is for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sartor.text.near import shingles
from sartor.text.sentences import sentences

NEAR_TURNS = 0.7  # share of word triples
LEAST_WORDS = 3  # "Why?" in a conversation gives nothing away
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class GivenAway:
    """A question, and a turn that says it: their places, and whether word for word."""

    question: int
    turn: int
    exact: bool


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text in small letters: what makes two questions the same."""
    return tuple(_WORD.findall(text.casefold()))


def given_away(questions: Sequence[str], turns: Sequence[str]) -> Iterator[GivenAway]:
    """Find every turn that gives a question away, turn by turn."""
    asked: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        words = words_of(question)
        if len(words) >= LEAST_WORDS:
            asked[words].append(place)
    near = _Near(questions)
    for turn, said in enumerate(turns):
        exact = {place for piece in _pieces(said) for place in asked.get(words_of(piece), ())}
        for place in sorted(exact):
            yield GivenAway(place, turn, exact=True)
        for place in near.to(said):
            if place not in exact:
                yield GivenAway(place, turn, exact=False)


def _pieces(turn: str) -> Iterator[str]:
    """Give a turn, its lines and its sentences, each also without "Question: " before it."""
    lines = turn.split("\n") if "\n" in turn else ()
    for piece in (turn, *lines, *(turn[start:end] for start, end in sentences(turn))):
        yield piece
        label, colon, bare = piece.rpartition(": ")
        if colon and label:
            yield bare


class _Near:
    """Questions by their word triples: a turn is compared only with those it shares one with."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._sizes: list[int] = []
        self._holders: dict[int, list[int]] = defaultdict(list)
        for place, question in enumerate(questions):
            long = len(words_of(question)) >= LEAST_WORDS
            triples = shingles(question) if long else frozenset()
            self._sizes.append(len(triples))
            for triple in triples:
                self._holders[triple].append(place)

    def to(self, turn: str) -> Iterator[int]:
        if not self._holders:
            return
        triples = shingles(turn)
        shared = Counter(
            place for triple in triples & self._holders.keys() for place in self._holders[triple]
        )
        for place, common in shared.items():
            if common >= NEAR_TURNS * (len(triples) + self._sizes[place] - common):
                yield place
