"""When a training is looked at in between, and what its network loses on examples kept aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from sartor.tuning.loop.batches import Layout, plan_batches, tensors
from sartor.tuning.loop.loss import Learner

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoded


def evaluated_steps(steps: int, wanted: int) -> frozenset[int]:
    """Spread evaluations evenly over the steps; the last step is always one."""
    wanted = max(1, min(wanted, steps))
    return frozenset(round(steps * number / wanted) for number in range(1, wanted + 1))


def dev_loss(
    learner: Learner, examples: Sequence[Encoded], layout: Layout, *, pad: int, device: torch.device
) -> float:
    """Return the mean loss of learned tokens; modes and gradients are the caller's."""
    total = weight = 0.0
    for batch in plan_batches([len(one.ids) for one in examples], layout):
        laid = tensors(batch, examples, pad=pad)
        laid = {name: one.to(device) for name, one in laid.items()}
        total += float(learner(**laid))
        weight += float(laid["weights"].sum())
    return total / max(weight, 1e-9)
