"""The glyphs of one page to its lines and tables in reading order, each character with its box.

What comes out is compact (text and 16-bit boxes), so that a document of thousands of pages can
be held until its headings and running headers are known.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from sartor.knowledge.reading.boxes import EMPTY, Rectangle, Steps, steps, unit_for
from sartor.knowledge.reading.glyphs import Glyph, Sheet
from sartor.knowledge.reading.layout import Piece, columns, pieces_of, rows_of
from sartor.knowledge.reading.tables import Cell, Table, ruled_tables, spaced_tables


@dataclass(slots=True)
class Text:
    """Characters and where each one stands: four steps for each character."""

    unit: float
    characters: list[str] = field(default_factory=list)
    boxes: array[int] = field(default_factory=lambda: array("H"))

    def __str__(self) -> str:
        return "".join(self.characters)

    def put(self, characters: str, box: Steps = EMPTY) -> None:
        """Append characters that share one box; without one they are ours, not the page's."""
        self.characters.append(characters)
        self.boxes.extend(box * len(characters))


@dataclass(slots=True)
class Line:
    """One line of text or one whole table, with what tells a heading from a paragraph."""

    text: str
    boxes: array[int]
    place: Rectangle
    size: float = 0.0
    bold: bool = False
    cut: bool = False  # it ends with a hyphen that only the line end demanded
    column: int = 0
    table: bool = False


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page in reading order."""

    number: int
    width: float
    height: float
    lines: list[Line]
    scanned: bool = False
    recognised: bool = False

    @property
    def unit(self) -> float:
        """The step of the boxes, in points."""
        return unit_for(self.width, self.height)


def lines_of(sheet: Sheet, number: int) -> PageLines:
    """Lay out a page: text that is turned is read after the text that most of it is."""
    directions = Counter(glyph.look.quarter for glyph in sheet.glyphs)
    lines: list[Line] = []
    for quarter, _ in sorted(directions.items(), key=lambda item: (-item[1], item[0])):
        glyphs = [glyph for glyph in sheet.glyphs if glyph.look.quarter == quarter]
        layout = _Layout(sheet, max(0, quarter), len(lines))
        if not lines and quarter >= 0:
            lines.extend(layout.lines(glyphs))
        else:
            lines.extend(layout.margin_notes(glyphs))
    scanned = not sheet.glyphs and sheet.images > 0
    return PageLines(number, sheet.width, sheet.height, lines, scanned, sheet.recognised)


@dataclass(slots=True)
class _Layout:
    """Lay out the glyphs of one direction; boxes are turned back to where they are displayed."""

    sheet: Sheet
    quarter: int
    first_column: int

    def margin_notes(self, glyphs: list[Glyph]) -> Iterator[Line]:
        """Yield what is turned against the rest (stamps, labels of axes): never a heading."""
        if glyphs[0].look.quarter < 0:
            yield replace(self.line([Piece(glyphs)], column=-1), size=0.0)
        else:
            yield from (replace(line, size=0.0) for line in self.lines(glyphs))

    def lines(self, glyphs: Iterable[Glyph]) -> Iterator[Line]:
        """Yield lines and tables, column by column."""
        pieces = pieces_of(map(self._upright, glyphs) if self.quarter else glyphs)
        tables: dict[int, Table] = {}
        if self.quarter == 0:
            found, pieces = ruled_tables(pieces, self.sheet.rules)
            pieces = [*pieces, *(_stand_in(table, tables) for table in found)]
        for column, group in enumerate(columns(pieces), start=self.first_column):
            found, rest = spaced_tables([piece for piece in group if id(piece) not in tables])
            rest.extend(piece for piece in group if id(piece) in tables)
            rest.extend([_stand_in(table, tables) for table in found])
            for row in rows_of(rest):
                yield from self._row(row, tables, column)

    def _row(self, row: list[Piece], tables: dict[int, Table], column: int) -> Iterator[Line]:
        words = [piece for piece in row if id(piece) not in tables]
        if words:
            yield self.line(words, column)
        for piece in row:
            if id(piece) in tables:
                yield self._table(tables[id(piece)], column)

    def line(self, pieces: list[Piece], column: int) -> Line:
        """Make one line of pieces that stand beside each other."""
        text = self._new_text()
        self._write(text, pieces)
        longest = max(pieces, key=lambda piece: len(piece.glyphs))
        return Line(
            str(text),
            text.boxes,
            _around(pieces),
            size=longest.size,
            bold=all(piece.bold for piece in pieces),
            cut=pieces[-1].glyphs[-1].cut,
            column=column,
        )

    def _table(self, table: Table, column: int) -> Line:
        """Write a table as Markdown; pipes and rules get no box."""
        text = self._new_text()
        for index, row in enumerate(table.rows):
            text.put("\n| " if index else "| ")
            for position, cell in enumerate(row):
                if position:
                    text.put(" | ")
                self._cell(text, cell)
            text.put(" |")
            if index == 0:
                text.put(f"\n|{' --- |' * len(row)}")
        return Line(str(text), text.boxes, table.place, column=column, table=True)

    def _cell(self, text: Text, cell: Cell) -> None:
        inner = self._new_text()
        self._write(inner, cell)
        for index, character in enumerate(str(inner)):
            if character == "|":
                text.put("\\")
            left, top, right, bottom = inner.boxes[4 * index : 4 * index + 4]
            text.put(character, (left, top, right, bottom))

    def _write(self, text: Text, pieces: list[Piece]) -> None:
        """Write glyphs with their boxes; a space reaches from one glyph to the next."""
        unit, upright = text.unit, not self.quarter
        box = last_box = EMPTY
        for piece in pieces:
            for index, glyph in enumerate(piece.glyphs):
                box = steps(glyph[1:5] if upright else self._displayed(glyph), unit)
                if text.characters and (index == 0 or glyph.spaced):
                    text.put(" ", _between(last_box, box))
                text.put(_letters(glyph.char), box)
                last_box = box

    def _new_text(self) -> Text:
        return Text(unit_for(self.sheet.width, self.sheet.height))

    def _upright(self, glyph: Glyph) -> Glyph:
        return glyph._replace(**_turned(glyph, self.quarter, self.sheet)._asdict())

    def _displayed(self, glyph: Glyph) -> Rectangle:
        if not self.quarter:
            return Rectangle(*glyph[1:5])
        turned_sheet = self.sheet
        if self.quarter % 2:
            turned_sheet = Sheet(self.sheet.height, self.sheet.width)
        return _turned(glyph, -self.quarter % 4, turned_sheet)


def _between(last: Steps, following: Steps) -> Steps:
    """Return the box of a space on one line, so that a highlighted line has no holes."""
    if following[0] <= last[2] or following[1] >= last[3]:
        return EMPTY
    return last[2], last[1], following[0], last[3]


_TURNS: dict[int, Callable[[Glyph, Sheet], Rectangle]] = {
    0: lambda g, _: Rectangle(g.left, g.top, g.right, g.bottom),
    1: lambda g, s: Rectangle(s.height - g.bottom, g.left, s.height - g.top, g.right),
    2: lambda g, s: Rectangle(
        s.width - g.right, s.height - g.bottom, s.width - g.left, s.height - g.top
    ),
    3: lambda g, s: Rectangle(g.top, s.width - g.right, g.bottom, s.width - g.left),
}


def _turned(glyph: Glyph, quarter: int, sheet: Sheet) -> Rectangle:
    """Turn a box clockwise by quarters, with the sheet around it."""
    return _TURNS[quarter](glyph, sheet)


def _stand_in(table: Table, tables: dict[int, Table]) -> Piece:
    """Make a table one piece, so that it takes its place among the lines."""
    piece = Piece([g for row in table.rows for cell in row for p in cell for g in p.glyphs])
    tables[id(piece)] = table
    return piece


def _around(pieces: list[Piece]) -> Rectangle:
    return Rectangle(
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )


def _letters(char: str) -> str:
    """Write out ligatures, so that "first" is found however it was set."""
    return unicodedata.normalize("NFKC", char) if "\ufb00" <= char <= "\ufb06" else char
