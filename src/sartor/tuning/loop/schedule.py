"""Which part of its learning rate a step has: rising first, then falling. Numbers only."""

from __future__ import annotations

import math
from collections.abc import Callable

from sartor.errors import ConfigError, nearest

FALLS: dict[str, Callable[[float], float]] = {  # from 0, just risen, to 1, all done
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
    "linear": lambda done: 1 - done,
    "constant_with_warmup": lambda _: 1.0,
}


def schedule(name: str, *, steps: int, warmup: float) -> Callable[[int], float]:
    """Return what a step, counted from 0, is multiplied by; never 0, so none is wasted."""
    if name not in FALLS:
        known = ", ".join(FALLS)
        raise ConfigError(f"there is no schedule {name!r}; known are {known}{nearest(name, FALLS)}")
    rising = math.ceil(warmup * steps)

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / (rising + 1)
        return FALLS[name]((step - rising) / max(steps - rising, 1))

    return factor
