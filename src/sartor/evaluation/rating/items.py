"""Two files of recorded answers, or one -> what a person is to rate, in an order nobody chose.

Which answer stands first is drawn for each question from the seed, and so is the order of the
questions. Knows nothing about how it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from sartor.types import Question


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of one system, by question id; `name` is what the results call it."""

    name: str
    questions: Mapping[str, Question]
    texts: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """Name these answers: the same name only for the same texts to the same questions."""
        told = sorted(
            (id, question.text, self.texts[id])
            for id, question in self.questions.items()
            if id in self.texts
        )
        return sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to rate. `texts` are shown in this order; `order` is what they are: "12", "21".

    A single answer has the order "1".
    """

    question: Question
    texts: tuple[str, ...]
    order: str

    @property
    def same(self) -> bool:
        """Say whether two answers are the same to the letter: a tie that nobody has to look at."""
        return len(self.texts) == 2 and self.texts[0].strip() == self.texts[1].strip()


def single_items(answered: Answered, *, seed: int) -> list[Item]:
    """Shuffle the answers of one system."""
    items = [
        Item(question, (answered.texts[id],), "1")
        for id, question in answered.questions.items()
        if id in answered.texts
    ]
    return _shuffled(items, seed)


def pair_items(first: Answered, second: Answered, *, seed: int) -> list[Item]:
    """Shuffle the questions that both have answered, and the two answers of each."""
    items = []
    for id, question in first.questions.items():
        one, other = first.texts.get(id), second.texts.get(id)
        if one is not None and other is not None:
            swapped = Random(f"{seed} {id}").random() < 0.5  # noqa: S311  # repeatable on purpose
            texts = (other, one) if swapped else (one, other)
            items.append(Item(question, texts, "21" if swapped else "12"))
    return _shuffled(items, seed)


def _shuffled(items: Sequence[Item], seed: int) -> list[Item]:
    return Random(seed).sample(items, len(items))  # noqa: S311
