"""What a model gets wrong on a batch: the loss it learns from, and the parts that are reported.

Answers count in full; of the other tokens, which weigh little, only a share is looked at, because
the output layer costs much and teaches little there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from sartor.lab.masking import block_mask
from sartor.lab.rows import Batch

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

_ANSWER_WEIGHT = 0.5  # a token with this weight or more is part of an answer
_READ_SHARE = 0.3  # of the other tokens with a weight


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean losses of the tokens of answers and of the tokens that are only read."""

    answers: float
    reading: float


def measure_losses(model: LlamaForCausalLM, batch: Batch, *, seed: int) -> tuple[Tensor, Losses]:
    """Return the weighted mean to learn from, and its parts."""
    targets, weights = _following(batch)
    answers = weights >= _ANSWER_WEIGHT
    chance = torch.Generator().manual_seed(seed)
    looked_at = torch.rand(weights.shape, generator=chance) < _READ_SHARE
    kept = answers | ((weights > 0) & looked_at)
    states = model.model(
        input_ids=torch.from_numpy(batch.tokens),
        attention_mask=block_mask(torch.from_numpy(batch.blocks)),
        position_ids=torch.from_numpy(batch.positions),
    ).last_hidden_state[kept]
    logits = model.lm_head(states).float()
    losses = functional.cross_entropy(logits, targets[kept], reduction="none")
    answered = answers[kept]
    weight = torch.where(answered, weights[kept], weights[kept] / _READ_SHARE)
    total = (losses * weight).sum() / weight.sum()
    return total, Losses(_mean(losses[answered]), _mean(losses[~answered]))


def _following(batch: Batch) -> tuple[Tensor, Tensor]:
    """Return for each place the token that follows, and how much it counts.

    The last place has none, and the first token of a block does not follow from another block.
    """
    targets = torch.from_numpy(batch.tokens).roll(-1, dims=1)
    weights = torch.from_numpy(batch.weights).roll(-1, dims=1)
    blocks = torch.from_numpy(batch.blocks)
    weights[:, -1] = 0
    weights[:, :-1][blocks[:, 1:] != blocks[:, :-1]] = 0
    return targets, weights


def _mean(losses: Tensor) -> float:
    return float(losses.detach().mean()) if losses.numel() else 0.0
