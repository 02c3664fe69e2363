"""Full tuning: every weight moves. What comes out is a model, not an adapter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sartor.errors import ConfigError
from sartor.tuning.recipes import require_device
from sartor.types.training import MethodName

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedModel

    from sartor.tuning.planning import Shape
    from sartor.tuning.recipes import Recipe

TOKENIZER = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "chat_template.jinja", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model",
)  # fmt: skip


class Full:
    """Every weight, as fp32 master weights: steps of training are lost in less."""

    name: MethodName = "full"
    about: str = "every weight of the model; the most memory, and a whole model to keep"
    quantised: bool = False
    whole: bool = True

    def attach(self, network: PreTrainedModel, recipe: Recipe, *, seed: int) -> nn.Module:  # noqa: ARG002  (nothing new is drawn)
        """Let every weight be trained, in fp32."""
        require_device(recipe, network.device.type)
        if getattr(network, "is_quantized", False):
            raise ConfigError(
                "full trains every weight, and the weights of this base are quantised",
                hint="open it with whole=True, or use the method qlora",
            )
        network.float()  # type: ignore[no-untyped-call]
        network.requires_grad_(requires_grad=True)
        return network

    def save(self, network: nn.Module, folder: Path) -> None:
        """Write a complete model: weights, settings, and the base's own tokenizer and template."""
        from sartor.networks.opening import without_progress

        model = cast("PreTrainedModel", network)
        with without_progress():
            model.save_pretrained(folder)
        for name in TOKENIZER:
            if (file := _base(model) / name).is_file():
                shutil.copyfile(file, folder / name)

    def load(self, network: nn.Module, folder: Path) -> nn.Module:
        """Read all weights of a model of the same shape."""
        _copy(folder, cast("PreTrainedModel", network))
        return network

    @contextmanager
    def off(self, network: nn.Module) -> Iterator[None]:
        """Put the base's weights back for a while; needs the memory of a second copy."""
        model = cast("PreTrainedModel", network)
        tuned = {name: one.detach().clone() for name, one in model.named_parameters()}
        _copy(_base(model), model)
        try:
            yield
        finally:
            for name, one in model.named_parameters():
                one.data.copy_(tuned[name])

    def parameters(self, shape: Shape, recipe: Recipe) -> int:  # noqa: ARG002  (no recipe changes it)
        """Count every parameter, each once."""
        return shape.total


def _base(network: PreTrainedModel) -> Path:
    """Return the folder that a network was opened from."""
    return Path(str(network.name_or_path))


def _copy(folder: Path, network: PreTrainedModel) -> None:
    """Copy the weights of a folder into a network, all of them or none."""
    from sartor.networks.opening import read_weights

    read = read_weights(folder, like=network)
    for name, place in network.named_parameters():
        place.data.copy_(read[name])
