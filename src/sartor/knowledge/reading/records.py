"""JSON and JSON Lines: one document a row, as the field mapping says.

JSON Lines are streamed, one row in memory at a time; a line that is no JSON costs that line
alone. A JSON file is loaded whole: a list of rows, an object with one list of rows, or an
object that is itself the one document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sartor.errors import ReadingError
from sartor.knowledge.reading.decoding import BYTE_ORDER_MARKS, read_text
from sartor.knowledge.reading.rows import BAD_ROWS, Row, describe, obvious_fields, readings
from sartor.protocols import ReadOptions
from sartor.types import Reading, Trouble

LONGEST_LINE = 64 * 2**20  # bytes; a longer line is no row
_UTF8_MARK = BYTE_ORDER_MARKS[2][0]
_WIDE_MARKS = tuple(mark for mark, encoding in BYTE_ORDER_MARKS if encoding != "utf-8")


class RecordsReader:
    """Read rows from JSON Lines or JSON; the content decides which, not the suffix."""

    version = "1"
    suffixes = (".jsonl", ".ndjson", ".json")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading | Trouble]:
        """Yield one document or one trouble for each row."""
        rows = _line_rows(path, options) if _is_lines(path) else _whole_rows(path, options)
        if options.fields:
            yield from readings(rows, options.fields, options)
            return
        looked_at, fields = _recognise(rows)
        yield from readings(chain(looked_at, rows), fields, options, describe(fields))


def _recognise(rows: Iterator[Row]) -> tuple[list[Row], dict[str, str]]:
    """Find the obvious fields in the first good row; also return the rows taken to find it."""
    looked_at = []
    for row in rows:
        looked_at.append(row)
        if not row.problem:
            fields = obvious_fields(row.values)
            if "text" in fields:
                return looked_at, fields
            raise ReadingError(
                "no field is obviously the text; the first row has: "
                + (", ".join(list(row.values)[:20]) or "nothing"),
                hint='name it in the source: fields = { text = "name of the field" }',
            )
        if len(looked_at) >= BAD_ROWS:
            break
    reason = looked_at[0].problem if looked_at else "it is empty"
    raise ReadingError(f"no row of the file can be read: {reason}")


def _is_lines(path: Path) -> bool:
    """Say whether the first line that is not blank is a JSON object of its own."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_LINE).removeprefix(_UTF8_MARK)
        while line.isspace():
            line = file.readline(LONGEST_LINE)
        more = file.read(1)
    if line.startswith(_WIDE_MARKS):
        return False
    if path.suffix.lower() == ".json" and not more:
        return False  # one object in one line: the file is the document
    if path.suffix.lower() != ".json" and line.startswith(b"{") and line.strip() != b"{":
        return True  # whatever is wrong with this line
    return isinstance(_parse(line)[1], dict)


def _line_rows(path: Path, options: ReadOptions) -> Iterator[Row]:
    longest = min(LONGEST_LINE, 8 * options.max_characters)
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(longest), b""), start=1):
            if len(line) == longest:
                raise ReadingError(f"row {number} is longer than {longest:,} bytes")
            if number == 1:
                line = line.removeprefix(_UTF8_MARK)  # noqa: PLW2901
            if not line.isspace():
                yield _row(number, *_parse(line))


def _parse(line: bytes | str) -> tuple[str, object]:
    """Return why this is no JSON, or its value."""
    try:
        return "", json.loads(line)
    except UnicodeDecodeError as error:
        return f"it is not valid UTF-8: {error.reason}", None
    except ValueError as error:
        return f"it is not valid JSON: {error}", None
    except RecursionError:
        return "it is nested too deeply", None


def _row(number: int, problem: str, value: object) -> Row:
    if problem:
        return Row(number, {}, problem)
    if not isinstance(value, dict):
        return Row(number, {}, f"expected a JSON object, found {type(value).__name__}")
    return Row(number, value)


def _whole_rows(path: Path, options: ReadOptions) -> Iterator[Row]:
    problem, value = _parse(read_text(path, options.max_characters).text)
    if problem:
        raise ReadingError(f"the file cannot be read as JSON: {problem}")
    for number, row in enumerate(_rows_of(value), start=1):
        yield _row(number, "", row)


def _rows_of(value: object) -> list[object]:
    """Return the list of rows in a JSON value, or the value itself as the only row."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "text" not in obvious_fields(value):
        lists = [part for part in value.values() if isinstance(part, list) and _has_rows(part)]
        if len(lists) == 1:
            return lists[0]
    return [value]


def _has_rows(part: list[object]) -> bool:
    return any(isinstance(row, dict) for row in part)
