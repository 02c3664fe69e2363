"""What advice is made of: plain data, to be printed or packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sartor.ladder.advising.profile import Value
from sartor.ladder.advising.rules import Disagreement
from sartor.ladder.findings import Mistake

State = Literal["now", "later", "no"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that speaks for or against something, and the guides it is from."""

    text: str
    source: str
    rule: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rung on the way up: what it is, whether it is its turn, and what speaks for and against."""

    rung: str
    about: str
    state: State
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Something to do that is no rung, or something not to do."""

    tool: str
    text: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A question without an answer; `would` says where each answer would lead."""

    name: str
    question: str
    would: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the guides advise for a profile.

    `first` is the rung to try, `likely` the one they expect to be needed in the end. `profile`
    holds what is known, `taken` where values came from that nobody had to give. `open` are the
    questions whose answers would change the advice. The last of the `commands` measures.
    """

    first: str
    likely: str
    summary: str
    steps: tuple[Step, ...]
    beside: tuple[Beside, ...]
    avoid: tuple[Beside, ...]
    disagreements: tuple[Disagreement, ...]
    open: tuple[Open, ...]
    commands: tuple[str, ...]
    profile: Mapping[str, Value]
    guides: Mapping[str, str]
    taken: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
