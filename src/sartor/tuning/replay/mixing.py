"""General prompts, prose and the user's own examples -> so many tokens of replay.

The answers to the prompts are what the base model itself says: nothing is taught by them but to
stay the same. It knows no model: what writes the answers and what counts tokens is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from sartor.tuning.replay.general import general_prompts, general_texts
from sartor.types import Example, Message

REPLAY = "replay"
REPEATS = 4  # times one text may come again before the budget is left unused
WEIGHTS = (1, 2, 1)  # of prose, prompts, theirs: answers are short, and a form leaks into them
SHORT_ANSWER = 3.0  # whether a form leaks is decided by the first words of an answer
AT_ONCE = 16  # prompts answered in one call

T = TypeVar("T")
Write = Callable[[Sequence[Sequence[Message]]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Replay:
    """Conversations and plain texts to mix in, and the tokens that they really have."""

    examples: tuple[Example, ...] = ()
    texts: tuple[str, ...] = ()
    tokens: int = 0


def replay_examples(
    *,
    write: Write | None,
    tokens: int,
    count: Callable[[str], int],
    theirs: Sequence[Example] = (),
    seed: int = 0,
) -> Replay:
    """Mix a budget of tokens: prose, prompts that the base answers, and the user's own examples.

    Each kind gets its share of the tokens (`WEIGHTS`) as long as it lasts; a piece comes back up to
    `REPEATS` times. `write` lets the base model answer; None leaves the prompts out.
    """
    draw = Random(seed)  # noqa: S311  # nothing secret is drawn
    kinds: list[Iterator[Example | str]] = [
        _again(_shuffled(general_texts(), draw)),
        _again(_answered(_shuffled(general_prompts(), draw), write) if write else ()),
        _again(_tagged(example) for example in _shuffled(theirs, draw)),
    ]
    pieces = list(_filling(kinds, tokens, count))
    spent = sum(_size(piece, count) for piece in pieces)
    examples = tuple(piece for piece in pieces if isinstance(piece, Example))
    return Replay(examples, tuple(piece for piece in pieces if isinstance(piece, str)), spent)


def _filling(
    kinds: Sequence[Iterator[Example | str]], tokens: int, count: Callable[[str], int]
) -> Iterator[Example | str]:
    """Yield pieces until the next one would not fit, always of the kind that had the least yet."""
    spent = dict.fromkeys(range(len(kinds)), 0)
    while spent:
        kind = min(spent, key=lambda number: spent[number] / WEIGHTS[number])
        piece = next(kinds[kind], None)
        if piece is None:
            tokens -= spent.pop(kind)
            continue
        spent[kind] += _size(piece, count)
        if sum(spent.values()) > tokens:
            return
        yield piece


def _size(piece: Example | str, count: Callable[[str], int]) -> int:
    if isinstance(piece, str):
        return count(piece)
    return sum(count(message.content) for message in piece.messages)


def _shuffled(pieces: Sequence[T], draw: Random) -> list[T]:
    return draw.sample(pieces, len(pieces))


def _again(pieces: Iterable[T]) -> Iterator[T]:
    """Yield everything `REPEATS` times, and read it only as far as it is needed."""
    kept = []
    for piece in pieces:
        kept.append(piece)
        yield piece
    for _ in range(1, REPEATS):
        yield from kept


def _answered(prompts: Sequence[Sequence[Message]], write: Write) -> Iterator[Example]:
    """Let the base answer prompts, a few at a time; an empty answer teaches nothing."""
    for start in range(0, len(prompts), AT_ONCE):
        asked = prompts[start : start + AT_ONCE]
        for prompt, answer in zip(asked, write(asked), strict=True):
            if answer.strip():
                said = (*prompt, Message("assistant", answer))
                yield Example(said, weight=SHORT_ANSWER, tags=(REPLAY,))


def _tagged(example: Example) -> Example:
    return replace(example, tags=tuple(dict.fromkeys((*example.tags, REPLAY))))
