"""The general prompts and texts that come with Sartor, written for it, in several languages.

The held-out part is never trained on: the guard measures by it. The prompts carry no answers,
since the right answer is what the base model says.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Literal

from sartor.types import Message

Part = Literal["train", "held out"]

_FOLDER = files(__package__ or "sartor.tuning.replay")


def general_prompts(part: Part = "train") -> tuple[tuple[Message, ...], ...]:
    """Give requests of many kinds, each as a conversation that awaits its answer."""
    rows = (json.loads(line) for line in _read("prompts", part, "jsonl").splitlines())
    return tuple((Message("user", row["prompt"]),) for row in rows)


def general_texts(part: Part = "train") -> tuple[str, ...]:
    """Give short pieces of prose on everyday things."""
    return tuple(_read("prose", part, "txt").strip().split("\n\n"))


def _read(what: str, part: Part, suffix: str) -> str:
    name = f"{what}.{part.replace(' ', '-')}.{suffix}"
    return (_FOLDER / name).read_text(encoding="utf-8")
