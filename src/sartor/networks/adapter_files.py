"""An adapter's folder in, what it says of itself out; refuses what does not belong to a model.

All of it is asked before anything of the adapter comes near a network. It needs no torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from sartor.errors import AdapterMismatch, ConfigError
from sartor.networks.identity import Identity

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
PICKLED = "adapter_model.bin"
CARD = "card.json"
SHOWN = 3  # names in a message

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AdapterFiles:
    """What lies in an adapter's folder: its settings, and the shape of each of its tensors."""

    folder: Path
    config: Mapping[str, Any]
    shapes: Mapping[str, Shape]

    @property
    def kind(self) -> str:
        """The kind of adapter, as PEFT writes it: LORA, BOTTLENECK, ..."""
        return str(self.config.get("peft_type", ""))


def read_adapter(folder: Path) -> AdapterFiles:
    """Read what an adapter is, but none of its weights."""
    if not (folder / CONFIG).is_file():
        below = ", ".join(str(one.parent) for one in sorted(folder.glob(f"*/{CONFIG}")))
        raise ConfigError(
            f"{folder} is no adapter: it holds no {CONFIG}",
            hint=f"adapters lie below it: {below}"
            if below
            else "name a folder that `sartor tune` or PEFT has saved",
        )
    if not (folder / WEIGHTS).is_file():
        pickled = (folder / PICKLED).is_file()
        found = f"weights only as {PICKLED}, and reading such a file can run code"
        raise AdapterMismatch(
            f"{folder} holds {found if pickled else f'no {WEIGHTS}'}",
            hint="save the adapter again as safetensors, in a place that may trust it: "
            "PeftModel.from_pretrained(MODEL, FOLDER).save_pretrained(ANOTHER)"
            if pickled
            else "copy it again",
        )
    return AdapterFiles(folder, _json(folder / CONFIG), _shapes(folder / WEIGHTS))


def require_base(folder: Path, base: Callable[[], tuple[Path, Identity]]) -> None:
    """Refuse an adapter whose card names another base than this one, which is asked for if need be.

    An adapter without a card of ours says nothing of its base, and is taken.
    """
    card = _json(folder / CARD).get("card") if (folder / CARD).is_file() else None
    trained = card.get("base") if isinstance(card, dict) else None
    if not isinstance(trained, dict):
        return
    here, identity = base()
    if trained.get("fingerprint") != identity.fingerprint:
        parts = Identity(*(str(trained.get(part, "")) for part in Identity.__slots__))
        different = " and ".join(identity.differences(parts)) or "fingerprint"
        same_name = Path(str(trained.get("model"))).name == here.name
        raise AdapterMismatch(
            f"the adapter at {folder} was trained on {trained.get('model')}, and this model is "
            f"{here}: another {different}",
            hint="that model has changed since: train one for it as it is now"
            if same_name or trained.get("model") == "lab"
            else f"use it with {trained.get('model')} (model.path, --model), or train one for this "
            "model",
        )


def require_fit(files: AdapterFiles, expected: Mapping[str, Shape]) -> None:
    """Refuse an adapter unless it has exactly the tensors that this model gives a place to."""
    shapes = files.shapes
    missing, unexpected = expected.keys() - shapes.keys(), shapes.keys() - expected.keys()
    other = [
        f"{name} is {list(shapes[name])} and not {list(expected[name])}"
        for name in sorted(expected.keys() & shapes.keys())
        if expected[name] != shapes[name]
    ]
    wrong = [
        f"{what}: {_some(names)}"
        for what, names in (("missing", missing), ("unexpected", unexpected), ("wrong", other))
        if names
    ]
    if not expected.keys() & shapes.keys():
        wrong = [f"it matches none of its layers; the adapter has {_some(shapes)}"]
    if wrong:
        raise AdapterMismatch(
            f"the adapter at {files.folder} does not fit this model: {'; '.join(wrong)}",
            hint=f"use it with the base model that its {CONFIG} names",
        )


def _shapes(file: Path) -> dict[str, Shape]:
    try:
        with safe_open(file, framework="np") as opened:
            names = list(opened.keys())
            return {name: tuple(opened.get_slice(name).get_shape()) for name in names}
    except SafetensorError as error:
        raise AdapterMismatch(f"{file} cannot be read: {error}", hint="copy it again") from error


def _json(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise AdapterMismatch(f"{file} is not JSON: {error}", hint="copy it again") from error
    if not isinstance(read, dict):
        raise AdapterMismatch(f"{file} holds no JSON object", hint="copy it again")
    return read


def _some(names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown
