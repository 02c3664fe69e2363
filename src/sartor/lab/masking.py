"""Which token sees which, in rows with a shared beginning: attention masks from block numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from sartor.lab.rows import SHARED


def block_mask(blocks: Tensor) -> Tensor:
    """Let every token see what comes before it in the shared beginning and in its own block.

    Padding sees itself, so that no row of the mask is empty. Shape: (rows, 1, length, length).
    """
    length = blocks.shape[1]
    seer, seen = blocks[:, :, None], blocks[:, None, :]
    earlier = torch.tril(torch.ones(length, length, dtype=torch.bool))
    itself = torch.eye(length, dtype=torch.bool)
    return ((earlier & ((seen == SHARED) | (seen == seer))) | itself)[:, None]
