"""A shape and a recipe in; what is trained, memory by part, time, and whether it fits out.

The peak is the sum of all parts. It knows the machine only by what it is told of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.tuning.methods import METHODS
from sartor.tuning.planning.duration import pace
from sartor.tuning.planning.machines import Machine, gigabytes, this_machine
from sartor.tuning.planning.memory import MIXED, Pass, memory_by_part
from sartor.tuning.planning.smaller import Proposal, proposals
from sartor.tuning.planning.whole_run import (
    Duration,
    Material,
    training_alone,
    usual_pass,
    whole_run,
)

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

AT_ONCE = {"cpu": 2_048, "cuda": 16_384}  # tokens in one pass, as the loop has them by itself
PREFERRED = ("lora", "qlora", "bottleneck", "full")  # the guides: full only where it is proved


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training will need. `parts` add up to `peak`, in bytes; `duration` None: unknown.

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
    duration: Duration | None
    steps: int
    fits: bool
    reason: str
    smaller: tuple[Proposal, ...] = ()

    @property
    def share(self) -> float:
        """Which part of all parameters is trained."""
        return self.trainable / self.total

    @property
    def seconds(self) -> float | None:
        """How long all of it takes at most; None: nobody knows."""
        return self.duration.seconds[1] if self.duration else None


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
    material: Material | None = None,
) -> Plan:
    """Plan a training before anything is loaded.

    `tokens_per_step` is what goes through the network at once (default: as the loop does it),
    `length` the longest example (default: what the recipe or the model's window allows). `tokens`
    is how many all examples hold, where it is known; else each is taken to be `length` long.
    `learned` is the share of them that is learned. With `material` the time is that of a whole
    run, with replay and all that is measured; without, that of training alone.
    """
    on = machine or this_machine()
    on = replace(on, precision=precision) if precision else on
    once = _pass(shape, recipe, on, tokens_per_step, length, learned)
    trainable = METHODS[recipe.method].parameters(shape, recipe)
    parts = memory_by_part(shape, recipe, trainable, once, on)
    peak = sum(parts.values())
    fits = peak <= on.memory
    recipe = recipe if epochs is None else replace(recipe, epochs=epochs)
    known = tokens or (material.tokens if material else examples * once.length)
    seen = known * recipe.epochs
    duration = _duration(shape, recipe, once, on, trainable, material or seen)
    steps = (duration.tokens if duration else seen) / recipe.batch_tokens
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
        duration=duration,
        steps=round(steps),
        fits=fits,
        reason=_reason(on, peak, parts),
        smaller=() if fits else tuple(proposals(shape, recipe, once, on)),
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
    own = min(AT_ONCE[machine.device], recipe.batch_tokens // MIXED)
    at_once = own if tokens is None else tokens
    return Pass(max(at_once, longest), longest, learned)


def _duration(
    shape: Shape,
    recipe: Recipe,
    once: Pass,
    machine: Machine,
    trainable: int,
    work: Material | float,
) -> Duration | None:
    """Say how long it takes to work through this material, or to train on so many tokens."""
    usual = usual_pass(once, work) if isinstance(work, Material) else once
    found = pace(shape, recipe, usual, machine, trainable) if work else None
    if found is None:
        return None
    if isinstance(work, Material):
        return whole_run(work, recipe, found)
    return training_alone(work, recipe, found)


def _reason(machine: Machine, peak: int, parts: Mapping[str, int]) -> str:
    needed = f"needs {gigabytes(peak)} of the {gigabytes(machine.memory)}"
    where = f"of {machine.name}" if machine.device == "cuda" else "that are free here"
    if peak <= machine.memory:
        return f"{needed} {where}"
    most = max((name for name in parts if name != "runtime"), key=lambda name: parts[name])
    return f"{needed} {where}; most of it are {most}, {gigabytes(parts[most])}"
