"""QLoRA: LoRA over a base whose matrices are kept in 4 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.tuning.methods.lora import Lora
from sartor.types.training import MethodName

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from transformers import PreTrainedModel

    from sartor.tuning.recipes import Recipe


class QLora(Lora):
    """The same thin matrices; the base takes about a quarter of its memory."""

    name: MethodName = "qlora"
    about: str = "lora over a base in 4 bits: a quarter of the memory for the weights"
    quantised: bool = True

    def attach(self, network: PreTrainedModel, recipe: Recipe, *, seed: int) -> nn.Module:
        """Put the thin matrices in, beside matrices that stay as they were quantised."""
        _require_four_bits(network)
        return super().attach(network, recipe, seed=seed)

    def load(self, network: nn.Module, folder: Path) -> nn.Module:
        """Read an adapter into a base in 4 bits."""
        _require_four_bits(network)
        return super().load(network, folder)


def _require_four_bits(network: nn.Module) -> None:
    from sartor.networks.quantised import keep_layout, quantised_layers

    if not any(True for _ in quantised_layers(network)):
        raise ConfigError(
            "qlora needs a base in 4 bits, and this one has no quantised matrices",
            hint="open it with quantised=True, or use the method lora",
        )
    keep_layout(network)
