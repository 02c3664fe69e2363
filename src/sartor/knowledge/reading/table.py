"""CSV and TSV: with a field mapping one document a row, without one a Markdown table.

The table is cut into groups of rows that repeat the header, each a block of its own, so that
a passage from the middle of a long table still says what its columns are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from sartor.errors import ReadingError
from sartor.knowledge.reading.composing import Composition, complete
from sartor.knowledge.reading.decoding import Decoded, decode, read_text
from sartor.knowledge.reading.grid import Cells, markdown_table, row_groups
from sartor.knowledge.reading.rows import Row, readings
from sartor.protocols import ReadOptions
from sartor.types import Reading, Trouble

DELIMITERS = ",;\t|"
LINES_TO_LOOK_AT = 50
GROUP_CHARACTERS = 700  # header and rows: about what MiniLM sees in one window
SAMPLE_BYTES = 65_536
WHOLE_BYTES = 16 * 2**20  # larger files are streamed, in the encoding of their beginning
LONGEST_CELL = 2**20


class TableReader:
    """Read a table of delimited text."""

    version = "1"
    suffixes = (".csv", ".tsv", ".tab")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading | Trouble]:
        """Yield the table as one document, or one document a row if fields are mapped."""
        csv.field_size_limit(LONGEST_CELL)
        if options.fields:
            yield from readings(_rows(path, options), options.fields, options)
        else:
            yield _document(read_text(path, options.max_characters), options)


def delimiter_of(sample: str) -> str:
    """Return the delimiter that gives the first lines the most columns, equally often."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _sample_rows(sample, delimiter) if row]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        score = widths.count(usual) / len(widths) if usual > 1 else 0.0
        if (score, usual) > (best_score, 1):
            best, best_score = delimiter, score
    return best


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    lines = sample.split("\n")[:LINES_TO_LOOK_AT]
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []


def _document(decoded: Decoded, options: ReadOptions) -> Reading:
    delimiter = delimiter_of(decoded.text)
    rows = [row for row in _parsed(StringIO(decoded.text), delimiter) if any(map(str.strip, row))]
    if not rows:
        raise ReadingError("the table has no rows")
    composition = Composition(options.max_characters)
    for group in row_groups(rows, GROUP_CHARACTERS):
        composition.add("table", markdown_table(group))
    found = Reading(composition.text, tuple(composition.blocks), notes=(decoded.note,))
    return complete(found, options)


def _parsed(lines: Iterator[str] | StringIO, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as error:
        raise ReadingError(f"the table cannot be parsed: {error}") from None


def _rows(path: Path, options: ReadOptions) -> Iterator[Row]:
    """Yield the rows below the header as mappings; row 2 of the file is the first."""
    with path.open("rb") as file:
        sample = decode(_whole_lines(file.read(SAMPLE_BYTES)))
    if path.stat().st_size <= WHOLE_BYTES:
        sample = read_text(path, options.max_characters)
        yield from _mapped(_parsed(StringIO(sample.text), delimiter_of(sample.text)))
        return
    with path.open(encoding=sample.encoding, newline="") as lines:
        try:
            yield from _mapped(_parsed(lines, delimiter_of(sample.text)))
        except UnicodeDecodeError as error:
            raise ReadingError(f"the file begins as {sample.encoding}, but: {error}") from None


def _whole_lines(data: bytes) -> bytes:
    """Cut a sample at its last line end, so that no character is cut in two."""
    return data[: data.rfind(b"\n") + 1] or data


def _mapped(rows: Iterator[list[str]]) -> Iterator[Row]:
    header: Cells = [name.strip() for name in next(rows, [])]
    for number, cells in enumerate(rows, start=2):
        if any(cells):
            values: dict[str, object] = dict(zip(header, cells, strict=False))
            extra = len(cells) - len(header)
            problem = f"{extra} cells more than the header has" if extra > 0 else ""
            yield Row(number, {} if problem else values, problem)
