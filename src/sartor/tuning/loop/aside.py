"""Look at a network in the middle of its training, and leave no trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def aside(network: nn.Module, device: torch.device) -> Iterator[None]:
    """Keep no gradient, switch dropout off, and put all chance back where it was.

    What is measured must not change what is learned: a run that is evaluated more often, or goes
    on after an interruption, draws the same numbers.
    """
    cards = [torch.cuda.current_device()] if device.type == "cuda" else []
    before = random.getstate()
    try:
        with torch.random.fork_rng(devices=cards), resting(network), torch.no_grad():
            yield
    finally:
        random.setstate(before)


@contextmanager
def resting(network: nn.Module) -> Iterator[None]:
    """Switch dropout off for the length of the block."""
    training = [module for module in network.modules() if module.training]
    network.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True
