"""Examples in, how they put their questions out: so it is asked again what learned from them.

A model that learned below certain instructions, or below none, answers otherwise below others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sartor.types import Example

How = Literal["alone", "instructed", "reading", "several"]
SHOWN = 60  # characters of instructions in one line


@dataclass(frozen=True, slots=True)
class Asked:
    """How the questions were put that an adapter learned from.

    `alone`: nothing stood before them. `instructed`: below `system`, all of them. `reading`: as the
    project's assistant puts them, with passages. `several`: below different instructions.
    """

    how: How
    system: str = ""

    @property
    def instructions(self) -> str | None:
        """What stands before a question that is put so; None: what the project says."""
        return self.system if self.how in ("alone", "instructed") else None


def asked_in(examples: Sequence[Example]) -> Asked:
    """Look at how conversations begin."""
    if any(one.rests_on for one in examples):
        return Asked("reading")
    found = {_instructions(one) for one in examples}
    if len(found) > 1:
        return Asked("several")
    system = next(iter(found), "")
    return Asked("instructed", system) if system else Asked("alone")


def in_words(asked: Asked | None) -> str:
    """Say in one line how an adapter is asked when it gets no passages."""
    match asked:
        case None:
            return "below the project's own instructions: how its examples began is not known"
        case Asked("alone"):
            return "as it was trained: no instructions before the question"
        case Asked("instructed", system):
            told = " ".join(system.split())
            shown = told if len(told) <= SHOWN else f"{told[:SHOWN].rstrip()}..."
            return f'as it was trained: below the instructions "{shown}"'
        case Asked("reading"):
            return "as it was trained: with passages, as the project's assistant asks"
        case _:
            return "below the project's own instructions: its examples differ in theirs"


def _instructions(example: Example) -> str:
    first = example.messages[0]
    return first.content if first.role == "system" else ""
