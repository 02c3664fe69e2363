"""The rungs that a language model answers on: what each adds to the bare model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sartor.errors import ConfigError, nearest

Knowledge = Literal["none", "whole", "searched"]


@dataclass(frozen=True, slots=True)
class Rung:
    """What stands in the prompt besides the question. The system prompt is the template `name`.

    `order` counts from the simplest rung up.
    """

    name: str
    examples: bool
    knowledge: Knowledge
    order: int


RUNGS = {
    rung.name: rung
    for rung in (
        Rung("prompt", examples=False, knowledge="none", order=1),
        Rung("few-shot", examples=True, knowledge="none", order=2),
        Rung("long-context", examples=False, knowledge="whole", order=3),
        Rung("rag", examples=False, knowledge="searched", order=4),
        Rung("few-shot+rag", examples=True, knowledge="searched", order=5),
    )
}


def rung_named(name: str) -> Rung:
    """Find a rung by its name; raises `ConfigError`."""
    if name not in RUNGS:
        raise ConfigError(
            f"no rung {name!r}{nearest(name, RUNGS)}", f"one of: {', '.join(RUNGS)}, extract"
        )
    return RUNGS[name]
