"""A table (CSV, TSV) -> its rows as objects, and which columns hold question and answer.

The header names the columns; what people usually call them is guessed and said, anything else is
named with `fields` ({"user": "Customer wrote", "assistant": "We replied"}).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sartor.errors import ConfigError, InputError, nearest
from sartor.tuning.examples.found import Place
from sartor.tuning.examples.reading.converting import FIELDS
from sartor.tuning.examples.reading.kinds import STEERING, guessed_keys
from sartor.tuning.examples.reading.rows import LARGEST_ROW, Row

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
SUFFIXES = (".csv", ".tsv")
_NAME_THEM = "name them: --field user=COLUMN --field assistant=COLUMN"


def looks_tabular(text: str, fields: Mapping[str, str]) -> bool:
    """Tell whether the first line is a header with columns for question and answer."""
    header = header_of(text)
    named = bool(fields) and set(fields.values()) <= set(header)
    return len(header) > 1 and (named or all(guessed_keys(header)))


def header_of(text: str) -> list[str]:
    """Give the names of the columns."""
    for cells in _reader(text, strict=False):
        if any(cell.strip() for cell in cells):
            return [cell.strip() for cell in cells]
    return []


def columns_of(header: Sequence[str], fields: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Say which column is what, and what was guessed of it; raises `InputError`."""
    for name, column in fields.items():
        if name not in FIELDS:
            raise ConfigError(f"unknown field {name!r}{nearest(name, FIELDS)}", ", ".join(FIELDS))
        if column not in header:
            found = f"found {', '.join(map(repr, header))}"
            raise InputError(
                f"has no column {column!r}{nearest(column, header)}; {found}", _NAME_THEM
            )
    guesses = dict(zip(("user", "assistant"), guessed_keys(header), strict=True))
    guesses["system"] = next((name for name in header if name.casefold() in STEERING), "")
    guessed = {name: column for name, column in guesses.items() if column and name not in fields}
    found_columns = guessed | dict(fields)
    if missing := [name for name in ("user", "assistant") if name not in found_columns]:
        raise InputError(
            f"has no column that looks like what the {' and the '.join(missing)} says; "
            f"found {', '.join(map(repr, header)) or 'nothing'}",
            _NAME_THEM,
        )
    told = ", ".join(f"{column!r} as {name}" for name, column in guessed.items())
    return found_columns, f"read {told}: say --field {_first(guessed)} if not" if told else ""


def _first(guessed: Mapping[str, str]) -> str:
    return f"{next(iter(guessed))}=COLUMN"


def table_rows(text: str) -> Iterator[Row]:
    """Read the rows below the header, each with the line it begins on."""
    header: list[str] = []
    begins = 1
    reader = _reader(text, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(Place(begins), wrong=f"not a row of a table: {error}")
            begins = reader.line_num + 1
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            begins = reader.line_num + 1
            continue
        if not header:
            header = [cell.strip() for cell in cells]
        elif len(cells) != len(header):
            wrong = f"found {len(cells)} columns; the header has {len(header)}"
            yield Row(Place(begins), wrong=f"{wrong}: is a quote or a comma not closed?")
        else:
            yield Row(Place(begins), dict(zip(header, cells, strict=True)))
        begins = reader.line_num + 1


def _reader(text: str, *, strict: bool) -> Reader:
    csv.field_size_limit(LARGEST_ROW)  # the library's own is 128 KiB: a long answer has more
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
