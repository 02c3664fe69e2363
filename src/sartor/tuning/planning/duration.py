"""A shape, a recipe and a machine in, the pace of training and writing out.

Elsewhere it is counted what is multiplied, moved and called; here a layer is tried (`rehearsal`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sartor.tuning.planning.machines import Machine
from sartor.tuning.planning.memory import EXACT, WIDTH, Pass, chosen_linears, kept_per_token
from sartor.tuning.planning.rehearsal import Setting, layer_seconds

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Shape
    from sartor.tuning.recipes import Recipe

TOUCHED = 2  # how often each number that is kept is read or written, in one way through
UNPACKED = 2.5  # bytes moved to bring a weight of 4 bits to 16, each time it is used
UPDATED = 7  # fp32 numbers that an optimiser reads and writes for each parameter
SCORED = 10  # how often a score of the head is read or written until its gradient is there

CALLS, CALLS_BESIDE = 92, 16.5  # operations forward in a layer, and for what is beside a matrix
CALLED = 8e-6  # seconds to start one on a card
WAYS = 3  # as many calls forward and back as forward alone

# What Python takes around the operations of a layer when one token is written, and around a layer:
# measured on models of 12 layers of width 64 and 8 of width 384, with and without adapters.
CALLING = 2.0
WRITING = 0.0008
ROWS = 16  # answers that are written together
KEPT_BEFORE = 64  # tokens that a token which is written looks back at


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: to train on a token, to read one, to write one in `ROWS` answers, to update.

    `answering` is writing by the base as it is, which has nothing beside its matrices.
    """

    learning: float
    reading: float
    writing: float
    answering: float
    updating: float


def pace(shape: Shape, recipe: Recipe, once: Pass, machine: Machine, trainable: int) -> Pace | None:
    """Return how fast a machine is at everything that tuning does; None where nobody knows."""
    if machine.speed is None or machine.bandwidth is None:
        return None
    speed, moved = machine.speed, machine.bandwidth
    head = 2 * shape.vocabulary * shape.hidden / speed
    scored = SCORED * EXACT * shape.vocabulary / moved
    ways = 3 if recipe.method == "full" else 2
    layers = _tried(shape, recipe, once, machine) if machine.here else None
    counted = layers or _counted(shape, recipe, once, machine, speed, moved)
    learning, reading, writing, answering = counted
    return Pace(
        learning=learning + once.learned * (ways * head + scored),
        reading=reading + head,
        writing=writing + ROWS * head + WRITING,
        answering=answering + ROWS * head + WRITING,
        updating=UPDATED * EXACT * trainable / moved,
    )


Layers = tuple[float, float, float, float]  # seconds of all of them, as those of a pace


def _tried(shape: Shape, recipe: Recipe, once: Pass, machine: Machine) -> Layers:
    rows = max(1, once.tokens // once.length)
    learn = Setting(rows, once.length, machine.precision, machine.device, learning=True)
    read = Setting(rows, once.length, machine.precision, machine.device)
    write = Setting(ROWS, 1, machine.precision, machine.device, cached=KEPT_BEFORE)
    reading = shape.layers * layer_seconds(shape, recipe, read, machine) / read.tokens
    learning = shape.layers * layer_seconds(shape, recipe, learn, machine) / learn.tokens
    writing = shape.layers * layer_seconds(shape, recipe, write, machine) * CALLING
    bare = replace(recipe, method="full")
    answering = shape.layers * layer_seconds(shape, bare, write, machine) * CALLING
    unpacked = 0.0
    if recipe.method == "qlora" and machine.bandwidth:
        unpacked = UNPACKED * shape.linear_parameters / machine.bandwidth
    again = 1 if recipe.checkpointing else 0
    return (
        learning + again * reading + (2 + again) * unpacked / learn.tokens,
        reading + unpacked / read.tokens,
        writing + unpacked,
        answering + unpacked,
    )


def _counted(
    shape: Shape, recipe: Recipe, once: Pass, machine: Machine, speed: float, bandwidth: float
) -> Layers:
    again = 1 if recipe.checkpointing else 0
    kept = shape.layers * kept_per_token(shape, recipe, once.length, WIDTH[machine.precision])
    unpacked = UNPACKED if recipe.method == "qlora" else WIDTH[machine.precision]
    weights = unpacked * shape.linear_parameters
    plain = shape.layers * CALLS * CALLED if machine.device == "cuda" else 0.0
    called = plain + _calls_beside(shape, recipe) * CALLED if plain else 0.0
    moved = (TOUCHED * (3 + again) * kept + (2 + again) * weights / once.tokens) / bandwidth
    forward = _operations(shape, once)
    passes = 3 if recipe.method == "full" else 2
    multiplied = (forward * (passes + again) + _attended(shape, once) / 2) / speed
    return (
        max(multiplied + moved, (WAYS + again) * called / once.tokens),
        max(forward / speed + weights / once.tokens / bandwidth, called / once.tokens),
        max(ROWS * forward / speed + weights / bandwidth, called),
        max(ROWS * forward / speed + weights / bandwidth, plain),
    )


def _operations(shape: Shape, once: Pass) -> float:
    """Count floating-point operations for a token on its way forward through all layers."""
    return 2 * shape.linear_parameters + _attended(shape, once)


def _attended(shape: Shape, once: Pass) -> float:
    return 2 * shape.layers * shape.heads * shape.head * once.length  # half is masked


def _calls_beside(shape: Shape, recipe: Recipe) -> float:
    beside = chosen_linears(shape, recipe) if recipe.method in {"lora", "qlora"} else ()
    return shape.layers * CALLS_BESIDE * len(beside)
