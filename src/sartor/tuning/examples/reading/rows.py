"""Text -> its JSON objects, each with the line it begins on.

One object a line, or objects over several lines, in a list or one after the other. A row that
cannot be read is given with what is wrong with it, and the next one is read. Knows no example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sartor.tuning.examples.found import Place

LARGEST_ROW = 20_000_000  # characters
LOOKED_AT = 20  # lines that decide whether each is an object
_GAP = re.compile(r"[\s,\[\]]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One object and where it stands. `wrong` says why there is no value.

    `broken_off` says that nothing behind it in the file could be read.
    """

    place: Place
    value: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""
    broken_off: bool = False


def in_lines(text: str) -> bool:
    """Tell one object a line from objects that go on over several lines."""
    begun = text.lstrip()
    if begun.startswith("["):
        return False
    first = begun.split("\n", LOOKED_AT)[:LOOKED_AT]
    return any(line.startswith("{") and not _parsed(line)[1] for line in first)


def rows_of(text: str) -> list[Row]:
    """Read every object, in order."""
    if in_lines(text):
        return list(_lines(text))
    streamed = _stream(text)
    several = text.lstrip().startswith("[") or any(not row.wrong for row in streamed)
    return streamed if several else list(_lines(text))


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            value, wrong = _parsed(line)
            yield Row(Place(number), value, wrong)


def _stream(text: str) -> list[Row]:
    """Read value after value; what stands between them is not looked at closely."""
    found = list(_values(text))
    lines = [row.place.line for row in found]
    if len(set(lines)) == len(lines):
        return found
    return [replace(row, place=Place(row.place.line, n)) for n, row in enumerate(found, start=1)]


def _values(text: str) -> Iterator[Row]:
    """Give each value with what is wrong with it, as far as JSON can be read."""
    twice: list[str] = []
    decoder = json.JSONDecoder(object_pairs_hook=_noting(twice))
    position = counted = 0
    line = 1
    while (start := _after_gap(text, position)) < len(text):
        line += text.count("\n", counted, start)
        counted = start
        twice.clear()
        try:
            value, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            wrong, position = _not_json(error), _next_like(text, start)
            if position:
                yield Row(Place(line), {}, wrong)
                continue
            broken = line + text.count("\n", start, getattr(error, "pos", start))
            wrong += "; nothing behind it in the file could be read"
            yield Row(Place(broken), {}, wrong, broken_off=True)
            return
        wrong = _wrong(value, twice, position - start)
        yield Row(Place(line), {} if wrong else value, wrong)


def _next_like(text: str, start: int) -> int:
    """Find the next object that is indented as what stands at `start`; 0: there is none."""
    indent = text[text.rfind("\n", 0, start) + 1 : start].lstrip("[")
    found = -1 if indent.strip() else text.find(f"\n{indent}{{", start)
    return found + 1 if found >= 0 else 0


def _after_gap(text: str, position: int) -> int:
    found = _GAP.match(text, position)
    return found.end() if found else position


def _parsed(line: str) -> tuple[Mapping[str, Any], str]:
    if len(line) > LARGEST_ROW:
        return {}, f"the row has {len(line):,} characters; expected at most {LARGEST_ROW:,}"
    twice: list[str] = []
    try:
        value = json.loads(line, object_pairs_hook=_noting(twice))
    except (ValueError, RecursionError) as error:
        return {}, _not_json(error, line)
    wrong = _wrong(value, twice, len(line))
    return ({}, wrong) if wrong else (value, "")


def _noting(twice: list[str]) -> Any:  # noqa: ANN401 - what json wants
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            keys = [key for key, _ in pairs]
            twice.extend(key for key in value if keys.count(key) > 1)
        return value

    return build


def _wrong(value: object, twice: list[str], length: int) -> str:
    if length > LARGEST_ROW:
        return f"the row has {length:,} characters; expected at most {LARGEST_ROW:,}"
    if not isinstance(value, dict):
        return f"found {kind_of(value)}; expected an object"
    return f"the key {twice[0]!r} stands there twice; which one is meant?" if twice else ""


def _not_json(error: Exception, line: str = "") -> str:
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deeply"
    if not isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    if re.match(r"\s*\{\s*'", line):
        return "not JSON but a Python dict: texts stand in ' instead of \"; write it by json.dumps"
    if line and not line.rstrip().endswith("}"):
        return f"not JSON: the row ends before its object does ({error.msg}, column {error.colno})"
    return f"not JSON: {error.msg} at column {error.colno}"


def kind_of(value: object) -> str:
    """Say what a JSON value is."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def broken_text(text: str) -> bool:
    """Tell whether a text holds half a character, which no tokenizer and no file can take."""
    return not text.isascii() and _SURROGATE.search(text) is not None
