"""A model's folder in, its network and tokenizer out: for serving and for training alike.

Only safetensors are read and no code that comes with a model is run, whatever its files ask for.
It knows nothing of adapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from sartor.errors import AdapterMismatch, ConfigError
from sartor.networks.precision import DTYPES, choose_device, choose_precision
from sartor.networks.quantised import four_bits, keep_layout, let_go_of_files
from sartor.types import Chosen

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
INDEX = "model.safetensors.index.json"
NO_LIMIT = 1_000_000  # tokenizers that know no window say 10 ** 30


@dataclass(frozen=True, slots=True)
class Opened:
    """A network, its tokenizer, and what else is known of them."""

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    vocabulary: int
    ends: frozenset[int]
    window: int | None
    precision: Chosen[str]
    device: Chosen[str]


def open_network(
    source: Path | str,
    *,
    precision: str,
    device: str,
    quantised: bool = False,
    whole: bool = False,
) -> Opened:
    """Load a model from its folder, or from the hub by its name there.

    `quantised` reads the layers' matrices as 4-bit NF4; `whole` keeps all weights in fp32, as
    training all of them needs, whatever arithmetic was chosen.
    """
    place = choose_device(device)
    arithmetic = choose_precision(precision, place.value)
    if isinstance(source, Path):
        require_model(source)
    dtype = torch.float32 if whole else DTYPES[arithmetic.value]
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        _require_decoder(config, source)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        network = _read(source, dtype, place.value, quantised=quantised)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"{source} cannot be loaded as a language model: {error}",
            hint="name a folder with config.json, safetensors and a tokenizer",
        ) from error
    return Opened(
        network,
        tokenizer,
        network.config.get_text_config().vocab_size,
        _ends(network, tokenizer),
        _window(network, tokenizer),
        arithmetic,
        place,
    )


def read_weights(folder: Path, *, like: PreTrainedModel) -> dict[str, Tensor]:
    """Read the weights of a model that is built as another one; anything else is an error."""
    require_model(folder)
    with without_progress():
        loaded: Any = type(like).from_pretrained(
            folder,
            dtype=like.dtype,
            trust_remote_code=False,
            use_safetensors=True,
            ignore_mismatched_sizes=True,  # they are reported, and refused here
            output_loading_info=True,
        )
    read, report = loaded
    weights = {name: one.detach() for name, one in read.named_parameters()}
    places = {name: one.shape for name, one in like.named_parameters()}
    wrong = any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    if wrong or {name: one.shape for name, one in weights.items()} != places:
        raise AdapterMismatch(
            f"the model at {folder} is not built as the one it should replace: {report}",
            hint="use it with the base it was tuned from",
        )
    return weights


def require_model(folder: Path) -> None:
    """Refuse a folder that holds no model, or only one that is not safe to read."""
    if not (folder / "config.json").is_file():
        is_adapter = (folder / "adapter_config.json").is_file()
        raise ConfigError(
            f"{folder} holds an adapter, not a model"
            if is_adapter
            else f"{folder} holds no model: it has no config.json",
            hint="name the folder of a model that save_pretrained wrote",
        )
    if not any(folder.glob("*.safetensors")):
        pickles = sorted(file.name for kind in PICKLES for file in folder.glob(kind))
        raise ConfigError(
            f"{folder} holds weights only as {', '.join(pickles)}: reading such files can run code"
            if pickles
            else f"{folder} holds no weights: it has no *.safetensors",
            hint="take the model's safetensors; where there are none, load it once with "
            "transformers in a place you trust and save_pretrained it",
        )
    if missing := _missing_shards(folder):
        raise ConfigError(
            f"{folder} is not complete: {INDEX} names {', '.join(missing)}",
            hint="copy or download the missing files",
        )


def _missing_shards(folder: Path) -> list[str]:
    if not (folder / INDEX).is_file():
        return []
    try:
        named = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{folder / INDEX} cannot be read: {error}") from error
    return sorted({name for name in named if not (folder / name).is_file()})


def _require_decoder(config: Any, source: Path | str) -> None:  # noqa: ANN401
    if config.is_encoder_decoder:
        raise ConfigError(f"{source} reads and writes with two halves; expected a decoder only")


def _read(
    source: Path | str, dtype: torch.dtype, device: str, *, quantised: bool
) -> PreTrainedModel:
    extra = {"quantization_config": four_bits(dtype), "device_map": {"": device}}
    with without_progress():
        network: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            source,
            dtype=dtype,
            trust_remote_code=False,
            use_safetensors=True,
            **(extra if quantised else {}),
        )
    if quantised:
        keep_layout(network)
        let_go_of_files(network)
    else:
        network.to(device)  # type: ignore[arg-type]
    network.eval()  # type: ignore[no-untyped-call]
    return network


def _ends(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return every token that ends a turn: models name them in three places, not always alike."""
    named = (
        getattr(network.generation_config, "eos_token_id", None),
        getattr(network.config.get_text_config(), "eos_token_id", None),
        tokenizer.eos_token_id,
    )
    found: set[int] = set()
    for one in named:
        found.update([one] if isinstance(one, int) else one or [])
    return frozenset(found)


def _window(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int | None:
    known = getattr(network.config.get_text_config(), "max_position_embeddings", None)
    if known is None and tokenizer.model_max_length < NO_LIMIT:
        known = tokenizer.model_max_length
    return known


@contextmanager
def without_progress() -> Iterator[None]:
    """Keep bars of loading weights from a terminal that may be showing an answer."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
