"""A shape, a recipe and a machine in, seconds out: what is multiplied and what is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sartor.tuning.planning.machines import Machine
from sartor.tuning.planning.memory import EXACT, WIDTH, Pass, kept_per_token

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

TOUCHED = 2  # how often each number that is kept is read or written, in one way through
UNPACKED = 2.5  # bytes moved to bring a weight of 4 bits to 16, each time it is used
UPDATED = 7  # fp32 numbers that an optimiser reads and writes for each parameter


def seconds_per_token(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> float | None:
    """Return the seconds that training takes for a token, without the optimiser's own."""
    if machine.speed is None or machine.bandwidth is None:
        return None
    again = 1 if recipe.checkpointing else 0
    kept = shape.layers * kept_per_token(shape, recipe, once.length, WIDTH[machine.precision])
    moved = TOUCHED * (3 + again) * kept
    if recipe.method == "qlora":
        moved += UNPACKED * (2 + again) * shape.linear_parameters / once.tokens
    return operations_per_token(shape, recipe, once) / machine.speed + moved / machine.bandwidth


def operations_per_token(shape: Shape, recipe: Recipe, once: Pass) -> float:
    """Count floating-point operations for a token: forward, backward, and what is done again.

    Only full tuning needs gradients of the weights beside those of what flows between them.
    """
    passes = 3 if recipe.method == "full" else 2
    again = 1 if recipe.checkpointing else 0
    attention = 2 * shape.layers * shape.heads * shape.head * once.length  # half is masked
    head = 2 * shape.vocabulary * shape.hidden * once.learned * passes
    forward = 2 * shape.linear_parameters + attention
    return forward * (passes + again) + attention / 2 + head


def seconds_per_step(trainable: int, machine: Machine) -> float:
    """Return the seconds of one step of the optimiser."""
    return UPDATED * EXACT * trainable / machine.bandwidth if machine.bandwidth else 0.0
