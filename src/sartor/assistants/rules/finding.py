"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from sartor.config.sections import Action


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text that a rule forbids, and what the writer should have done."""

    start: int
    end: int
    advice: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a text breaks, and what shall be done about it.

    `matched` and `advice` are not shown when printed: what is forbidden does not belong in a log.
    """

    rule: str
    matched: str = field(repr=False)
    action: Action
    advice: str = field(default="", repr=False)


class Rule(Protocol):
    """Find what is forbidden in `text`; only what reaches beyond `since` is asked for."""

    name: str
    action: Action

    def find(self, text: str, *, since: int, allowed_links: Collection[str]) -> list[Found]:
        """Give every place in order of reading, or any other."""
        ...
