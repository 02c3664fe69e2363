"""How much memory this process has needed so far, and whether that was too much."""

from __future__ import annotations

import resource
import sys

import torch

# What a CPU says of too little memory; the last one is all that the library of bf16 layers says.
NO_MEMORY = (
    "can't allocate memory", "not enough memory", "out of memory", "could not create a primitive",
)  # fmt: skip
UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes there, KiB elsewhere


def peak_memory(device: torch.device) -> int:
    """Return the highest number of bytes, of the graphics card where one is used."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def ran_out(error: BaseException) -> bool:
    """Say whether an error tells of too little memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in NO_MEMORY)
