"""A network that may be in the middle of its training -> the same network, looked at for a while.

Everything is put back afterwards: which of its parts were training, and the state of the dice, so
that training goes on as if nobody had looked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def at_rest(network: nn.Module) -> Iterator[None]:
    """Switch dropout and gradients off, and leave modes and random numbers as they were found."""
    training = [(part, part.training) for part in network.modules()]
    cards = range(torch.cuda.device_count())
    network.eval()
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=cards):
            yield
    finally:
        for part, was in training:
            part.training = was
