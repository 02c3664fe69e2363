"""What a projection takes for granted, each with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sartor.ladder.costing.dues import Due
from sartor.ladder.costing.machines import Machine
from sartor.protocols import Pricing

NO_MACHINE = Machine()  # whose price nobody said


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing taken for granted: its name, its value in words, what it means, who says so."""

    name: str
    value: str
    about: str
    origin: str


@dataclass(frozen=True, slots=True)
class CostAssumptions:
    """What costs rest on besides what was measured.

    `hosted` names the models that run on machines of one's own, each such `machine`. `repeated` is
    the share of questions that are answered from memory. `dues` says by rung what it takes besides
    its answers. `pricing` prices answers that carry no price of their own.
    """

    machine: Machine = NO_MACHINE
    hosted: frozenset[str] = frozenset()
    repeated: float = 0.0
    dues: Mapping[str, tuple[Due, ...]] = field(default_factory=dict)
    pricing: Pricing | None = None

    def dues_of(self, system: str) -> tuple[Due, ...]:
        """Find what a rung takes besides its answers, whatever the wording of its prompts."""
        found = self.dues.get(system)
        return self.dues.get(system.partition(" (")[0], ()) if found is None else found


DEFAULT = CostAssumptions()  # tokens at their price, and nothing else
