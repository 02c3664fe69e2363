"""How much memory this process has needed so far."""

from __future__ import annotations

import resource
import sys

import torch

UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes there, KiB elsewhere


def peak_memory(device: torch.device) -> int:
    """Return the highest number of bytes, of the graphics card where one is used."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
