"""A path -> the examples there, whatever form they are in.

OpenAI chat, prompt/completion, ShareGPT, Alpaca (JSONL or a JSON list), tables and dialogues are
recognised by what they hold. Every row that cannot be used is found and named with its line; a file
of another kind is refused as what it looks like.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sartor.errors import InputError
from sartor.tuning.examples.found import BROKEN_OFF, Mended, Place, Read, found_at
from sartor.tuning.examples.reading.converting import converter, unused
from sartor.tuning.examples.reading.decoding import text_of
from sartor.tuning.examples.reading.dialogues import dialogue_rows
from sartor.tuning.examples.reading.kinds import (
    CHAT,
    PAIRS,
    TABLE,
    TEXT,
    example_kind,
    guessed_keys,
    looks_like,
    main_kind,
)
from sartor.tuning.examples.reading.rows import Row, rows_of
from sartor.tuning.examples.reading.tables import (
    SUFFIXES,
    columns_of,
    header_of,
    looks_tabular,
    table_rows,
)
from sartor.tuning.examples.reading.turns import SHAPE, Refused
from sartor.types import Example, ExampleFinding

NO_FIELDS: Mapping[str, str] = {}
_LOOKED_AT = 100  # rows that decide about the kind of a file
_KNOWN_PAIR = ("prompt", "completion")


@dataclass(slots=True)
class _Reading:
    """What has been read so far of one file."""

    name: str
    kind: str
    examples: list[Example] = field(default_factory=list)
    findings: list[ExampleFinding] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)
    unused: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    def note(self, kind: str, message: str) -> None:
        if message:
            self.findings.append(ExampleFinding("note", kind, message))

    def refuse(self, row: Row, why: str, fix: str, kind: str, saved: Example | None = None) -> None:
        fix = fix or f"a row is {SHAPE}"
        fixable = not row.broken_off  # what stands behind it would silently be lost
        self.findings.append(found_at(row.place, "error", kind, why, fix=fix, fixable=fixable))
        self.mended.append(Mended(row.place, why, saved))

    def read(self) -> Read:
        for key, places in self.unused.items():
            told = f"{key!r} is not used (in {len(places):,} rows, from {places[0]} on)"
            self.note("unused", told)
        return Read(
            tuple(self.examples), self.kind, tuple(self.findings), self.name, tuple(self.mended)
        )


def read_examples(path: str | Path, *, fields: Mapping[str, str] = NO_FIELDS) -> Read:
    """Read a file of examples; rows that are none become findings.

    `fields` says under which names a table or a JSON row holds what "user", "assistant" and
    "system" say. Raises `InputError` where there are no examples to speak of.
    """
    path = Path(path)
    text, told = text_of(path)
    table = path.suffix.lower() in SUFFIXES or (not _is_json(text) and looks_tabular(text, fields))
    try:
        if table:
            reading = _table(path.name, text, fields)
        elif _is_json(text):
            reading = _json(path.name, text, fields)
        else:
            reading = _text(path.name, text)
    except InputError as error:
        raise InputError(f"{path} {error.args[0]}", error.hint) from None
    reading.note("encoding", told)
    return reading.read()


def _is_json(text: str) -> bool:
    begun = text[:10_000].lstrip()
    return begun.startswith(("{", "[{", "[\n", "[ ", "[\r", "[]")) or '\n{"' in begun


def _json(name: str, text: str, fields: Mapping[str, str]) -> _Reading:
    rows = list(rows_of(text))
    first = [row.value for row in rows if not row.wrong][:_LOOKED_AT]
    if fields:
        keys = list(dict.fromkeys(key for row in first for key in row))
        named, told = columns_of(keys, fields)
        return _converted(_Reading(name, PAIRS), _drained(rows), named, told)
    kind = main_kind(first)
    if not kind:
        raise _other_kind(rows, first)
    asking, answering = next(guessed_keys(row) for row in first if example_kind(row) == kind)
    pair = {"user": asking, "assistant": answering} if kind == PAIRS else {}
    guessed = bool(pair) and (asking, answering) != _KNOWN_PAIR
    told = f"read {asking!r} as user and {answering!r} as assistant" if guessed else ""
    return _converted(_Reading(name, kind), _drained(rows), pair, told)


def _drained(rows: list[Row]) -> Iterator[Row]:
    """Give row after row and let go of each: a large file is in memory once, not twice."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _other_kind(rows: Sequence[Row], first: Sequence[Mapping[str, Any]]) -> InputError:
    if not first:
        row = next(iter(rows), Row(Place(1), wrong="an empty list"))
        return InputError(f"holds no examples: {row.place}: {row.wrong}", f"a row is {SHAPE}")
    looks, fix = looks_like(first[0])
    return InputError(f"holds no examples: it looks like {looks}", fix)


def _table(name: str, text: str, fields: Mapping[str, str]) -> _Reading:
    header = header_of(text)
    twice = [column for column, count in Counter(header).items() if count > 1 and column]
    columns, told = columns_of(header, fields)
    if used := [column for column in twice if column in columns.values()]:
        raise InputError(f"has two columns {used[0]!r}", "give each column a name of its own")
    return _converted(_Reading(name, TABLE), table_rows(text), columns, told)


def _text(name: str, text: str) -> _Reading:
    rows, told = dialogue_rows(text)
    return _converted(_Reading(name, TEXT), rows, {}, told)


def _converted(
    reading: _Reading, rows: Iterable[Row], fields: Mapping[str, str], told: str
) -> _Reading:
    """Turn rows into examples, each for itself."""
    kind = {TABLE: PAIRS, TEXT: CHAT}.get(reading.kind, reading.kind)
    convert = converter(kind)
    reading.note("mapping", told)
    for row in rows:
        if row.wrong:
            broken = ("correct it: a copy would lack what is behind", BROKEN_OFF)
            reading.refuse(row, row.wrong, *(broken if row.broken_off else ("", "format")))
            continue
        source = row.place.of(reading.name)
        try:
            if not fields:
                _same_kind(row, kind)
            reading.examples.append(replace(convert(row.value, fields), source=source))
        except Refused as refused:
            saved = Example(refused.saved, source) if refused.saved else None
            reading.refuse(row, str(refused), refused.fix, refused.kind, saved)
            continue
        for key in unused(row.value, kind, fields):
            reading.unused[key].append(row.place)
    return reading


def _same_kind(row: Row, kind: str) -> None:
    """Refuse a row of another kind than the rest of the file."""
    found = example_kind(row.value)
    if found != kind:
        looks = found or looks_like(row.value)[0]
        raise Refused(f"looks like {looks}; the rest is {kind}", "one kind of row in one file")
