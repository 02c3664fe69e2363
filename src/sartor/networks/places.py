"""A network in, the parts of its layers that attend and that feed forward out.

They are found by how a decoder is built, whatever its family calls things: a list of equal
layers, each with exactly two parts that hold several matrices, of which one attends.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from sartor.errors import ConfigError

MATRICES = (nn.Linear, Conv1D)  # GPT-2 has its own kind


def places(network: PreTrainedModel) -> dict[str, nn.Module]:
    """Return by its path every part whose output goes back into the stream of a layer."""
    lists = [(path, one) for path, one in network.named_modules() if isinstance(one, nn.ModuleList)]
    for path, layers in sorted(lists, key=lambda one: -len(one[1])):
        found = {
            f"{path}.{number}.{name}": part
            for number, layer in enumerate(layers)
            for name, part in _parts(layer)
        }
        if len(found) == 2 * len(layers) > 0:
            return found
    raise ConfigError(
        f"{type(network).__name__} has no layers of which each has one part that attends and one "
        f"that feeds forward; it has {_described(lists)}",
        hint="train it as lora, which needs nothing but linear layers",
    )


def _parts(layer: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return both parts of a layer, or none if it is built in another way."""
    found = [(name, part) for name, part in layer.named_children() if _matrices(part) > 1]
    attending = [name for name, _ in found if "att" in name]
    return found if len(found) == 2 and len(attending) == 1 else []


def _matrices(part: nn.Module) -> int:
    return sum(isinstance(one, MATRICES) for one in part.modules())


def _described(lists: list[tuple[str, nn.ModuleList]]) -> str:
    return ", ".join(_layers_in_words(lists)) or "no list of layers at all"


def _layers_in_words(lists: list[tuple[str, nn.ModuleList]]) -> Iterator[str]:
    for path, layers in lists:
        if len(layers):
            parts = " + ".join(name for name, _ in layers[0].named_children()) or "no parts"
            yield f"{path}: {len(layers)} x {type(layers[0]).__name__} ({parts})"
