"""The command that climbs as this climb did, for sentences that say what to type next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Again:
    """What was typed, or could have been: the words up to the rungs, and the `rungs` named."""

    words: tuple[str, ...] = ("sartor", "climb")
    rungs: tuple[str, ...] = ()

    def __call__(self, *options: str) -> str:
        """Write the command with more options."""
        named = [part for name in self.rungs for part in ("--rung", name)]
        return shlex.join((*self.words, *named, *options))

    def trained(self, name: str) -> str:
        """Write the command that builds one rung, whatever else is enough."""
        return shlex.join((*self.words, "--rung", name, "--all"))


AGAIN = Again()
