"""What a climb says besides its verdict: classic mistakes with their evidence, and checklists.

Plain data; `mistakes` and `checklists` make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["done", "missing", "not needed", "unknown"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A classic mistake that this project makes or is about to make.

    `evidence` is the figure that speaks for it, `advice` what to do (with a command where there is
    one), `source` the guides that warn of it.
    """

    name: str
    evidence: str
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of a checklist: what is asked for, whether it is there, and what shows that."""

    item: str
    state: State
    evidence: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist of the guides, ticked with evidence."""

    name: str
    source: str
    ticks: tuple[Tick, ...]
