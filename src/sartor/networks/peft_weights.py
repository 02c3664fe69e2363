"""Weights of PEFT adapters, in and out of a network that PEFT has prepared for them.

PEFT's own loading takes what fits and passes over the rest, writes weights of the base where a
file has some, and may ask the hub. Here nothing is read unless all of it fits.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from safetensors.torch import load_file, save_file

from sartor.errors import AdapterMismatch, MissingExtra
from sartor.networks.adapter_files import WEIGHTS, AdapterFiles, require_fit

if TYPE_CHECKING:
    from pathlib import Path


def import_peft() -> Any:  # noqa: ANN401
    """Return the package, or say how to get it."""
    try:
        import peft
    except ImportError as error:
        raise MissingExtra(
            f"adapters need the package peft: {error}", hint='pip install "sartor[local]"'
        ) from error
    return peft


def read_config(files: AdapterFiles) -> Any:  # noqa: ANN401
    """Return the settings of an adapter as PEFT wants them."""
    try:
        return import_peft().PeftConfig.from_pretrained(str(files.folder))
    except (ValueError, KeyError, TypeError) as error:
        raise AdapterMismatch(
            f"the adapter at {files.folder} is of a kind that is not known here: {error}",
            hint="train it as lora",
        ) from error


def fill(adapted: Any, key: str, files: AdapterFiles) -> None:  # noqa: ANN401
    """Read an adapter's weights into the places that PEFT has made for it under this name."""
    peft = import_peft()
    places = _state(adapted, key)
    require_fit(files, {name: tuple(place.shape) for name, place in places.items()})
    weights = load_file(files.folder / WEIGHTS)
    peft.set_peft_model_state_dict(adapted, weights, adapter_name=key)


def write(adapted: Any, key: str, folder: Path) -> None:  # noqa: ANN401
    """Save one adapter as PEFT lays it out; the same adapter gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    config = copy(adapted.peft_config[key])
    config.inference_mode = True
    if not isinstance(config.target_modules, str):
        config.target_modules = sorted(config.target_modules)
    config.save_pretrained(str(folder))
    weights = {name: one.contiguous().cpu() for name, one in _state(adapted, key).items()}
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})


@contextmanager
def quiet() -> Iterator[None]:
    """Keep PEFT's worries to ourselves: names of yesterday, and which adapter is now active."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)
        yield


def _state(adapted: Any, key: str) -> dict[str, Any]:  # noqa: ANN401
    found: dict[str, Any] = import_peft().get_peft_model_state_dict(
        adapted, adapter_name=key, save_embedding_layers=False
    )
    return found
