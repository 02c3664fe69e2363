"""Checked examples -> cleaned ones, and every change that was made.

Nothing is written and nothing is changed silently. What only its owner can decide (a contradiction,
a cut answer, a near copy) stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sartor.errors import InputError
from sartor.tuning.examples.checks.copies import content_of
from sartor.tuning.examples.checks.private import without_private
from sartor.tuning.examples.checks.turns import ordered, out_of_order, without_blanks
from sartor.tuning.examples.found import BROKEN_OFF, Checked, Place, Report, place_of
from sartor.tuning.examples.writing import write_examples
from sartor.types import Example, Message


@dataclass(frozen=True, slots=True)
class Fixed:
    """The cleaned examples, in the order of their file, and what was changed, line by line."""

    examples: tuple[Example, ...]
    changes: tuple[str, ...]


@dataclass(slots=True)
class _Changes:
    """What was done, told with its place."""

    told: list[tuple[Place, str]] = field(default_factory=list)

    def note(self, example: Example, what: str) -> None:
        self.add(_place(example), what)

    def add(self, place: Place, what: str) -> None:
        self.told.append((place, f"{place}: {what}"))

    def in_order(self) -> tuple[str, ...]:
        return tuple(text for _, text in sorted(self.told, key=lambda one: one[0]))


def fix_file(checked: Checked, path: Path, *, again: Callable[[Path], Checked]) -> Report:
    """Write a cleaned copy, and check `again` what now stands in it.

    The report is that of the original, with what was changed and which errors are left. Where no
    example is left nothing is written.
    """
    fixed = fix_examples(checked)
    if not fixed.examples:
        raise InputError(
            f"nothing of {checked.name or 'the examples'} is left once it is mended, so nothing "
            f"was written; {len(fixed.changes):,} changes would be needed",
            f"sartor tune check {checked.name or 'FILE'} names each row",
        )
    write_examples(path, fixed.examples)
    hidden = tuple(one for one in checked.errors if one.kind == BROKEN_OFF)
    return replace(
        checked.report,
        counts={**checked.counts, "written": len(fixed.examples)},
        changes=fixed.changes,
        left=(*hidden, *again(path).errors),
    )


def fix_examples(checked: Checked) -> Fixed:
    """Do all that `check_examples` called fixable."""
    changes = _Changes()
    examples = list(_kept(checked, changes))
    for mended in checked.mended:
        if mended.example is None:
            changes.add(mended.place, f"left out: {mended.why}")
        else:
            changes.add(mended.place, f"kept up to its last usable answer: {mended.why}")
            examples.append(mended.example)
    examples.sort(key=_place)
    cleaned = (_cleaned(example, changes) for example in examples)
    return Fixed(tuple(_single(_usable(cleaned, changes), changes)), changes.in_order())


def _kept(checked: Checked, changes: _Changes) -> Iterator[Example]:
    """Leave out what gives a test question away."""
    for place, example in enumerate(checked.examples):
        if place in checked.leaked:
            changes.note(example, "left out: it gives a test question away")
        else:
            yield example


def _cleaned(example: Example, changes: _Changes) -> Example:
    messages = example.messages
    if why := out_of_order(messages):
        messages = ordered(messages)
        changes.note(example, f"turns put in order: {why}")
    trimmed = without_blanks(messages)
    if trimmed != messages:
        changes.note(example, "blanks around an answer cut")
    hidden: Counter[str] = Counter()
    told = []
    for message in trimmed:
        text, found = without_private(message.content)
        hidden += found
        told.append(Message(message.role, text))
    for placeholder, count in hidden.items():
        changes.note(example, f"{count} x {placeholder} written instead of what stood there")
    return replace(example, messages=tuple(told))


def _usable(examples: Iterable[Example], changes: _Changes) -> Iterator[Example]:
    """Leave out conversations with an empty turn, or without a question once they are in order."""
    for example in examples:
        spoken = [message for message in example.messages if message.role != "system"]
        if not all(message.content.strip() for message in spoken):
            changes.note(example, "left out: an empty turn")
        elif not any(message.role == "user" for message in spoken) or len(spoken) < 2:
            changes.note(example, "left out: nothing is asked in it")
        else:
            yield example


def _single(examples: Iterable[Example], changes: _Changes) -> Iterator[Example]:
    """Leave out copies, also those that became one by what was changed."""
    first: dict[object, Example] = {}
    for example in examples:
        original = first.setdefault(content_of(example), example)
        if original is example:
            yield example
        else:
            changes.note(example, f"left out: the same as {_place(original)}")


def _place(example: Example) -> Place:
    """Say where an example stands; checking has given each a place."""
    return place_of(example) or Place(0)
