"""Rows to documents: which field is the id, which the title, which the text.

Rows of a table or of a JSON file go in, with the line each came from; one `Reading` for each
good row and one `Trouble` for each bad one come out. It does not know where rows come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sartor.errors import ReadingError, nearest
from sartor.knowledge.reading.composing import complete, encodable
from sartor.knowledge.reading.plain import paragraphs
from sartor.protocols import ReadOptions
from sartor.types import Reading, Scalar, Trouble

BAD_ROWS = 1_000  # then the mapping is wrong, not the rows, and the report would drown
OUR_FIELDS = ("id", "title", "text")
OBVIOUS = {
    "id": ("id", "_id", "doc_id", "document_id"),
    "title": ("title", "headline"),
    "text": ("text", "content", "contents", "body", "page_content"),
}
_MISSING = object()


class BadRow(Exception):
    """This row cannot become a document; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row and where it stands; `number` counts from 1, `problem` says why it has no values."""

    number: int
    values: Mapping[str, object]
    problem: str = ""


def obvious_fields(names: Iterable[str]) -> dict[str, str]:
    """Return the mapping that these names suggest; without a "text" nothing is obvious."""
    known = set(names)
    found = {ours: [name for name in theirs if name in known] for ours, theirs in OBVIOUS.items()}
    return {ours: names[0] for ours, names in found.items() if names}


def describe(fields: Mapping[str, str]) -> str:
    """Say which mapping was chosen, as a note."""
    pairs = ", ".join(f"{ours}={theirs!r}" for ours, theirs in fields.items())
    return f"fields recognised by their names: {pairs}"


def readings(
    rows: Iterable[Row], fields: Mapping[str, str], options: ReadOptions, note: str = ""
) -> Iterator[Reading | Trouble]:
    """Make one document of each row; a bad row is a `Trouble` with its number.

    Only a number is kept for each id that has been seen, so a file of any length can pass.
    """
    if "text" not in fields:
        raise ReadingError(
            f"the field mapping names no text; it has: {', '.join(fields) or 'nothing'}",
            hint='add it to the source: fields = { text = "name of the field" }',
        )
    seen: set[int] = set()
    bad = 0
    for row in rows:
        try:
            yield _reading(row, fields, options, seen, note)
        except (BadRow, ReadingError) as error:
            bad += 1
            yield Trouble("", f"row {row.number}", str(error))
        if bad >= BAD_ROWS:
            raise ReadingError(
                f"gave up after {bad:,} rows that cannot be read",
                hint="check the field mapping of the source",
            )
        note = ""  # once a file is enough


def _reading(
    row: Row, fields: Mapping[str, str], options: ReadOptions, seen: set[int], note: str
) -> Reading:
    if row.problem:
        raise BadRow(row.problem)
    text = _text(row, fields["text"])
    key = _key(row, fields)
    if hash(key) in seen:
        raise BadRow(f"the id {key[:200]!r} has been used by an earlier row of this file")
    title = str(lookup(row.values, fields["title"], "")) if "title" in fields else ""
    reading = Reading(
        text,
        tuple(paragraphs(text)),
        key=key,
        title=encodable(title),
        metadata=_metadata(row, fields),
        notes=(note,),
    )
    seen.add(hash(key))
    return complete(reading, options)


def lookup(values: Mapping[str, object], name: str, default: object) -> object:
    """Return a value by its name or by its dotted path; the name itself wins."""
    if name in values:
        return values[name] if values[name] is not None else default
    value: object = values
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return default
        value = value[part]
    return value if value is not None else default


def _text(row: Row, name: str) -> str:
    value = lookup(row.values, name, _MISSING)
    if value is _MISSING:
        names = [str(known) for known in row.values]
        shown = ", ".join(names[:20]) or "none"
        raise BadRow(f"no field {name!r}{nearest(name, names)}; the row has: {shown}")
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = "\n".join(value)
    if not isinstance(value, str):
        raise BadRow(f"the field {name!r} holds {_kind(value)}, expected text")
    if "\0" in value:
        raise BadRow(f"the field {name!r} holds NUL characters")
    if not value.strip():
        raise BadRow(f"the field {name!r} is empty")
    return encodable(value.replace("\r\n", "\n").replace("\r", "\n"))


def _key(row: Row, fields: Mapping[str, str]) -> str:
    if "id" not in fields:
        return str(row.number)
    value = lookup(row.values, fields["id"], _MISSING)
    if value is _MISSING:
        raise BadRow(f"no id in the field {fields['id']!r}")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise BadRow(f"the id in the field {fields['id']!r} is {_kind(value)}")
    return encodable(str(value))


def _metadata(row: Row, fields: Mapping[str, str]) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for ours, theirs in fields.items():
        value = lookup(row.values, theirs, "") if ours not in OUR_FIELDS else ""
        if isinstance(value, str):
            found[ours] = encodable(value)
        elif isinstance(value, int | float):
            found[ours] = value
    return found


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", bool: "true or false", str: "empty text"}
    return kinds.get(type(value), f"a {type(value).__name__}")
