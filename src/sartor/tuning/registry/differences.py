"""Two cards in, the facts in which they differ out, each by its name and as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sartor.tuning.registry.records import Record
from sartor.types import Measurement
from sartor.types.packing import plain

LEFT_OUT = (
    "data.sample",
    "data.rests_on",
    "data.tried",
    "training.recipe.reasons",
    "looked_for",
    "guard.findings",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of two versions; empty where one of them does not have it."""

    name: str
    first: str
    second: str


def differences(first: Record, second: Record) -> list[Difference]:
    """List what differs, in the order of the card."""
    one, other = _facts(first), _facts(second)
    names = [*one, *(name for name in other if name not in one)]
    return [
        Difference(name, one.get(name, ""), other.get(name, ""))
        for name in names
        if one.get(name, "") != other.get(name, "")
    ]


def _facts(record: Record) -> dict[str, str]:
    card = record.card
    rows = {"created": record.created, **plain(card), "before": {}, "after": {}}
    facts = dict(_flat("", rows))
    for when, measured in (("before", card.before), ("after", card.after)):
        facts |= {f"{when}.{name}": measurement_text(one) for name, one in measured.items()}
    if card.guard is not None:
        facts["guard"] = "passed" if card.guard.passed else "failed"
        facts |= {f"guard.{one.name}": one.reason for one in card.guard.findings}
    return facts


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # what JSON can say
    if name in LEFT_OUT:
        return
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(f"{name}.{key}" if name else key, part)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    else:
        yield name, f"{value:g}" if isinstance(value, float) else str(value)


def measurement_text(one: Measurement) -> str:
    """Write a mean with its interval."""
    return f"{one.mean:.3f} ({one.low:.3f} to {one.high:.3f}, n = {one.n})"
