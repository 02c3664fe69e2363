"""A shape, a recipe and what goes through the network at once in, bytes by part out.

What autograd keeps for the backward pass is counted tensor by tensor, as the loop runs the
network: arithmetic under autocast, scaled dot-product attention without a mask, and a head that
sees only what is learned, some rows at a time. It knows no machine but its allocator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sartor.tuning.planning.families import FAMILIES
from sartor.tuning.planning.machines import Machine

if TYPE_CHECKING:
    from sartor.tuning.planning.shape import Linear, Shape
    from sartor.tuning.recipes import Recipe

WIDTH = {"fp32": 4, "bf16": 2}  # bytes of one number
EXACT = 4  # bytes of what is trained, its gradients, and what norms compute in
NF4_BITS = 4.127  # 4, and the scales of 64 weights in 8 bits, and theirs of 256 in 32
STATES = {  # bytes that an optimiser keeps for each parameter; a paged one makes room on the card
    "adamw_torch": 8.0,
    "adamw_8bit": 2.0 + 2 * 4 / 256,  # with a scale for each 256 numbers
    "paged_adamw_32bit": 0.0,
    "paged_adamw_8bit": 0.0,
}
MIXED = 4  # passes of a step at least: what is of one length is often of one kind
SCORES = 4_194_304  # the head's scores at once, as the loop computes them
SCORE_COPIES = 3  # fp32 scores, their exponentials, and both in the network's arithmetic
TRANSIENT = 4  # tensors of a layer's widest part that are alive besides those that are kept


@dataclass(frozen=True, slots=True)
class Pass:
    """What goes through the network together: `tokens` with filler, in rows of `length`."""

    tokens: int
    length: int
    learned: float = 1.0  # share of the tokens


def memory_by_part(
    shape: Shape, recipe: Recipe, trainable: int, once: Pass, machine: Machine
) -> Mapping[str, int]:
    """Return what every part of a training needs where all together need most, in bytes.

    Gradients take the place of activations; `activations` are what these need beyond it.
    """
    whole = recipe.method == "full"
    width = WIDTH[machine.precision]
    kept = kept_per_token(shape, recipe, once.length, width)
    layers = shape.layers * kept
    if recipe.checkpointing:  # the stream between layers, and one layer computed again
        layers = shape.layers * shape.hidden * (EXACT if whole else width) + kept
    gradients = EXACT * trainable
    kept_at_once = machine.slack * once.tokens * layers
    if once.tokens >= recipe.batch_tokens:  # one pass a step: gradients come as activations go
        kept_at_once = max(0.0, kept_at_once - gradients)
    parts = {
        "weights": _weights(shape, recipe, width),
        "adapter": 0 if whole else EXACT * trainable,
        "gradients": gradients,
        "optimiser": STATES[recipe.optimizer] * trainable,
        "activations": kept_at_once,
        "working": machine.slack * _working(shape, recipe, trainable, once, width),
        "runtime": machine.runtime,
    }
    return {name: round(size) for name, size in parts.items()}


def _weights(shape: Shape, recipe: Recipe, width: int) -> float:
    """Count the base: in 4 bits only the matrices of layers are; full tuning keeps fp32."""
    if recipe.method == "full":
        return EXACT * shape.total
    if recipe.method == "qlora":
        rest = shape.total - shape.linear_parameters
        return shape.linear_parameters * NF4_BITS / 8 + rest * width
    return width * shape.total


# --- activations -------------------------------------------------------------------------------


def kept_per_token(shape: Shape, recipe: Recipe, length: int, width: int) -> float:
    """Count the bytes that one layer keeps of one token for the backward pass."""
    return (
        _kept_by_norms(shape, recipe, width)
        + _kept_by_attention(shape, length, width)
        + FAMILIES[shape.architecture].bends * shape.intermediate * width
        + _kept_by_matrices(shape, recipe, width)
    )


def _kept_by_norms(shape: Shape, recipe: Recipe, width: int) -> float:
    """Norms keep what they read, RMSNorm in fp32; a trained one also what it scales."""
    family, whole = FAMILIES[shape.architecture], recipe.method == "full"
    read = family.norms.count("hidden") * shape.hidden
    if family.centred:
        return (EXACT if whole else width) * read
    if set(family.norms) != {"hidden"}:  # queries and keys are normed, too
        read += shape.head * (shape.heads + shape.kv_heads)
    return EXACT * read * (2 if whole else 1)


def _kept_by_attention(shape: Shape, length: int, width: int) -> float:
    """Queries, keys, values, what comes out, and a sum per head; capped scores as well.

    Turning queries and keys by their positions copies them; where one matrix made all three,
    the values hold on to what they were cut from.
    """
    family = FAMILIES[shape.architecture]
    fused = not family.positions and any("keys+keys" in out for _, out in family.matrices.values())
    turned = shape.head * (shape.heads + shape.kv_heads)
    scores = EXACT * shape.heads * (2 * length if family.capped_scores else 1)
    return width * turned * (3 if fused else 2) + scores


def _kept_by_matrices(shape: Shape, recipe: Recipe, width: int) -> float:
    """Count what matrices that are trained, or have something trained beside them, must keep."""
    if recipe.method == "bottleneck":
        return 2 * width * (shape.hidden + 2 * recipe.size)
    if recipe.method == "full":
        copies = width != EXACT  # every matrix casts its input anew
        return width * _inputs(shape.linears, shape, shared=not copies)
    chosen = chosen_linears(shape, recipe)
    thin = width * recipe.rank * len(chosen)
    if recipe.dropout:  # what was dropped, and what was left, for each of them
        return thin + 2 * width * sum(one.inputs for one in chosen)
    return thin + width * _inputs(chosen, shape, shared=True)


def _inputs(chosen: tuple[Linear, ...], shape: Shape, *, shared: bool) -> int:
    """Add up what these matrices read: once where several read the same and it is `shared`.

    The one behind attention reads what attention keeps anyway.
    """
    matrices = FAMILIES[shape.architecture].matrices
    names = list(matrices)
    behind = next(name for name in names if matrices[name][0] == "queries")
    read: dict[object, int] = {}
    for one in chosen:
        if one.name != behind:
            before = names.index(one.name) < names.index(behind)
            read[(before, one.inputs) if shared else one.name] = one.inputs
    return sum(read.values())


def chosen_linears(shape: Shape, recipe: Recipe) -> tuple[Linear, ...]:
    """Return the matrices that a recipe puts something beside."""
    if recipe.targets == ("all-linear",):
        return shape.linears
    return tuple(one for one in shape.linears if {one.name, one.leaf} & set(recipe.targets))


# --- what is needed for a moment ---------------------------------------------------------------


def _working(shape: Shape, recipe: Recipe, trainable: int, once: Pass, width: int) -> float:
    """Add up the head's work, copies of what is trained, and what a layer needs in passing."""
    copies = width * trainable if width != EXACT else 0
    widest = max(shape.intermediate, shape.heads * shape.head)
    passing = TRANSIENT * once.tokens * widest * width
    largest = max(one.inputs * one.outputs for one in shape.linears)
    unpacked = 2 * width * largest if recipe.method == "qlora" else 0
    merged = 2 * EXACT * largest if recipe.dora else 0  # to find how long its columns are
    return _head(shape, recipe, once) + copies + passing + unpacked + merged


def _head(shape: Shape, recipe: Recipe, once: Pass) -> float:
    """Count scores, of some rows or of all; and the head's gradient while it is handed over."""
    rows = min(once.tokens * once.learned, max(16, SCORES // shape.vocabulary))
    if FAMILIES[shape.architecture].changed_scores:
        rows = once.tokens
    handed = shape.vocabulary * shape.hidden if recipe.method == "full" else 0
    return EXACT * (SCORE_COPIES * rows * shape.vocabulary + handed)
