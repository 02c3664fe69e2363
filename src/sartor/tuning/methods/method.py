"""What every way of tuning a network can do, and nothing of how."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from sartor.types.training import MethodName

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from transformers import PreTrainedModel

    from sartor.tuning.planning import Shape
    from sartor.tuning.recipes import Recipe


class Method(Protocol):
    """A way of tuning.

    `quantised` methods want a base that was opened in 4 bits, `whole` ones a base in fp32: they
    train every weight. What `attach` returned is a network like the base, and `save`, `load` and
    `off` take it; `load` takes the bare base as well.
    """

    name: MethodName
    about: str
    quantised: bool
    whole: bool

    def attach(self, network: PreTrainedModel, recipe: Recipe, *, seed: int) -> nn.Module:
        """Return the network ready to train: what requires a gradient is what is learned."""
        ...

    def save(self, network: nn.Module, folder: Path) -> None:
        """Write what was learned into a folder: safetensors and JSON only."""
        ...

    def load(self, network: nn.Module, folder: Path) -> nn.Module:
        """Read what was learned, all of it or nothing, and return the network ready to go on."""
        ...

    def off(self, network: nn.Module) -> AbstractContextManager[None]:
        """Let the network behave exactly as the base for a while."""
        ...

    def parameters(self, shape: Shape, recipe: Recipe) -> int:
        """Count exactly what will be trained; needs neither weights nor torch."""
        ...
