"""Checked examples -> cleaned ones, and every change that was made.

Nothing is written and nothing is changed silently. What only its owner can decide (a contradiction,
a cut answer, a near copy) stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sartor.tuning.examples.checks.copies import content_of
from sartor.tuning.examples.checks.private import without_private
from sartor.tuning.examples.checks.turns import ordered, out_of_order, without_blanks
from sartor.tuning.examples.found import Checked, line_of, place_of
from sartor.types import Example, Message


@dataclass(frozen=True, slots=True)
class Fixed:
    """The cleaned examples, in the order of their file, and what was changed, line by line."""

    examples: tuple[Example, ...]
    changes: tuple[str, ...]


@dataclass(slots=True)
class _Changes:
    """What was done, told with its line."""

    told: list[tuple[int, str]] = field(default_factory=list)

    def note(self, example: Example, what: str) -> None:
        self.add(line_of(example) or 0, what)

    def add(self, line: int, what: str) -> None:
        self.told.append((line, f"line {line}: {what}" if line else what))

    def in_order(self) -> tuple[str, ...]:
        return tuple(text for _, text in sorted(self.told, key=lambda one: one[0]))


def fix_examples(checked: Checked) -> Fixed:
    """Do all that `check_examples` called fixable."""
    changes = _Changes()
    examples = list(_kept(checked, changes))
    for mended in checked.mended:
        if mended.example is None:
            changes.add(mended.line, f"left out: {mended.why}")
        else:
            changes.add(mended.line, f"kept up to its last usable answer: {mended.why}")
            examples.append(mended.example)
    examples.sort(key=place_of)
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
            changes.note(example, f"left out: the same as line {line_of(original)}")
