"""Bottleneck adapters: a narrow detour behind attention and feed-forward of every layer."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, cast

from sartor.tuning.recipes import require_device
from sartor.types.training import MethodName

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from transformers import PreTrainedModel

    from sartor.tuning.planning import Shape
    from sartor.tuning.recipes import Recipe

PLACES = 2  # in every layer


class Bottleneck:
    """Our own: what a detour learns bends, which the product of two matrices cannot."""

    name: MethodName = "bottleneck"
    about: str = "narrow detours behind every part of every layer; they stay beside the base"
    quantised: bool = False
    whole: bool = False

    def attach(self, network: PreTrainedModel, recipe: Recipe, *, seed: int) -> nn.Module:
        """Put the detours in."""
        from sartor.networks import bottleneck

        require_device(recipe, network.device.type)
        bottleneck.attach(network, recipe.size, seed=seed)
        return network

    def save(self, network: nn.Module, folder: Path) -> None:
        """Write the detours in files named as PEFT names its own."""
        from sartor.networks import bottleneck

        bottleneck.save(cast("PreTrainedModel", network), folder)

    def load(self, network: nn.Module, folder: Path) -> nn.Module:
        """Read detours into a base, or over those that are attached."""
        from sartor.networks import bottleneck
        from sartor.networks.adapter_files import read_adapter

        bottleneck.load(cast("PreTrainedModel", network), read_adapter(folder))
        return network

    def off(self, network: nn.Module) -> AbstractContextManager[None]:
        """Take no detour."""
        from sartor.networks import bottleneck

        return bottleneck.off(network)

    def parameters(self, shape: Shape, recipe: Recipe) -> int:
        """Count the matrices down and up, and their biases."""
        detour = 2 * shape.hidden * recipe.size + recipe.size + shape.hidden
        return PLACES * shape.layers * detour
