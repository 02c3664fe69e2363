"""The forms that the targets of a task may share: JSON, labels, fixed parts, markup.

A form answers two questions about a text: does it follow the form, and does it show it, even broken
off or filled in wrongly? The first is the task's `format`, the second is a leak where nobody asked
for the form. What a text says is not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn, Protocol

from sartor.errors import InputError

_FENCE = r"\s*(?:```(?:json)?\s*)?"
_OBJECT = re.compile(_FENCE + r'\{\s*["}]')
_LIST = re.compile(_FENCE + r'\[\s*["{\[\]]')  # not "[2]": that is how sources are cited
_LINES = (  # what a line of Markdown begins with
    ("headings", re.compile(r"#{1,6} ")),
    ("lists", re.compile(r"[-*+] ")),
    ("numbered lists", re.compile(r"\d{1,3}[.)] ")),
    ("quotes", re.compile(r"> ")),
    ("tables", re.compile(r"\|.*\|$")),
    ("code", re.compile(r"```")),
)


class Form(Protocol):
    """A form that texts may have."""

    def follows(self, text: str) -> bool:
        """Say whether the whole text has the form."""

    def shows(self, text: str) -> bool:
        """Say whether the form can be recognised in a text, complete or not."""


@dataclass(frozen=True)  # without slots: the validator is built once
class Json:
    """JSON of a schema, and nothing around it."""

    schema: Mapping[str, object]
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named = self.schema.get("properties")
        keys = named if isinstance(named, Mapping) else {}
        object.__setattr__(self, "keys", frozenset(str(key) for key in keys))

    def follows(self, text: str) -> bool:
        """Validate the whole text."""
        try:
            return bool(self._validator.is_valid(read_json(text)))
        except ValueError:
            return False

    def shows(self, text: str) -> bool:
        """Look for the beginning of such JSON, and for its keys as JSON writes them."""
        begin = _LIST if self.schema.get("type") == "array" else _OBJECT
        return bool(begin.match(text)) or any(f'"{key}":' in text for key in self.keys)

    @cached_property
    def _validator(self) -> Any:  # noqa: ANN401  # jsonschema has no types
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError
        from jsonschema.validators import validator_for
        from referencing import Registry

        kind = validator_for(self.schema, default=Draft202012Validator)
        try:
            kind.check_schema(self.schema)
        except SchemaError as error:
            raise InputError(
                f"the JSON schema is wrong at {error.json_path}: {error.message}",
                hint="correct the schema; nothing was measured",
            ) from error
        return kind(self.schema, registry=Registry())  # which fetches nothing


@dataclass(frozen=True, slots=True)
class Labels:
    """One of a few texts."""

    names: frozenset[str]

    def follows(self, text: str) -> bool:
        """Compare the whole text with each."""
        return text.strip() in self.names

    def shows(self, text: str) -> bool:
        """Look for nothing less: a label is also a word."""
        return self.follows(text)


@dataclass(frozen=True, slots=True)
class Parts:
    """Fixed parts in this order and anything between them: a greeting, tags, a closing."""

    fixed: tuple[str, ...]
    at_start: bool
    at_end: bool

    def follows(self, text: str) -> bool:
        """Find each part behind the one before, the first and the last where they belong."""
        text, place = text.strip(), 0
        if self.at_start and not text.startswith(self.fixed[0]):
            return False
        for part in self.fixed[: -1 if self.at_end else None]:
            found = text.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return not self.at_end or text[place:].endswith(self.fixed[-1])

    def shows(self, text: str) -> bool:
        """Look for any of them."""
        return any(part.strip() in text for part in self.fixed)


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text with all these kinds of lines."""

    kinds: frozenset[str]

    def follows(self, text: str) -> bool:
        """Look for a line of each kind."""
        return self.kinds <= kinds_of_lines(text)

    def shows(self, text: str) -> bool:
        """Look for nothing less: any text may have a list."""
        return self.follows(text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the user's."""

    pattern: re.Pattern[str]

    def follows(self, text: str) -> bool:
        """Match the whole text."""
        return self.pattern.fullmatch(text.strip()) is not None

    def shows(self, text: str) -> bool:
        """Find it anywhere."""
        return self.pattern.search(text) is not None


def read_json(text: str) -> Any:  # noqa: ANN401
    """Read a text as JSON by the standard; raises `ValueError` when it is none."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def kinds_of_lines(text: str) -> frozenset[str]:
    """Name the kinds of Markdown lines in a text."""
    lines = [line.lstrip() for line in text.splitlines()]
    return frozenset(name for name, begin in _LINES if any(map(begin.match, lines)))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
