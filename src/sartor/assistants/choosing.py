"""Rated statements -> those that make the answer, in the order they are read.

The best one always, and first; another only when it is likely enough to be the answer itself, or
when one that was chosen points at it ("It costs ..."). Knows no question and no retriever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sartor.assistants.relevance import Candidate, chances
from sartor.assistants.statements import Statement
from sartor.types import Passage

LEAST_CHANCE = 0.1  # of being the answer: less is padding
MISSED = 0.2  # of the question's words stand beside a statement: what it points at matters
LONGEST_ANSWER = 1_200  # characters; the best statement is said however long it is


@dataclass(frozen=True, slots=True)
class Pick:
    """A statement that will be said, and the passage it is quoted from."""

    passage: Passage
    statement: Statement


def choose(rated: Sequence[Candidate], most: int) -> list[Pick]:
    """Choose up to `most` of the rated statements, which come in best first."""
    if not rated:
        return []
    first = _room_for([], _with_antecedent(rated[0]), most) or _with_antecedent(rated[0])[-1:]
    rest: list[Pick] = []
    for candidate, chance in zip(rated[1:], chances(rated)[1:], strict=True):
        if chance >= LEAST_CHANCE and not _less_named(candidate, rated[0]):
            rest += _room_for([*first, *rest], _with_antecedent(candidate), most)
    return first + _in_order(rest)


def _less_named(candidate: Candidate, best: Candidate) -> bool:
    """Tell whether it is a row of another thing: the best holds all its words of the question."""
    return candidate.statement.row and candidate.own < best.own


def _with_antecedent(candidate: Candidate) -> list[Pick]:
    """Give the statement, after the one before it if that says what it is about."""
    picks = [Pick(candidate.passage, candidate.statement)]
    before = candidate.before
    needed = candidate.statement.refers and candidate.near >= MISSED
    if needed and before and not before.instructs:
        picks.insert(0, Pick(candidate.passage, before))
    return picks


def _room_for(said: Sequence[Pick], more: Sequence[Pick], most: int) -> list[Pick]:
    """Give what is new and can still be said: all of it, its last, or nothing."""
    texts = {pick.statement.text for pick in said}  # overlapping passages repeat statements
    new = [pick for pick in more if pick.statement.text not in texts]
    room = LONGEST_ANSWER - sum(map(len, texts))
    for part in (new, new[-1:]):
        length = sum(len(pick.statement.text) for pick in part)
        if len(said) + len(part) <= most and length <= room:
            return part
    return []


def _in_order(picks: Sequence[Pick]) -> list[Pick]:
    """Keep statements of one passage together and in its order; better passages come first."""
    passages = list(dict.fromkeys(pick.passage.id for pick in picks))
    return sorted(picks, key=lambda pick: (passages.index(pick.passage.id), pick.statement.start))
