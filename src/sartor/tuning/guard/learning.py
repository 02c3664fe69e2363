"""Targets of a task in, the form they share out, with the reason; None where they share none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sartor.errors import InputError
from sartor.tuning.guard.forms import (
    Form,
    Json,
    Labels,
    Markdown,
    Parts,
    Pattern,
    kinds_of_lines,
    read_json,
)
from sartor.tuning.guard.parts import fixed_parts
from sartor.tuning.guard.schemas import learn_schema
from sartor.types import Chosen

NEARLY_ALL = 0.98  # of the targets have a form before it is theirs: a few rows are always odd
FEWEST = 8  # targets: what fewer share may be chance
LABELS = 20  # different targets at most that are labels and not texts ...
REPEATED = 4  # ... each of them coming so often on average
LONGEST_LABEL = 40  # characters
SHOWN = 60  # characters of a part, or of all keys, in a reason


def given_form(schema: Mapping[str, object] | None, pattern: str) -> Chosen[Form] | None:
    """Take the user's own schema or regular expression; None where neither is given."""
    if schema is not None:
        return Chosen(Json(schema), "JSON of the schema that was given")
    if not pattern:
        return None
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise InputError(
            f"the regular expression {pattern!r} cannot be read: {error}",
            hint="correct it; nothing was measured",
        ) from error
    return Chosen(Pattern(compiled), f"the regular expression that was given: {pattern}")


def learn_form(targets: Sequence[str]) -> Chosen[Form] | None:
    """Look for the strictest form that nearly all targets share; too few of them show none."""
    if len(targets) < FEWEST:
        return None
    return _json(targets) or _labels(targets) or _parts(targets) or _markdown(targets)


def _json(targets: Sequence[str]) -> Chosen[Form] | None:
    values = [value for target in targets if isinstance(value := _read(target), dict | list)]
    if len(values) < NEARLY_ALL * len(targets):
        return None
    form = Json(learn_schema(values, NEARLY_ALL))
    keys = f" with the keys {', '.join(sorted(form.keys))[:SHOWN]}" if form.keys else ""
    return Chosen(form, f"{_how_many(len(values), targets)} JSON{keys}, always of the same types")


def _read(target: str) -> Any:  # noqa: ANN401
    try:
        return read_json(target)
    except ValueError:
        return None


def _labels(targets: Sequence[str]) -> Chosen[Form] | None:
    counts = Counter(target.strip() for target in targets)
    names = frozenset(name for name, count in counts.items() if count > 1 and name)
    often = len(targets) >= REPEATED * len(names)
    covered = sum(counts[name] for name in names)
    short = all(len(name) <= LONGEST_LABEL for name in names)
    if not (names and often and short and len(names) <= LABELS):
        return None
    if covered < NEARLY_ALL * len(targets):
        return None
    listed = ", ".join(sorted(names))[:SHOWN]
    return Chosen(Labels(names), f"{_how_many(covered, targets)} one of {len(names)}: {listed}")


def _parts(targets: Sequence[str]) -> Chosen[Form] | None:
    start, inside, end = fixed_parts(targets, NEARLY_ALL)
    fixed = tuple(part for part in (start, *inside, end) if part)
    if not fixed:
        return None
    said = [f"begin with {start[:SHOWN]!r}"] if start else []
    said += [f"hold {part[:SHOWN]!r}" for part in inside]
    said += [f"end with {end[-SHOWN:]!r}"] if end else []
    form = Parts(fixed, at_start=bool(start), at_end=bool(end))
    return Chosen(form, f"nearly all targets {' and '.join(said)}")


def _markdown(targets: Sequence[str]) -> Chosen[Form] | None:
    counts = Counter(kind for target in targets for kind in kinds_of_lines(target))
    kinds = frozenset(kind for kind, count in counts.items() if count >= NEARLY_ALL * len(targets))
    if not kinds:
        return None
    return Chosen(Markdown(kinds), f"nearly all targets have {' and '.join(sorted(kinds))}")


def _how_many(count: int, targets: Sequence[str]) -> str:
    return "all targets are" if count == len(targets) else f"{count} of {len(targets)} targets are"
