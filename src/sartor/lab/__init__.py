"""The lab: a tiny language model of our own that can read, for tests and benchmarks.

Importing this room loads no model and no torch.
"""

import json
from pathlib import Path
from typing import Any

__all__ = ["card", "model_folder"]

_MODEL = Path(__file__).parent / "model"


def model_folder() -> Path:
    """Return the folder that holds the lab model's weights, tokenizer and card."""
    return _MODEL


def card() -> dict[str, Any]:
    """Return the model's card: what it was trained on, how long, and its scores."""
    read: dict[str, Any] = json.loads((_MODEL / "card.json").read_text(encoding="utf-8"))
    return read
