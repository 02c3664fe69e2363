"""A shape and a recipe in; what is trained, memory by part, time, and whether it fits out.

The peak is the sum of all parts, each at its highest. Where it does not fit, what would is looked
for in an order that changes least first: nothing of what is learned, then speed, then the recipe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.tuning.methods import METHODS
from sartor.tuning.planning.duration import seconds_per_step, seconds_per_token
from sartor.tuning.planning.machines import Machine, this_machine
from sartor.tuning.planning.memory import Pass, memory_by_part

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

AT_ONCE = {"cpu": 2_048, "cuda": 16_384}  # tokens in one pass, as the loop has them by itself
SHORTEST = 256  # below this, examples are cut that are not even long
LOWEST_RANK = 4
PREFERRED = ("lora", "qlora", "bottleneck", "full")  # the guides: full only where it is proved


@dataclass(frozen=True, slots=True)
class Proposal:
    """A smaller plan that fits: what to change in the recipe, and how many tokens to pass."""

    text: str
    changes: Mapping[str, object]
    tokens: int
    length: int
    peak: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training will need. `parts` add up to `peak`, in bytes; `seconds` None: unknown.

    `tokens` is what one pass holds, with filler. `smaller` is empty where it fits.
    """

    shape: Shape
    recipe: Recipe
    machine: Machine
    trainable: int
    total: int
    tokens: int
    length: int
    parts: Mapping[str, int]
    peak: int
    seconds: float | None
    steps: int
    fits: bool
    reason: str
    smaller: tuple[Proposal, ...] = ()

    @property
    def share(self) -> float:
        """Which part of all parameters is trained."""
        return self.trainable / self.total


def plan(  # noqa: PLR0913  (everything a run is, by name)
    shape: Shape,
    recipe: Recipe,
    *,
    tokens_per_step: int | None = None,
    length: int | None = None,
    machine: Machine | None = None,
    precision: str | None = None,
    examples: int = 0,
    epochs: float | None = None,
    tokens: int = 0,
    learned: float = 1.0,
) -> Plan:
    """Plan a training before anything is loaded.

    `tokens_per_step` is what goes through the network at once (default: as the loop does it),
    `length` the longest example (default: what the recipe or the model's window allows). `tokens`
    is how many all examples hold, where it is known; else each is taken to be `length` long.
    `learned` is the share of them that is learned.
    """
    on = machine or this_machine()
    on = replace(on, precision=precision) if precision else on
    once = _pass(shape, recipe, on, tokens_per_step, length, learned)
    trainable = METHODS[recipe.method].parameters(shape, recipe)
    parts = memory_by_part(shape, recipe, trainable, once, on)
    peak = sum(parts.values())
    fits = peak <= on.memory
    seen = (tokens or examples * once.length) * (recipe.epochs if epochs is None else epochs)
    return Plan(
        shape=shape,
        recipe=recipe,
        machine=on,
        trainable=trainable,
        total=shape.total,
        tokens=once.tokens,
        length=once.length,
        parts=parts,
        peak=peak,
        seconds=_seconds(shape, recipe, once, on, trainable, seen),
        steps=round(seen / recipe.batch_tokens),
        fits=fits,
        reason=_reason(on, peak, parts),
        smaller=() if fits else tuple(_proposals(shape, recipe, once, on)),
    )


def plan_methods(
    shape: Shape, recipes: Sequence[Recipe], machines: Sequence[Machine], **options: object
) -> tuple[tuple[Plan, ...], ...]:
    """Plan every recipe on every machine: a row for each recipe."""
    return tuple(
        tuple(plan(shape, one, machine=on, **options) for on in machines)  # type: ignore[arg-type]
        for one in recipes
    )


def choose(plans: Sequence[Plan]) -> tuple[Plan | None, str]:
    """Choose, of the plans for one machine, the preferred one that fits, and say why."""
    preferred = sorted(plans, key=lambda one: PREFERRED.index(one.recipe.method))
    for number, one in enumerate(preferred):
        if one.fits:
            before = " and ".join(earlier.recipe.method for earlier in preferred[:number])
            without = f"; {before} would not fit" if before else ""
            return one, f"{one.recipe.method} {one.reason}{without}"
    if not preferred:
        return None, "nothing was planned"
    least = min(preferred, key=lambda one: one.peak)
    return None, f"no method fits; {least.recipe.method} comes nearest: it {least.reason}"


def largest_pass(shape: Shape, recipe: Recipe, machine: Machine, *, length: int) -> int:
    """Return how many rows of a length fit through the network at once; 0: not even one."""
    low, high = 0, 1
    while _fits(shape, recipe, Pass(high * length, length), machine) and high < 2**16:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(shape, recipe, Pass(middle * length, length), machine):
            low = middle
        else:
            high = middle
    return low


def longest_row(shape: Shape, recipe: Recipe, machine: Machine) -> int:
    """Return the longest example that fits alone, up to the model's window; 0: none does."""
    low, high = 0, shape.window + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(shape, recipe, Pass(middle, middle), machine):
            low = middle
        else:
            high = middle
    return low


def _pass(
    shape: Shape,
    recipe: Recipe,
    machine: Machine,
    tokens: int | None,
    length: int | None,
    learned: float,
) -> Pass:
    longest = min(length or recipe.max_length or shape.window, shape.window)
    if longest < 1 or (tokens is not None and tokens < 1) or not 0 <= learned <= 1:
        raise ConfigError(
            f"cannot plan {tokens} tokens at once in rows of {longest}, {learned:.0%} learned",
            hint="give numbers above 0, and a share of at most 1",
        )
    at_once = min(AT_ONCE[machine.device], recipe.batch_tokens) if tokens is None else tokens
    return Pass(max(at_once, longest), longest, learned)


def _seconds(
    shape: Shape, recipe: Recipe, once: Pass, machine: Machine, trainable: int, seen: float
) -> float | None:
    each = seconds_per_token(shape, recipe, once, machine)
    if each is None or not seen:
        return None
    return seen * each + seen / recipe.batch_tokens * seconds_per_step(trainable, machine)


def _reason(machine: Machine, peak: int, parts: Mapping[str, int]) -> str:
    needed = f"needs {gigabytes(peak)} of the {gigabytes(machine.memory)}"
    where = f"of {machine.name}" if machine.device == "cuda" else "that are free here"
    if peak <= machine.memory:
        return f"{needed} {where}"
    most = max((name for name in parts if name != "runtime"), key=lambda name: parts[name])
    return f"{needed} {where}; most of it are {most}, {gigabytes(parts[most])}"


def gigabytes(size: float) -> str:
    """Write a size as its makers count it."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.0f} MB"


# --- what would fit ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    text: str
    changes: Mapping[str, object]
    once: Pass


def _proposals(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> Iterator[Proposal]:
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
    yield [_fewer(once, tokens) for tokens in _halves(once.tokens, once.length)]
    yield [_shorter(once, length) for length in _halves(once.length, SHORTEST)]
    if recipe.method in {"lora", "full", "bottleneck"}:
        yield [_four_bits(recipe, once)]
    if recipe.method in {"lora", "qlora"}:
        ranks = _halves(recipe.rank, LOWEST_RANK)
        yield [_Change(f"rank {rank}", {"rank": rank}, once) for rank in ranks]


def _fewer(once: Pass, tokens: int) -> _Change:
    text = f"{tokens:,} tokens at once: the same steps in more passes"
    return _Change(text, {}, replace(once, tokens=tokens))


def _shorter(once: Pass, length: int) -> _Change:
    shorter = replace(once, tokens=min(once.tokens, max(length, once.tokens // 2)), length=length)
    return _Change(f"examples of at most {length:,} tokens", {"max_length": length}, shorter)


def _four_bits(recipe: Recipe, once: Pass) -> _Change:
    changes: dict[str, object] = {"method": "qlora"}
    if recipe.optimizer == "adamw_torch":
        changes["optimizer"] = "adamw_8bit"
    return _Change("qlora: the base in 4 bits", changes, once)


def _together(recipe: Recipe, once: Pass) -> Iterator[_Change]:
    """Yield the changes one on top of the other."""
    done, text, at = dict[str, object](), list[str](), once
    for ladder in _ladders(recipe, once):
        for one in ladder:
            kept = [word for word in text if word.split()[-1] != one.text.split()[-1]]
            text = [*kept, one.text]
            done |= one.changes
            at = Pass(
                min(at.tokens, one.once.tokens), min(at.length, one.once.length), once.learned
            )
            at = replace(at, tokens=max(at.tokens, at.length))
            yield _Change("; ".join(text), dict(done), at)


def _halves(value: int, least: int) -> Iterator[int]:
    while value > least:
        value = max(least, value // 2)
        yield value


def _peak(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> int:
    trainable = METHODS[recipe.method].parameters(shape, recipe)
    return sum(memory_by_part(shape, recipe, trainable, once, machine).values())


def _fits(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> bool:
    return _peak(shape, recipe, once, machine) <= machine.memory
