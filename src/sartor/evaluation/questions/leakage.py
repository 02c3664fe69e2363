"""Tuning examples and test questions -> which questions were given away.

In go the lines of an examples.jsonl (chat messages). A question counts as given away where a turn
of a user is that question, holds it as a line or sentence of its own, or says nearly the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sartor.evaluation.questions.findings import QuestionFinding
from sartor.text.given_away import GivenAway, given_away
from sartor.types import Question

_HINT = "take it out of the examples, or out of the questions"


def leakage_findings(
    questions: Sequence[Question], examples: Sequence[str]
) -> Iterator[QuestionFinding]:
    """Find the questions that stand in the examples."""
    turns, broken = _user_turns(examples)
    if broken:
        told = f"{len(broken)} rows of the examples cannot be read, the first on line {broken[0]}"
        hint = 'a row is {"messages": [{"role": "user", "content": "..."}, ...]}'
        yield QuestionFinding("error", "examples", told, hint)
    said = [turn for _, turn in turns]
    worst: dict[int, GivenAway] = {}
    for found in given_away([question.text for question in questions], said):
        if found.question not in worst or found.exact > worst[found.question].exact:
            worst[found.question] = found
    for place, found in sorted(worst.items()):
        line, turn = turns[found.turn]
        asked = repr(questions[place].text)
        if found.exact:
            told = f"{asked} stands in the examples, on line {line}"
            yield QuestionFinding("error", "leakage", told, _HINT, questions[place].id)
        else:
            told = f"{asked} is nearly what line {line} of the examples says: {turn[:80]!r}"
            yield QuestionFinding("warning", "leakage", told, _HINT, questions[place].id)


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
