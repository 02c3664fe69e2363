"""Adapters by name, several of them at work in one batch.

For a batch the LoRA adapters of its rows are laid side by side as one wide LoRA, and a mask leaves
each row the columns of its own: two matrix products a layer, however many adapters there are,
where PEFT's own mixed batch needs two for each. Adapters that are more than a plain LoRA (DoRA,
IA3, trained embeddings, ...) run as PEFT runs them, and bottlenecks as we do: in batches of their
own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from sartor.errors import AdapterMismatch, ConfigError, NotFound, nearest
from sartor.networks import bottleneck
from sartor.networks.adapter_files import AdapterFiles, read_adapter, require_base
from sartor.networks.identity import Identity, identify
from sartor.networks.peft_weights import fill, import_peft, quiet, read_config

BASE = "__base__"
Layers = dict[str, tuple[Tensor, Tensor]]  # both matrices of a LoRA, layer by layer
SCATTERING = ("num_experts", "num_local_experts")  # layers that do not see rows as rows


@dataclass(frozen=True, slots=True)
class LoadedAdapter:
    """What is known of an adapter: its name inside, and its layers if it is a plain LoRA."""

    key: str
    layers: Layers | None


@dataclass(slots=True)
class Wide:
    """The adapters of a batch side by side, layer by layer; and who owns which columns."""

    names: tuple[str, ...]
    weights: Layers
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
        files = read_adapter(folder)
        require_base(folder, lambda: self._base)
        key = f"adapter{self._counter}"  # names inside cannot hold a dot
        self._counter += 1
        try:
            layers = self._read(key, name, files)
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

    @cached_property
    def _base(self) -> tuple[Path, Identity]:
        """Where the base lies, and what it is; a model of the hub lies in its cache."""
        folder = Path(str(self._network.name_or_path))
        if not folder.is_dir():
            from huggingface_hub import snapshot_download

            folder = Path(snapshot_download(str(folder), local_files_only=True))
        return folder, identify(folder)

    def _delete(self, key: str) -> None:
        """Take all of an adapter out of the network, be it whole or half read."""
        bottleneck.detach(self._network, key)
        if self._in_peft(key):
            with quiet():
                self._peft.delete_adapter(key)
            self._switch_off()

    def _read(self, key: str, name: str, files: AdapterFiles) -> Layers | None:
        """Put an adapter into the network; returns its layers if it is a plain LoRA."""
        if files.kind == bottleneck.KIND:
            bottleneck.load(self._network, files, name=key)
            return None
        config = read_config(files)
        if config.is_prompt_learning:
            raise ConfigError(
                f"adapter {name!r} is of the kind {files.kind}, which changes the prompt; models "
                "on this machine take adapters inside the layers only",
                hint="train it as lora",
            )
        config.inference_mode = True
        try:
            with quiet():
                self._make_room(key, config)
                fill(self._peft, key, files)
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise AdapterMismatch(
                f"adapter {name!r} at {files.folder} does not fit this model: {error}",
                hint="use it with the base model that its adapter_config.json names",
            ) from error
        self._peft.eval()
        return self._plain_layers(key)

    def _make_room(self, key: str, config: Any) -> None:  # noqa: ANN401
        if self._peft is None:
            model = import_peft().PeftModel
            self._peft = model(self._network, config, key, autocast_adapter_dtype=False)
        else:
            self._peft.add_adapter(key, config, autocast_adapter_dtype=False)

    # --- rows ----------------------------------------------------------------------------------

    def use(self, rows: tuple[str | None, ...]) -> None:
        """Prepare the layers for rows with these adapters; all of one company."""
        if rows == self._rows:
            return
        self._rows = rows
        self._switch_off()
        alone = self.company(rows[0])
        if alone:
            self._wide = None
            self._switch_on(self._loaded[alone].key)
            return
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

    def _plain_layers(self, key: str) -> Layers | None:
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

    def _in_peft(self, key: str) -> bool:
        return self._peft is not None and key in self._peft.peft_config

    def _switch_on(self, key: str) -> None:
        if self._in_peft(key):
            self._peft.base_model.enable_adapter_layers()
            self._peft.set_adapter(key)
        else:
            bottleneck.switch(self._network, key)

    def _switch_off(self) -> None:
        bottleneck.switch(self._network, None)
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
