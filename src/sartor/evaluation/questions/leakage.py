"""Tuning examples and test questions -> which questions were given away.

In go the lines of an examples.jsonl (chat messages). A question counts as given away where a turn
of a user is that question, holds it as a line or sentence of its own, or says nearly the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from sartor.evaluation.questions.findings import QuestionFinding
from sartor.text.near import near_groups
from sartor.text.sentences import sentences
from sartor.types import Question

NEAR_TURNS = 0.7  # share of word triples
LEAST_WORDS = 3  # "Why?" in an example gives nothing away
_WORD = re.compile(r"\w+")
_HINT = "take it out of the examples, or out of the questions"


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text in small letters: what makes two questions the same."""
    return tuple(_WORD.findall(text.casefold()))


def leakage_findings(
    questions: Sequence[Question], examples: Sequence[str]
) -> Iterator[QuestionFinding]:
    """Find the questions that stand in the examples."""
    turns, broken = _user_turns(examples)
    if broken:
        told = f"{len(broken)} rows of the examples cannot be read, the first on line {broken[0]}"
        hint = 'a row is {"messages": [{"role": "user", "content": "..."}, ...]}'
        yield QuestionFinding("error", "examples", told, hint)
    stands = _places(turns)
    left: list[Question] = []
    for question in questions:
        line = stands.get(words_of(question.text))
        if line is None:
            left.append(question)
        elif len(words_of(question.text)) >= LEAST_WORDS:
            told = f"{question.text!r} stands in the examples, on line {line}"
            yield QuestionFinding("error", "leakage", told, _HINT, question.id)
    yield from _near(left, turns)


def _user_turns(examples: Sequence[str]) -> tuple[list[tuple[int, str]], list[int]]:
    """Read what users say, with the line of each; and the lines that are no examples."""
    turns: list[tuple[int, str]] = []
    broken: list[int] = []
    for number, line in enumerate(examples, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        messages = row.get("messages") if isinstance(row, dict) else None
        if not isinstance(messages, list):
            broken.append(number)
            continue
        turns += [
            (number, message["content"])
            for message in messages
            if isinstance(message, dict)
            and message.get("role") == "user"
            and isinstance(message.get("content"), str)
        ]
    return turns, broken


def _places(turns: Sequence[tuple[int, str]]) -> dict[tuple[str, ...], int]:
    """Say on which line each turn, and each line and sentence of one, stands first."""
    places: dict[tuple[str, ...], int] = {}
    for number, turn in turns:
        pieces = [turn, *turn.split("\n"), *(turn[start:end] for start, end in sentences(turn))]
        for piece in pieces:
            bare = piece.rpartition(": ")[2]  # "Question: Why ...?"
            places.setdefault(words_of(piece), number)
            places.setdefault(words_of(bare), number)
    return places


def _near(
    questions: Sequence[Question], turns: Sequence[tuple[int, str]]
) -> Iterator[QuestionFinding]:
    texts = [question.text for question in questions] + [turn for _, turn in turns]
    for group in near_groups(texts, NEAR_TURNS):
        others = [place - len(questions) for place in group if place >= len(questions)]
        for place in group:
            if others and place < len(questions):
                line, turn = turns[others[0]]
                told = f"{questions[place].text!r} is nearly what line {line} of the examples says"
                shown = f"{told}: {turn[:80]!r}"
                yield QuestionFinding("warning", "leakage", shown, _HINT, questions[place].id)
