"""LoRA adapters by name, several of them at work in one batch.

PEFT reads them and owns their weights. For a batch the adapters of its rows are laid side by side
as one wide LoRA, and a mask leaves each row the columns of its own: two matrix products a layer,
however many adapters there are, where PEFT's own mixed batch needs two for each. Adapters that
are more than a plain LoRA (DoRA, IA3, trained embeddings, ...) run as PEFT runs them, in batches
of their own.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from sartor.errors import ConfigError, InputError, MissingExtra, NotFound, nearest

BASE = "__base__"
SCATTERING = ("num_experts", "num_local_experts")  # layers that do not see rows as rows


@dataclass(frozen=True, slots=True)
class LoadedAdapter:
    """What is known of an adapter: PEFT's name for it, and its layers if it is a plain LoRA."""

    key: str
    layers: dict[str, tuple[Tensor, Tensor]] | None


@dataclass(slots=True)
class Wide:
    """The adapters of a batch side by side, layer by layer; and who owns which columns."""

    names: tuple[str, ...]
    weights: dict[str, tuple[Tensor, Tensor]]
    owners: dict[str, tuple[int, ...]]
    masks: dict[tuple[int, ...], Tensor] = field(default_factory=dict)


class Adapters:
    """All adapters of one model. Only the thread that runs the model may touch them."""

    def __init__(self, network: PreTrainedModel) -> None:
        self._network = network
        self._peft: Any = None  # the network with its adapters, once there is one
        self._loaded: dict[str, LoadedAdapter] = {}
        self._hooked: dict[str, Any] = {}
        self._wide: Wide | None = None
        self._rows: tuple[str | None, ...] = ()
        self._counter = 0

    def names(self) -> tuple[str, ...]:
        """Return the names that a request may ask for."""
        return tuple(self._loaded)

    def named(self, name: str | None) -> str | None:
        """Return the name of a loaded adapter, or None for the model without any."""
        if name == BASE:
            return None
        if name is not None and name not in self._loaded:
            known = ", ".join(self._loaded) or "none"
            raise NotFound(
                f"there is no adapter {name!r} (loaded: {known}){nearest(name, self._loaded)}",
                hint="load it with load_adapter(name, folder)",
            )
        return name

    def company(self, name: str | None) -> str:
        """Say which requests may share a batch: those with the same answer."""
        return "" if name is None or self._loaded[name].layers is not None else name

    def load(self, name: str, folder: Path) -> None:
        """Read an adapter, in place of the one that has this name."""
        key = f"adapter{self._counter}"  # PEFT's names cannot hold a dot
        self._counter += 1
        try:
            with _quiet():
                self._read(key, name, folder)
            layers = self._plain_layers(key)
        except Exception:  # whatever it is, nothing of the adapter may stay in the network
            self._delete(key)
            raise
        self._switch_off()
        self.unload(name)
        self._loaded[name] = LoadedAdapter(key, layers)

    def unload(self, name: str) -> None:
        """Forget an adapter, if there is one of this name."""
        known = self._loaded.pop(name, None)
        if known is not None:
            self._delete(known.key)

    def _delete(self, key: str) -> None:
        """Take what PEFT has of an adapter out of the network, be it whole or half read."""
        if self._peft is not None and key in self._peft.peft_config:
            with _quiet():
                self._peft.delete_adapter(key)
            self._switch_off()

    def _read(self, key: str, name: str, folder: Path) -> None:
        peft = _import_peft()
        if not (folder / "adapter_config.json").is_file():
            raise ConfigError(
                f"{folder} is no adapter: it holds no adapter_config.json",
                hint=f"set the path of adapter {name!r} to a folder that PEFT has saved",
            )
        try:
            config = peft.PeftConfig.from_pretrained(str(folder))
            if config.is_prompt_learning:
                raise ConfigError(
                    f"adapter {name!r} is of the kind {config.peft_type.value}, which changes the "
                    "prompt; models on this machine take adapters inside the layers only",
                    hint="train it as lora",
                )
            config.inference_mode = True
            if self._peft is None:
                self._peft = peft.PeftModel(
                    self._network, config, key, autocast_adapter_dtype=False
                )
            self._peft.load_adapter(str(folder), key, autocast_adapter_dtype=False)
            self._peft.eval()
        except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
            raise InputError(
                f"adapter {name!r} at {folder} does not fit this model: {error}",
                hint="use it with the base model that its adapter_config.json names",
            ) from error

    # --- rows ----------------------------------------------------------------------------------

    def use(self, rows: tuple[str | None, ...]) -> None:
        """Prepare the layers for rows with these adapters; all of one company."""
        if rows == self._rows:
            return
        self._rows = rows
        alone = self.company(rows[0])
        if alone:
            self._wide = None
            self._switch_on(self._loaded[alone].key)
            return
        self._switch_off()
        names = {name for name in rows if name is not None}
        if not names:
            self._wide = None
            return
        # A row that left does not change the weights: laying them out again costs more.
        if self._wide is None or not names <= set(self._wide.names):
            self._wide = self._side_by_side(tuple(sorted(names)))
        self._wide.masks = self._masks(self._wide, rows)

    def rest(self) -> None:
        """Forget what was prepared: the batch is empty, or an adapter was changed."""
        self._rows = ()
        self._wide = None

    def _side_by_side(self, names: tuple[str, ...]) -> Wide:
        found: dict[str, list[tuple[int, Tensor, Tensor]]] = {}
        for place, name in enumerate(names):
            for layer, (down, up) in (self._loaded[name].layers or {}).items():
                found.setdefault(layer, []).append((place, down, up))
        weights = {
            layer: (torch.cat([one[1] for one in parts]), torch.cat([one[2] for one in parts], 1))
            for layer, parts in found.items()
        }
        owners = {
            layer: tuple(place for place, down, _ in parts for _ in range(len(down)))
            for layer, parts in found.items()
        }
        return Wide(names, weights, owners)

    def _masks(self, wide: Wide, rows: tuple[str | None, ...]) -> dict[tuple[int, ...], Tensor]:
        """Return for each layout of columns which of them each row may use."""
        if len(wide.names) == 1 and None not in rows:
            return {}
        first = next(iter(wide.weights.values()))[0]
        places = [wide.names.index(name) if name is not None else -1 for name in rows]
        own = torch.tensor(places, device=first.device)[:, None]
        return {
            layout: (own == torch.tensor(layout, device=first.device)).to(first.dtype)[:, None]
            for layout in set(wide.owners.values())
        }

    def _add(self, layer: str, _: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        """Add to a layer's output what the adapters of its rows have to say."""
        wide = self._wide
        if wide is None or layer not in wide.weights:
            return output
        down, up = wide.weights[layer]
        narrow = nn.functional.linear(inputs[0], down)
        mask = wide.masks.get(wide.owners[layer])
        if mask is not None:
            narrow = narrow * mask
        return output.add_(nn.functional.linear(narrow, up))

    # --- PEFT ----------------------------------------------------------------------------------

    def _plain_layers(self, key: str) -> dict[str, tuple[Tensor, Tensor]] | None:
        """Return both matrices of each layer, or None if the adapter is more than a plain LoRA."""
        from peft.tuners.lora import Linear, LoraLayer

        scatters = any(getattr(self._network.config, name, None) for name in SCATTERING)
        if scatters or not _is_plain(self._peft.peft_config[key]):
            return None
        found = {}
        for path, layer in self._network.named_modules():
            if not isinstance(layer, LoraLayer):
                continue
            if key in layer.lora_embedding_A or key in layer.lora_variant:
                return None
            if key not in layer.lora_A:
                continue
            if type(layer) is not Linear or type(layer.base_layer) is not nn.Linear:
                return None
            up = layer.lora_B[key].weight * layer.scaling[key]
            dtype = layer.base_layer.weight.dtype
            found[path] = layer.lora_A[key].weight.detach().to(dtype), up.detach().to(dtype)
            if path not in self._hooked:
                add = partial(self._add, path)
                self._hooked[path] = layer.base_layer.register_forward_hook(add)
        return found

    def _switch_on(self, key: str) -> None:
        self._peft.base_model.enable_adapter_layers()
        self._peft.set_adapter(key)

    def _switch_off(self) -> None:
        if self._peft is not None:
            self._peft.base_model.disable_adapter_layers()


def _is_plain(config: Any) -> bool:  # noqa: ANN401
    extras = ("use_dora", "modules_to_save", "trainable_token_indices", "target_parameters")
    return (
        config.peft_type.value == "LORA"
        and config.bias == "none"
        and not config.lora_bias
        and not config.fan_in_fan_out
        and not any(getattr(config, extra, None) for extra in extras)
    )


def _import_peft() -> Any:  # noqa: ANN401
    try:
        import peft
    except ImportError as error:
        raise MissingExtra(
            f"adapters need the package peft: {error}", hint='pip install "sartor[local]"'
        ) from error
    return peft


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep PEFT's worries to ourselves: names of yesterday, and which adapter is now active."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)
        yield
