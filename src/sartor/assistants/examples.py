"""Example conversations -> the few that stand before a question in the prompt.

In go rows of OpenAI chat messages; out come turns of user and assistant, within a budget of the
model's tokens. What "near" means is handed in; without it, shared words decide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from sartor.assistants.asking import words
from sartor.errors import InputError
from sartor.types import Example, Message

Choice = Literal["fixed", "nearest"]
Similarity = Callable[[str, Sequence[str]], Sequence[float]]

DIVERSITY = 0.5  # share of unlikeness in the choice of the next example
SHOWN_FAULTS = 10
ROLES = ("system", "user", "assistant")


def shared_words(question: str, texts: Sequence[str]) -> list[float]:
    """Compare by words: the share of them that two texts have in common."""
    asked = set(words(question))
    others = [set(words(text)) for text in texts]
    return [len(asked & other) / (len(asked | other) or 1) for other in others]


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples to choose from. `choice` "fixed" takes the first ones, "nearest" the most like."""

    rows: tuple[Example, ...]
    choice: Choice = "nearest"
    similarity: Similarity = field(default=shared_words, repr=False)

    @classmethod
    def load(
        cls, path: Path, *, choice: Choice = "nearest", similarity: Similarity | None = None
    ) -> Examples:
        """Read a JSONL file of rows {"messages": [...]}; names every line that is not one."""
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"the examples in {path} cannot be read: {error}", "set ask.examples_file"
            ) from error
        return cls(tuple(_rows(lines, path)), choice, similarity or shared_words)

    @property
    def fingerprint(self) -> str:
        """Name everything that decides which examples are chosen, but for the similarity."""
        told = [[(turn.role, turn.content) for turn in row.messages] for row in self.rows]
        return sha256(json.dumps([self.choice, told]).encode()).hexdigest()

    def chosen(
        self, question: str, *, limit: int, budget: int, count: Callable[[Sequence[Message]], int]
    ) -> list[Message]:
        """Give the turns of the chosen examples, the nearest last: right before the question."""
        taken: list[Example] = []
        for row in self._ranked(question, limit):
            if len(taken) < limit and count(_turns([*taken, row])) <= budget:
                taken.append(row)
        return _turns(taken if self.choice == "fixed" else taken[::-1])

    def _ranked(self, question: str, limit: int) -> list[Example]:
        if self.choice == "fixed" or len(self.rows) <= 1:
            return list(self.rows)
        asked = [row.question for row in self.rows]
        near = [float(value) for value in self.similarity(question, asked)]
        alike = [0.0] * len(asked)  # to the nearest of those taken before
        waiting = list(range(len(asked)))
        ranked: list[Example] = []
        while waiting and len(ranked) < 2 * limit:  # some may be too long for the budget
            best = max(waiting, key=lambda at: (1 - DIVERSITY) * near[at] - DIVERSITY * alike[at])
            waiting.remove(best)
            ranked.append(self.rows[best])
            for at, value in enumerate(self.similarity(asked[best], asked)):
                alike[at] = max(alike[at], float(value))
        return ranked


def _turns(rows: Iterable[Example]) -> list[Message]:
    return [turn for row in rows for turn in row.messages]


def _rows(lines: Sequence[str], path: Path) -> list[Example]:
    rows, faults = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_example(json.loads(line)))
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    if faults:
        more = len(faults) - SHOWN_FAULTS
        listed = "\n  ".join(faults[:SHOWN_FAULTS]) + (f"\n  and {more} more" if more > 0 else "")
        raise InputError(
            f"{path} has rows that are no examples:\n  {listed}",
            'a row is {"messages": [{"role": "user", "content": "..."}, '
            '{"role": "assistant", "content": "..."}]}',
        )
    return rows


def _example(row: Any) -> Example:  # noqa: ANN401
    """Read one row; a system message in it is left out, the prompt has its own."""
    messages = row.get("messages") if isinstance(row, dict) else None
    if not isinstance(messages, list) or not messages:
        raise ValueError('expected an object with a list "messages"')
    turns = tuple(turn for turn in map(_turn, messages) if turn.role != "system")
    if [turn.role for turn in turns] != ["user", "assistant"] * (len(turns) // 2) or not turns:
        raise ValueError("expected user and assistant in turn, an answer of the assistant last")
    return Example(turns)


def _turn(message: Any) -> Message:  # noqa: ANN401
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise ValueError(f"expected messages with a role of {', '.join(ROLES)}")
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise ValueError(f"the {message['role']} message has no text")
    return Message(message["role"], content)
