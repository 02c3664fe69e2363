"""The verdict of attribution: where a question was lost, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sartor.text.normal import squeeze
from sartor.types import Passage, Stage

SHOWN = 60  # characters of a quote in a proof
NAMED = 3  # things that a proof lists by name

# What evidence goes through, in order. Where it cannot be told how far it came, it came at least
# to the prompt's door: earlier losses are proved by the documents alone.
WAY: tuple[Stage, ...] = (
    "not in the documents",
    "not read",
    "cut by splitting",
    "not retrieved",
    "packed out",
    "unknown",
    "in context, unused",
    "used but wrong",
)


@dataclass(frozen=True, slots=True)
class Lost:
    """Where a question was lost, with the proof in one sentence.

    `given_correct` says whether the answer was right when the evidence was handed over; None:
    nobody asked.
    """

    stage: Stage
    proof: str
    given_correct: bool | None = None

    @property
    def reached(self) -> int:
        """How far along its way the evidence came."""
        return WAY.index(self.stage)


def quoted(text: str) -> str:
    """Quote the beginning of a text."""
    plain = squeeze(text)
    return f'"{plain[:SHOWN].rstrip()}..."' if len(plain) > SHOWN else f'"{plain}"'


def listed(names: Iterable[str]) -> str:
    """Join names; from many, the first few."""
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more


def placed(passage: Passage) -> str:
    """Name a passage and its span."""
    return f"{passage.id} ({passage.start}-{passage.end})"
