"""What all processes of one training (torchrun) must know alike. Alone, what is known is agreed."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from accelerate import Accelerator  # type: ignore[import-untyped]
from torch import nn


class Processes:
    """This process and those that train the same network beside it."""

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator = accelerator
        self.count: int = accelerator.num_processes

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """Return the mean of what each holds."""
        if self.count == 1:
            return value
        found: torch.Tensor = self._accelerator.reduce(value, reduction="mean")
        return found

    def alike(self, value: float) -> float:
        """Return the mean of a number that each measures a little differently.

        What follows from it must not differ: where one goes on and another stops, both wait for
        ever.
        """
        if self.count == 1:
            return value
        return float(self.mean(torch.tensor(value, device=self._accelerator.device)))

    def any(self, here: bool) -> bool:
        """Say whether one of them wants it: what one does, all must do."""
        return self.alike(float(here)) > 0

    def apart(self, model: nn.Module, *, last: bool) -> AbstractContextManager[None]:
        """Keep gradients to oneself until the `last` batch of a step; then they are averaged."""
        if last:
            return nullcontext()
        alone: AbstractContextManager[None] = self._accelerator.no_sync(model)
        return alone

    def wait(self) -> None:
        """Let all come to this point."""
        self._accelerator.wait_for_everyone()
