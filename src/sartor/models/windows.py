"""A model's name in, the tokens it sees at once out; None where nobody told."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from sartor.prices import family


def known_window(model: str) -> int | None:
    """Look a model up, then its family if the name is a dated snapshot."""
    windows = _windows()
    return windows.get(model) or windows.get(family(model))


@cache
def _windows() -> dict[str, int]:
    text = files("sartor.models").joinpath("windows.toml").read_text("utf-8")
    return {
        name: window
        for table in tomllib.loads(text)["table"]
        for name, window in table["windows"].items()
    }
