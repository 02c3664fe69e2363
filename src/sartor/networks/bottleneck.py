"""Bottleneck adapters: a narrow detour behind attention and feed-forward of every layer.

    output + up(silu(down(output)))

`up` begins at zero, so a new adapter changes nothing. Several adapters can be attached under
names that hold no dot; one of them, or none, is at work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import PreTrainedModel

from sartor.errors import AdapterMismatch
from sartor.networks.adapter_files import CONFIG, WEIGHTS, AdapterFiles, require_fit
from sartor.networks.places import places

KIND = "BOTTLENECK"
NAME = "default"
ATTACHED = "bottleneck"  # what the detours of a place are called among its parts
PREFIX = "base_model.model."  # as PEFT begins its names
SPREAD = 0.02  # of the first weights of `down`: as transformers draws those of a layer


class Affine(nn.Module):
    """A matrix and a bias; not an `nn.Linear`, which others would take for a layer of the base.

    In fp32 whatever the network is in: small steps of training would be lost in bf16.
    """

    def __init__(self, inputs: int, outputs: int, device: torch.device) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, device=device))
        self.bias = nn.Parameter(torch.zeros(outputs, device=device))

    def forward(self, states: Tensor) -> Tensor:
        """Multiply and add."""
        return nn.functional.linear(states, self.weight, self.bias)


class Detour(nn.Module):
    """Down, a bend, up."""

    def __init__(self, hidden: int, size: int, device: torch.device) -> None:
        super().__init__()
        self.down = Affine(hidden, size, device)
        self.up = Affine(size, hidden, device)

    def forward(self, states: Tensor) -> Tensor:
        """Return the states with what the detour adds to them."""
        narrow = nn.functional.silu(self.down(states.to(self.down.weight.dtype)))
        added: Tensor = self.up(narrow)
        return states + added.to(states.dtype)


class Detours(nn.ModuleDict):
    """The detours behind one part of a layer, by the names of their adapters."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.active: str | None = None
        self.hook = part.register_forward_hook(self._behind)

    def of(self, name: str) -> Detour:
        """Return the detour of one adapter."""
        return cast(Detour, self[name])

    def _behind(self, _: nn.Module, __: object, output: Tensor | tuple[Tensor, ...]) -> object:
        if self.active is None:
            return output
        if isinstance(output, tuple):  # attention returns more than its states
            return (self.of(self.active)(output[0]), *output[1:])
        return self.of(self.active)(output)


def attach(network: PreTrainedModel, size: int, *, seed: int = 0, name: str = NAME) -> None:
    """Put a new adapter into the network and set it to work; nothing else is left to train."""
    parts = places(network).values()
    hidden = network.config.get_text_config().hidden_size
    drawing = torch.Generator().manual_seed(seed)
    network.requires_grad_(requires_grad=False)
    for part in parts:
        detour = Detour(hidden, size, network.device)
        drawn = torch.randn(detour.down.weight.shape, generator=drawing) * SPREAD
        detour.down.weight.data.copy_(drawn)
        if ATTACHED not in part._modules:
            part.add_module(ATTACHED, Detours(part))
        cast(Detours, part.get_submodule(ATTACHED))[name] = detour
    switch(network, name)


def detach(network: nn.Module, name: str = NAME) -> None:
    """Take an adapter out; without the last one the network is what it was before."""
    for part in list(network.modules()):
        detours = part._modules.get(ATTACHED)
        if not isinstance(detours, Detours) or name not in detours:
            continue
        del detours[name]
        if detours.active == name:
            detours.active = None
        if not detours:
            detours.hook.remove()
            del part._modules[ATTACHED]


def attached(network: nn.Module) -> dict[str, Detours]:
    """Return all detours by their paths."""
    return {path: one for path, one in network.named_modules() if isinstance(one, Detours)}


def switch(network: nn.Module, name: str | None) -> None:
    """Let this adapter work, or none."""
    for detours in attached(network).values():
        detours.active = name


@contextmanager
def off(network: nn.Module) -> Iterator[None]:
    """Let no adapter work for a while: the network computes exactly what it did without any."""
    before = {detours: detours.active for detours in attached(network).values()}
    switch(network, None)
    try:
        yield
    finally:
        for detours, active in before.items():
            detours.active = active


# --- files -------------------------------------------------------------------------------------


def save(network: PreTrainedModel, folder: Path, *, name: str = NAME) -> None:
    """Write an adapter as PEFT lays out its own."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = _weights(network, name)
    first = next(iter(attached(network).values()))
    config = {
        "peft_type": KIND,
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": network.name_or_path,
        "bottleneck_size": len(first.of(name).down.bias),
        "activation": "silu",
        "inference_mode": True,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    saved = {key: one.detach().contiguous().cpu() for key, one in weights.items()}
    save_file(saved, folder / WEIGHTS, metadata={"format": "pt"})


def load(network: PreTrainedModel, files: AdapterFiles, *, name: str = NAME) -> None:
    """Read an adapter into the network, all of it or nothing, and set it to work."""
    size = files.config.get("bottleneck_size")
    if files.kind != KIND or not isinstance(size, int) or files.config.get("activation") != "silu":
        raise AdapterMismatch(
            f"{files.folder / CONFIG} describes no bottleneck of ours: expected peft_type {KIND}, "
            "bottleneck_size and activation silu"
        )
    require_fit(files, _expected(network, size))
    attach(network, size, name=name)
    into = _weights(network, name)
    for key, weight in load_file(files.folder / WEIGHTS).items():
        into[key].data.copy_(weight)


def _expected(network: PreTrainedModel, size: int) -> dict[str, tuple[int, ...]]:
    """Say what a detour of this width has, before there is one."""
    detour = Detour(network.config.get_text_config().hidden_size, size, torch.device("meta"))
    return {
        f"{PREFIX}{path}.{ATTACHED}.{key}": tuple(weight.shape)
        for path in places(network)
        for key, weight in detour.named_parameters()
    }


def _weights(network: nn.Module, name: str) -> dict[str, nn.Parameter]:
    return {
        f"{PREFIX}{path}.{key}": weight
        for path, detours in attached(network).items()
        for key, weight in detours.of(name).named_parameters()
    }
