"""One example as the network reads it. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of one example; `learned` says for each whether it is a target."""

    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    weight: float = 1.0
    source: str = ""

    @property
    def targets(self) -> int:
        """How many tokens are learned; the first cannot be, since nothing stands before it."""
        return sum(self.learned[1:])
