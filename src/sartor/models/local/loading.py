"""A folder in, a model ready to run out. Reads weights; runs no code that comes with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from sartor.errors import ConfigError
from sartor.models.local.packing import pack
from sartor.models.local.precision import DTYPES, choose_device, choose_precision
from sartor.types import Chosen

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
NO_LIMIT = 1_000_000  # tokenizers that know no window say 10 ** 30


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network, its tokenizer, and what else is known of them."""

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    vocabulary: int
    ends: frozenset[int]
    window: int | None
    precision: Chosen[str]
    device: Chosen[str]


def load(path: Path | str, *, precision: str, device: str) -> Loaded:
    """Load a model from its folder, or from the hub by its name there."""
    place = choose_device(device)
    arithmetic = choose_precision(precision, place.value)
    source = _source(path)
    try:
        config = AutoConfig.from_pretrained(source)
        if config.is_encoder_decoder:
            raise ConfigError(f"{path} reads and writes with two halves; expected a decoder only")
        tokenizer = AutoTokenizer.from_pretrained(source)
        with _without_progress():
            network = AutoModelForCausalLM.from_pretrained(source, dtype=DTYPES[arithmetic.value])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"{path} cannot be loaded as a language model: {error}",
            hint="set `path` to a folder with config.json, safetensors and a tokenizer",
        ) from error
    network.to(place.value).eval()  # type: ignore[arg-type]
    if place.value == "cpu":
        pack(network)
    return Loaded(
        network,
        tokenizer,
        network.config.get_text_config().vocab_size,
        _ends(network, tokenizer),
        _window(network, tokenizer),
        arithmetic,
        place,
    )


def _source(path: Path | str) -> str:
    if Path(path).is_dir():
        return str(path)
    if isinstance(path, str) and HUB_NAME.fullmatch(path):
        return path
    raise ConfigError(
        f"there is no model folder {path}",
        hint="set `path` to a folder that save_pretrained wrote, or to a hub name as "
        "organisation/name",
    )


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
def _without_progress() -> Iterator[None]:
    """Keep bars of loading weights from a terminal that may be showing an answer."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
