"""What each rank of a LoRA trains: the arithmetic, and a figure of the guides that it corrects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sartor.tuning.methods import METHODS

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

RANKS = (4, 8, 16, 32, 64)  # the range that guides recommend
CORRECTION = (
    'A guide says that rank 16 on q_proj and v_proj of Llama-2-7B trains "4.2M (0.06 %)". '
    "It is 32 layers x 2 matrices x 16 x (4,096 + 4,096) = 8,388,608 (0.12 %): 4.2M is rank 8."
)


@dataclass(frozen=True, slots=True)
class Rank:
    """What one rank trains, and which part of the model's parameters that is."""

    rank: int
    trained: int
    share: float


def matrix_rank(inputs: int, outputs: int, rank: int) -> Rank:
    """Count the two thin matrices beside a single one."""
    trained = rank * (inputs + outputs)
    return Rank(rank, trained, trained / (inputs * outputs))


def ranks(shape: Shape, recipe: Recipe) -> tuple[Rank, ...]:
    """Count what each rank would train of this model, on the recipe's targets."""
    counted = ((one, METHODS["lora"].parameters(shape, replace(recipe, rank=one))) for one in RANKS)
    return tuple(Rank(one, trained, trained / shape.total) for one, trained in counted)
