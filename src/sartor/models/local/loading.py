"""A folder in, a model ready to run out."""

from __future__ import annotations

import re
from pathlib import Path

from sartor.errors import ConfigError
from sartor.models.local.packing import pack
from sartor.networks.opening import Opened, open_network

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def load(path: Path | str, *, precision: str, device: str) -> Opened:
    """Load a model from its folder, or from the hub by its name there."""
    opened = open_network(_source(path), precision=precision, device=device)
    if opened.device.value == "cpu":
        pack(opened.network)
    return opened


def _source(path: Path | str) -> Path | str:
    if Path(path).is_dir():
        return Path(path)
    if isinstance(path, str) and HUB_NAME.fullmatch(path):
        return path
    raise ConfigError(
        f"there is no model folder {path}",
        hint="set `path` to a folder that save_pretrained wrote, or to a hub name as "
        "organisation/name",
    )
