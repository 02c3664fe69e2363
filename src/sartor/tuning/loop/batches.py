"""Lengths of examples in, optimiser steps out: which examples lie together in which batch.

A step holds as many tokens as the recipe says; a batch of it as many as go through the network at
once. Examples of similar length come together, so that little is filler, and filler stands at the
end of a row, where no token of the example can see it: no mask is needed. The order is drawn from
the seed and nothing else, so a run that goes on meets the same batches.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoded

POOL = 16  # steps whose examples are sorted by length together: enough to find alike ones
WASTE = 0.08  # of a batch may be filler; more, and a new batch begins

Row = tuple[int, ...]  # examples that lie in one row; several only where they are packed
Batch = tuple[Row, ...]
Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Layout:
    """How batches are made: tokens of a step, tokens of a batch, one example a row or several."""

    step_tokens: int
    batch_tokens: int
    packing: bool = False


def plan_steps(
    lengths: Sequence[int], layout: Layout, *, epochs: float, seed: int
) -> list[tuple[Batch, ...]]:
    """Return the batches of every step of a run; a last epoch may be a part of one."""
    steps: list[tuple[Batch, ...]] = []
    for number in range(math.ceil(epochs)):
        epoch = _epoch(lengths, layout, random.Random(f"{seed}/{number}"))  # noqa: S311
        part = min(1.0, epochs - number)
        steps += epoch[: math.ceil(round(part * len(epoch), 6))]
    return steps


def plan_batches(lengths: Sequence[int], layout: Layout) -> list[Batch]:
    """Return batches that hold every example once, in no order that matters."""
    return list(_batches(range(len(lengths)), lengths, layout))


def _steps_of_epoch(lengths: Sequence[int], layout: Layout) -> int:
    return max(1, round(sum(lengths) / layout.step_tokens))


def _epoch(
    lengths: Sequence[int], layout: Layout, chance: random.Random
) -> list[tuple[Batch, ...]]:
    """Deal out every example once, in steps of about the same number of tokens."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    batches = [
        batch
        for pool in _pools(order, lengths, POOL * layout.step_tokens)
        for batch in _shuffled(_batches(pool, lengths, layout), chance)
    ]
    count = min(_steps_of_epoch(lengths, layout), len(batches))
    return _dealt(batches, lengths, count)


def _pools(order: Sequence[int], lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    pool: list[int] = []
    held = 0
    for example in order:
        pool.append(example)
        held += lengths[example]
        if held >= size:
            yield pool
            pool, held = [], 0
    if pool:
        yield pool


def _shuffled(batches: Iterator[Batch], chance: random.Random) -> list[Batch]:
    drawn = list(batches)
    chance.shuffle(drawn)
    return drawn


def _batches(examples: Sequence[int], lengths: Sequence[int], layout: Layout) -> Iterator[Batch]:
    if layout.packing:
        yield from ((row,) for row in _packed_rows(examples, lengths, layout.batch_tokens))
        return
    rows: list[Row] = []
    longest = held = 0
    for example in sorted(examples, key=lambda one: -lengths[one]):
        length = lengths[example]
        space = (len(rows) + 1) * longest
        too_big = space > layout.batch_tokens
        too_empty = space - held - length > WASTE * space
        if rows and (too_big or too_empty):
            yield tuple(rows)
            rows, held = [], 0
        if not rows:
            longest = length
        rows.append((example,))
        held += length
    if rows:
        yield tuple(rows)


def _packed_rows(examples: Sequence[int], lengths: Sequence[int], size: int) -> Iterator[Row]:
    """Fill rows with the longest example that still fits."""
    bins: list[tuple[int, list[int]]] = []
    for example in sorted(examples, key=lambda one: -lengths[one]):
        length = lengths[example]
        for position, (left, row) in enumerate(bins):
            if length <= left:
                row.append(example)
                bins[position] = (left - length, row)
                break
        else:
            bins.append((size - length, [example]))
    return (tuple(row) for _, row in bins)


def _dealt(batches: Sequence[Batch], lengths: Sequence[int], count: int) -> list[tuple[Batch, ...]]:
    """Cut a series of batches into steps where the tokens so far come nearest to even shares."""
    sizes = [sum(lengths[example] for row in batch for example in row) for batch in batches]
    share = sum(sizes) / count
    steps: list[list[Batch]] = [[] for _ in range(count)]
    held = 0.0
    for batch, size in zip(batches, sizes, strict=True):
        middle = held + size / 2
        steps[min(count - 1, int(middle / share))].append(batch)
        held += size
    return [tuple(step) for step in steps if step]


def tensors(batch: Batch, examples: Sequence[Encoded], *, pad: int) -> Tensors:
    """Lay a batch out.

    `where` are the places, counted through all rows, whose hidden states predict a learned token,
    `targets` these tokens and `weights` what each counts. Rows that hold several examples carry
    `positions`, which begin anew with each.
    """
    rows = [[examples[number] for number in row] for row in batch]
    width = max(sum(len(one.ids) for one in row) for row in rows)
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    positions = torch.zeros((len(rows), width), dtype=torch.long)
    where: list[int] = []
    targets: list[int] = []
    weights: list[float] = []
    for number, row in enumerate(rows):
        begin = 0
        for one in row:
            end = begin + len(one.ids)
            ids[number, begin:end] = torch.tensor(one.ids)
            positions[number, begin:end] = torch.arange(len(one.ids))
            learned = [at for at in range(1, len(one.ids)) if one.learned[at]]
            where += [number * width + begin + at - 1 for at in learned]
            targets += [one.ids[at] for at in learned]
            weights += [one.weight] * len(learned)
            begin = end
    laid = {
        "ids": ids,
        "where": torch.tensor(where, dtype=torch.long),
        "targets": torch.tensor(targets, dtype=torch.long),
        "weights": torch.tensor(weights, dtype=torch.float),
    }
    if any(len(row) > 1 for row in rows):
        laid["positions"] = positions
    return laid
