"""What stands on the ladder: a name, a place in the order, and how it is built when its turn comes.

The ladder knows nothing else about a rung: not whether a model, a search or another company is
behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

DEFAULT = "default"  # how the wording of prompts that is used is called, where nobody says

Part = Literal["examples", "knowledge", "training"]
Build = Callable[[], object]  # what comes out is handed to the measuring, and closed if it can be

MONTHS = 12.0  # that what was built serves, where nobody says otherwise


@dataclass(frozen=True, slots=True)
class Effort:
    """What something takes: seconds of this machine, dollars, tokens of a model.

    None: nobody knows. `reason` says where the figures come from.
    """

    seconds: float | None = None
    dollars: float | None = None
    reason: str = ""
    tokens: float | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to answer. `order` counts from the simplest up.

    `needs` says what is missing to build it, and the command that helps; empty: it is ready.
    `variants` build it with other wordings of its prompts than its own, `wording`. `once` is what
    it cost to make, in dollars; None: nobody knows. One that is `planned` is named, and nobody can
    build it yet.

    With an `effort` it is built only when no rung that is there already is enough; None: there is
    nothing to build, or it was built before. What was built `lasts` so many months; None: the price
    of a month holds what building it costs already. `like` names the rung whose answers take as
    many tokens, so that its price can be told before it is built; `each` is what one answer is
    expected to take where no rung can tell. `parts` are for advice: no decision looks at them.
    """

    name: str
    order: int
    build: Build
    needs: str = ""
    variants: Mapping[str, Build] = field(default_factory=dict)
    wording: str = DEFAULT
    once: float | None = None
    planned: bool = False
    effort: Effort | None = None
    lasts: float | None = MONTHS
    like: str = ""
    each: Effort | None = None
    parts: frozenset[Part] = frozenset()

    @property
    def wordings(self) -> dict[str, Build]:
        """Every wording it can be built with, its own first."""
        return {self.wording: self.build, **self.variants}

    def worded(self, wording: str) -> str:
        """Name the rung with a wording of its prompts."""
        return self.name if wording == self.wording else f"{self.name} ({wording})"


@contextmanager
def opened(build: Build) -> Iterator[object]:
    """Build a system, and let go of it afterwards."""
    system = build()
    try:
        yield system
    finally:
        close = getattr(system, "close", None)
        if callable(close):
            close()
