"""LoRA: beside each chosen matrix two thin ones, whose product is added to what it gives.

PEFT makes and runs them. The thin matrices are kept in fp32 whatever the base is in.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sartor.errors import ConfigError, nearest
from sartor.tuning.recipes import EVERY_LINEAR, require_device
from sartor.types.training import MethodName

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn
    from transformers import PreTrainedModel

    from sartor.tuning.planning import Shape
    from sartor.tuning.recipes import Recipe

KEY = "default"  # PEFT's name for the one adapter that is trained


class Lora:
    """Two thin matrices beside each chosen one, over a base in its own precision."""

    name: MethodName = "lora"
    about: str = "thin matrices beside the base's own; small, and costs nothing once merged"
    quantised: bool = False
    whole: bool = False

    def attach(self, network: PreTrainedModel, recipe: Recipe, *, seed: int) -> nn.Module:
        """Put the thin matrices in; every name among the recipe's targets must match some."""
        import torch

        from sartor.networks.peft_weights import import_peft, quiet

        require_device(recipe, network.device.type)
        peft = import_peft()
        every = recipe.targets == EVERY_LINEAR
        if not every:
            _require_matches(recipe.targets, _matrices(network))
        config = peft.LoraConfig(
            task_type="CAUSAL_LM",
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules=EVERY_LINEAR[0] if every else list(recipe.targets),
            use_rslora=recipe.rslora,
            use_dora=recipe.dora,
        )
        with torch.random.fork_rng(devices=[]), quiet():
            torch.default_generator.manual_seed(seed)
            adapted: nn.Module = peft.get_peft_model(network, config, adapter_name=KEY)
        return adapted

    def save(self, network: nn.Module, folder: Path) -> None:
        """Write the adapter so that plain PEFT and other servers read it."""
        from sartor.networks.peft_weights import write

        write(network, KEY, folder)

    def load(self, network: nn.Module, folder: Path) -> nn.Module:
        """Read an adapter into a base, or over the one that is attached."""
        from sartor.networks.adapter_files import read_adapter
        from sartor.networks.peft_weights import fill, import_peft, quiet, read_config

        files = read_adapter(folder)
        peft = import_peft()
        adapted: Any = network
        with quiet():
            if not isinstance(network, peft.PeftModel):
                config = read_config(files)
                config.inference_mode = False
                adapted = peft.get_peft_model(network, config, adapter_name=KEY)
            fill(adapted, KEY, files)
        return adapted  # type: ignore[no-any-return]

    def off(self, network: nn.Module) -> AbstractContextManager[None]:
        """Leave the thin matrices out."""
        adapted: Any = network
        return adapted.disable_adapter()  # type: ignore[no-any-return]

    def parameters(self, shape: Shape, recipe: Recipe) -> int:
        """Count the thin matrices, and the magnitudes that DoRA has beside them."""
        names = [one.name for one in shape.linears]
        if recipe.targets != EVERY_LINEAR:
            _require_matches(recipe.targets, names)
        return sum(
            one.times * (recipe.rank * (one.inputs + one.outputs) + recipe.dora * one.outputs)
            for one in shape.linears
            if recipe.targets == EVERY_LINEAR or any(_means(t, one.name) for t in recipe.targets)
        )


def _matrices(network: PreTrainedModel) -> list[str]:
    """Name every matrix but the language head."""
    from sartor.networks.places import MATRICES

    head = network.get_output_embeddings()  # type: ignore[no-untyped-call]
    return [
        name
        for name, one in network.named_modules()
        if isinstance(one, MATRICES) and one is not head
    ]


def _means(target: str, name: str) -> bool:
    """Say whether a target means this matrix: one may say more of where it is than the other."""
    return name == target or name.endswith(f".{target}") or target.endswith(f".{name}")


def _require_matches(targets: tuple[str, ...], names: list[str]) -> None:
    leaves = dict.fromkeys(name.rpartition(".")[2] for name in names)
    for target in targets:
        if not any(_means(target, name) for name in names):
            raise ConfigError(
                f"targets names {target!r}, and no matrix of this model is called so"
                f"{nearest(target, leaves)}",
                hint=f"set targets to {EVERY_LINEAR[0]}, or to some of {', '.join(leaves)}",
            )
