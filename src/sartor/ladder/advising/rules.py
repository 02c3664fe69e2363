"""The guides' rules, read from `rules.toml`; which of them a profile fulfils.

A rule is data: conditions, what they speak for or against, a reason, and whose it is.
"""

from __future__ import annotations

import operator
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from sartor.ladder.advising.profile import Profile, Value

Stance = Literal["for", "instead", "later", "against"]  # instead: for training, without search
Alternatives = tuple[Mapping[str, Value], ...]  # {"tokens": "<100000", "cite": True}, or ...

COMPARED: Mapping[str, Callable[[float, float], bool]] = {">=": operator.ge, "<": operator.lt}
_COMPARISON = re.compile(r"(>=|<)([\d.]+)")


@dataclass(frozen=True, slots=True)
class When:
    """A condition on profiles: one of `any_of` holds, and nothing of `unless`.

    Each of them holds where all its values do. What is not known fulfils nothing.
    """

    any_of: Alternatives
    unless: Alternatives = ()

    def holds(self, profile: Profile) -> bool:
        """Tell whether a profile is so."""
        return _any(self.any_of, profile) and not _any(self.unless, profile)


@dataclass(frozen=True, slots=True)
class Rule:
    """What guides say of some profiles: which tools they are for, and which they are against."""

    id: str
    when: When
    then: Mapping[str, Stance]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Side:
    """What some guides say where others say something else."""

    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which guides disagree, and what would settle it for this project."""

    about: str
    sides: tuple[Side, ...]
    measure: str


@dataclass(frozen=True, slots=True)
class Case:
    """A use case as guides describe it: a profile, and what they conclude."""

    name: str
    about: str
    says: str
    source: str
    profile: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Book:
    """All that is written in `rules.toml`.

    `guides` are titles by short name, `rungs` and `tools` say in a line what they are, `measure`
    what settles a contradiction about a tool.
    """

    guides: Mapping[str, str]
    rungs: Mapping[str, str]
    tools: Mapping[str, str]
    measure: Mapping[str, str]
    rules: tuple[Rule, ...]
    disputed: tuple[tuple[When, Disagreement], ...]

    def holding(self, profile: Profile) -> list[Rule]:
        """List the rules that a profile fulfils."""
        return [rule for rule in self.rules if rule.when.holds(profile)]

    def disagreements(self, profile: Profile) -> list[Disagreement]:
        """List what the guides disagree about in this profile."""
        return [one for when, one in self.disputed if when.holds(profile)]


def _any(conditions: Alternatives, profile: Profile) -> bool:
    return any(
        all(_fulfils(getattr(profile, name), wanted) for name, wanted in one.items())
        for one in conditions
    )


def _fulfils(value: Value | None, wanted: Value) -> bool:
    comparison = _COMPARISON.fullmatch(str(wanted))
    if value is None or not comparison:
        return value == wanted
    return COMPARED[comparison[1]](float(value), float(comparison[2]))


# --- reading ----------------------------------------------------------------------------------


@cache
def book() -> Book:
    """Read the rules that come with Sartor."""
    written = _toml("rules.toml")
    return Book(
        written["guides"],
        written["rungs"],
        written["tools"],
        written["measure"],
        tuple(_rule(row) for row in written["rule"]),
        tuple(_disputed(row) for row in written["disagreement"]),
    )


@cache
def cases() -> Mapping[str, Case]:
    """Read the use cases of the guides."""
    return {name: Case(name, **row) for name, row in _toml("cases.toml").items()}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("sartor.ladder.advising").joinpath(name).read_text("utf-8"))


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(row["id"], _when(row), row["then"], row["reason"], row["source"])


def _disputed(row: Mapping[str, Any]) -> tuple[When, Disagreement]:
    sides = tuple(Side(**side) for side in row["sides"])
    return _when(row), Disagreement(row["about"], sides, row["measure"])


def _when(row: Mapping[str, Any]) -> When:
    return When(tuple(row["when"]), tuple(row.get("unless", ())))
