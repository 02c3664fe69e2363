"""The name of a base model in, its folder or the open model out: what is to be tuned.

Finding one imports no torch; opening it does. It knows neither examples nor methods.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError, MissingExtra
from sartor.networks.identity import Identity, identify
from sartor.types import Chosen

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Base:
    """A model that is open to be tuned.

    `ends` are all tokens that end a turn. `precision` is the arithmetic; the weights are of that
    type too, unless all of them are to be trained.
    """

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    folder: Path
    identity: Identity
    window: int
    precision: Chosen[str]
    device: Chosen[str]
    ends: frozenset[int]


def find_base(given: str, *, root: Path) -> Path:
    """Find the folder of a model: a path, from `root` or from here, or a name in the hub's cache.

    Nothing is downloaded.
    """
    if not given:
        raise ConfigError(
            "no base model is named", hint="set tune.base to the folder of a model, or to lab"
        )
    looked = dict.fromkeys(Path(place, given).expanduser() for place in (root, Path.cwd()))
    for folder in looked:
        if folder.is_dir():
            return folder.resolve()
    if cached := _cached(given):
        return cached
    places = ", ".join([*map(str, looked), "the hub's cache on this machine"])
    raise ConfigError(
        f"there is no base model {given!r}; looked for {places}",
        hint=f"download it with `hf download {given}`, or name its folder"
        if given.count("/") == 1 and not given.startswith((".", "/", "~"))
        else "name the folder of a model, a hub name as organisation/name, or lab",
    )


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError):
        return None


def open_base(
    folder: Path,
    *,
    precision: str = "auto",
    device: str = "auto",
    quantised: bool = False,
    whole: bool = False,
    threads: int = 0,
) -> Base:
    """Open a model to be tuned.

    `quantised` reads its matrices in 4 bits, `whole` keeps every weight in fp32 as training all of
    them needs. `threads=0` leaves torch as it is.
    """
    try:
        import torch

        from sartor.networks.opening import open_network, require_model
    except ImportError as error:
        raise MissingExtra(
            f"tuning needs the extra tune: {error}", hint='pip install "sartor[tune]"'
        ) from error
    require_model(folder)
    _require_plain_weights(folder)
    if threads:
        torch.set_num_threads(threads)
    opened = open_network(
        folder, precision=precision, device=device, quantised=quantised, whole=whole
    )
    if opened.window is None:
        raise ConfigError(
            f"{folder} does not say how many tokens it sees at once",
            hint="add max_position_embeddings to its config.json",
        )
    return Base(
        network=opened.network,
        tokenizer=opened.tokenizer,
        folder=folder,
        identity=identify(folder),
        window=opened.window,
        precision=opened.precision,
        device=opened.device,
        ends=opened.ends,
    )


def open_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Open the tokenizer of a model, and none of its weights."""
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise MissingExtra(
            f"counting tokens needs the extra tune: {error}", hint='pip install "sartor[tune]"'
        ) from error
    try:
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{folder} holds no tokenizer that can be read: {error}",
            hint="name a folder with config.json, safetensors and a tokenizer",
        ) from error


def _require_plain_weights(folder: Path) -> None:
    """Refuse a model that was saved quantised: what is trained on it fits nothing else."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("quantization_config"):
        raise ConfigError(
            f"{folder} holds quantised weights; tuning starts from the weights they came from",
            hint='name the original model, and set method = "qlora" to save memory',
        )
