"""What fits where a plan does not, and the most that does.

Looked for in an order that changes least first: how the same steps are computed, then which
examples, then the recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sartor.tuning.methods import METHODS
from sartor.tuning.planning.machines import Machine
from sartor.tuning.planning.memory import MIXED, Pass, memory_by_part

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

SHORTEST = 256  # below this, examples are cut that are not even long
LOWEST_RANK = 4
MOST_ROWS = 2**16


@dataclass(frozen=True, slots=True)
class Proposal:
    """A smaller plan that fits: what to change in the recipe, and how many tokens to pass."""

    text: str
    changes: Mapping[str, object]
    tokens: int
    length: int
    peak: int


def largest_pass(shape: Shape, recipe: Recipe, machine: Machine, *, length: int) -> int:
    """Return how many rows of a length fit through the network at once; 0: not even one."""
    return _highest(
        lambda rows: _fits(shape, recipe, Pass(rows * length, length), machine), MOST_ROWS
    )


def longest_row(shape: Shape, recipe: Recipe, machine: Machine) -> int:
    """Return the longest example that fits alone, up to the model's window; 0: none does."""
    return _highest(
        lambda length: _fits(shape, recipe, Pass(length, length), machine), shape.window
    )


def _highest(fits: Callable[[int], bool], limit: int) -> int:
    low, high = 0, limit + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _fits(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> bool:
    return _peak(shape, recipe, once, machine) <= machine.memory


def _peak(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> int:
    trainable = METHODS[recipe.method].parameters(shape, recipe)
    return sum(memory_by_part(shape, recipe, trainable, once, machine).values())


# --- proposals ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    text: str
    changes: Mapping[str, object]
    once: Pass


def proposals(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> Iterator[Proposal]:
    """Yield each single change that is enough; where none is, the first of all together."""
    alone = [
        found
        for ladder in _ladders(recipe, once)
        if (found := _first(shape, recipe, machine, ladder)) is not None
    ]
    if alone:
        yield from alone
        return
    together = list(_together(recipe, once))
    if found := _first(shape, recipe, machine, together):
        yield found


def _first(
    shape: Shape, recipe: Recipe, machine: Machine, ladder: Sequence[_Change]
) -> Proposal | None:
    for one in ladder:
        changed = replace(recipe, **one.changes)  # type: ignore[arg-type]
        peak = _peak(shape, changed, one.once, machine)
        if peak <= machine.memory:
            return Proposal(one.text, one.changes, one.once.tokens, one.once.length, peak)
    return None


def _ladders(recipe: Recipe, once: Pass) -> Iterator[list[_Change]]:
    """Yield the ways to a smaller plan, each from its mildest step to its hardest."""
    if not recipe.checkpointing:
        text = "checkpointing: compute activations again, a third more time"
        yield [_Change(text, {"checkpointing": True}, once)]
    yield [_fewer(recipe, once, tokens) for tokens in _halves(once.tokens, once.length)]
    yield [_shorter(once, length) for length in _halves(once.length, SHORTEST)]
    if recipe.method in {"lora", "full", "bottleneck"}:
        yield [_four_bits(recipe, once)]
    if recipe.method in {"lora", "qlora"}:
        ranks = _halves(recipe.rank, LOWEST_RANK)
        yield [_Change(f"rank {rank}", {"rank": rank}, once) for rank in ranks]


def _fewer(recipe: Recipe, once: Pass, tokens: int) -> _Change:
    """Let fewer tokens through; the loop does so by itself where a step has fewer."""
    fewer, step = replace(once, tokens=tokens), MIXED * tokens
    if step >= recipe.batch_tokens:
        return _Change(f"{tokens:,} tokens at once: the same steps in more passes", {}, fewer)
    return _Change(
        f"batch_tokens {step:,}: {tokens:,} tokens at once", {"batch_tokens": step}, fewer
    )


def _shorter(once: Pass, length: int) -> _Change:
    text = f"examples of at most {length:,} tokens, one at a time"
    return _Change(text, {"max_length": length}, replace(once, tokens=length, length=length))


def _four_bits(recipe: Recipe, once: Pass) -> _Change:
    changes: dict[str, object] = {"method": "qlora"}
    if recipe.optimizer == "adamw_torch":
        changes["optimizer"] = "adamw_8bit"
    return _Change("qlora: the base in 4 bits", changes, once)


def _together(recipe: Recipe, once: Pass) -> Iterator[_Change]:
    """Yield the changes one on top of the other: of each way its hardest, then the next way."""
    done: list[_Change] = []
    for ladder in _ladders(recipe, once):
        for one in ladder:
            yield _joined([*done, one])
        done += ladder[-1:]


def _joined(changes: Sequence[_Change]) -> _Change:
    merged = {key: value for one in changes for key, value in one.changes.items()}
    smallest = min((one.once for one in changes), key=lambda once: once.tokens)
    return _Change("; ".join(one.text for one in changes), merged, smallest)


def _halves(value: int, least: int) -> Iterator[int]:
    while value > least:
        value = max(least, value // 2)
        yield value
