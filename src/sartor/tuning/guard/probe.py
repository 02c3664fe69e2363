"""A network in, how well it can still do small things out: copy, continue, repeat, follow, count.

It is not asked to write but to choose: how likely it finds the right continuation among wrong ones.
So a weak model has a score too, and a little forgetting shows before an answer changes. The tasks
are the same every time; chance is a third to a half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp
from typing import TYPE_CHECKING

from torch import nn

from sartor.tuning.guard.likelihood import Row, surprise
from sartor.types import Message

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

PROBE = "general.probe"
_WORDS = (
    "apple", "bridge", "candle", "dog", "engine", "flower", "garden", "hammer", "island",
    "jacket", "kitchen", "letter", "mountain", "needle", "ocean", "paper", "queen", "river",
    "stone", "table", "umbrella", "village", "window", "yellow",
)  # fmt: skip
_TRUE_OR_NOT = (
    ("Is a dog an animal?", True), ("Is a river made of stone?", False),
    ("Is water wet?", True), ("Is a hammer a flower?", False),
    ("Is ten more than two?", True), ("Can a table fly?", False),
    ("Is snow cold?", True), ("Is a minute longer than an hour?", False),
)  # fmt: skip
_SUMS = ((1, 1), (2, 1), (2, 2), (3, 2), (4, 1), (3, 3), (5, 2), (4, 4), (6, 3), (5, 5))


@dataclass(frozen=True, slots=True)
class Item:
    """One small task: what is asked, what is right, and what is not."""

    ask: str
    right: str
    wrong: tuple[str, ...]


def _items() -> Iterator[Item]:
    yield from (
        Item(f"Repeat this word: {word}", word, (_word(at + 5), _word(at + 11)))
        for at, word in enumerate(_WORDS[:12])
    )
    for at in range(0, 24, 2):
        one, two, three = _word(at), _word(at + 7), _word(at + 13)
        wrong = (f"{one}, {three}, {two}", f"{one}, {two}, {_word(at + 3)}")
        right = f"{one}, {two}, {three}"
        yield Item(f"Copy this list: {right}", right, wrong)
    for at in range(12):
        one, two, other = _word(at), _word(at + 9), _word(at + 4)
        ask = f"Continue: {one}, {two}, {one}, {two}, {one},"
        yield Item(ask, two, (one, other))
    for word, other in (("yes", "no"), ("no", "yes")):
        yield Item(f"Answer with the word {word}.", word, (other,))
        yield Item(f"Say only this: {word}", word, (other,))
    for question, true in _TRUE_OR_NOT:
        said, other = ("yes", "no") if true else ("no", "yes")
        yield Item(f"{question} Answer yes or no.", said, (other,))
    for left, more in _SUMS:
        total = left + more
        ask = f"What is {left} plus {more}? Answer with the number."
        yield Item(ask, str(total), (str(total + 1), str(total - 1)))


def _word(place: int) -> str:
    return _WORDS[place % len(_WORDS)]


ITEMS = tuple(_items())


def attempt(network: nn.Module, encoder: Encoder, items: Sequence[Item] = ITEMS) -> list[float]:
    """Return for each item how likely the right continuation is among those offered, 0 to 1.

    Continuations count by their likelihood for each token, so that a short one has no advantage.
    """
    offered = [(item.right, *item.wrong) for item in items]
    rows = [
        _row(encoder, item.ask, text)
        for item, texts in zip(items, offered, strict=True)
        for text in texts
    ]
    losses = surprise(network, rows, vocabulary=len(encoder.tokenizer))
    each = [loss / (len(row.tokens) - row.start) for loss, row in zip(losses, rows, strict=True)]
    borders = accumulate((len(texts) for texts in offered), initial=0)
    return [_share_of_first(each[start:end]) for start, end in pairwise(borders)]


def _row(encoder: Encoder, ask: str, text: str) -> Row:
    prompt = encoder.prompt([Message("user", ask)])
    said = encoder.tokenizer(text, add_special_tokens=False)["input_ids"]
    return Row((*prompt, *said), len(prompt))


def _share_of_first(losses: Sequence[float]) -> float:
    least = min(losses)
    weights = [exp(least - loss) for loss in losses]
    return weights[0] / sum(weights)
