"""A network that may be in the middle of its training -> the same network, looked at for a while.

What is measured must not change what is learned: a run that is evaluated more often, or goes on
after an interruption, draws the same numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def at_rest(network: nn.Module) -> Iterator[None]:
    """Keep no gradient, switch dropout off, and put all chance back where it was."""
    cards = range(torch.cuda.device_count())
    before = random.getstate()
    try:
        with torch.random.fork_rng(devices=cards), resting(network), torch.no_grad():
            yield
    finally:
        random.setstate(before)


@contextmanager
def resting(network: nn.Module) -> Iterator[None]:
    """Switch dropout off for the length of the block; each part goes on as it was."""
    training = [(part, part.training) for part in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for part, was in training:
            part.training = was
