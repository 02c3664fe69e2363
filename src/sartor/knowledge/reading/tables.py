"""Tables among the pieces of a page: by ruled lines, else by columns of white space.

Our own finder, because pdfplumber adds seven distributions and 60 MB to the installation and
its text does not map onto our characters: a cell could not be highlighted. Pieces and rules go
in; tables of pieces come out. It errs on the side of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sartor.knowledge.reading.boxes import Rectangle
from sartor.knowledge.reading.layout import Piece, Row, bounds, rows_of

FEWEST_ROWS = 3
CELL_CHARACTERS = 25  # in the mean cell beyond the first column: longer ones are prose
QUIET = 0.08  # of the rows may cross the gap between two columns
NARROWEST_GAP = 2  # points between columns
LINES_BETWEEN = 2.6  # line heights between two rows of one table
SINGLES = 3  # rows of one cell in a row (group titles, wrapped labels) before a table ends
TOUCH = 3.0  # points within which two ruled lines meet
_OPENERS = re.compile(r"[$€£¥(]+|US\$|[•◦▪●○■□‣∙*]|\(?\w{1,2}[.)]")  # a bullet goes with its words
_CLOSERS = re.compile(r"[)%]+|\)\s*%|%\)")
_SIGNS = "$€£¥("
_NUMBER = re.compile(r"[\d$€£¥(\u2014\u2013-]")
_YEAR = re.compile(r"(?:19|20)\d\d")

Cell = list[Piece]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is its pieces in reading order."""

    rows: list[list[Cell]]

    @property
    def place(self) -> Rectangle:
        """The rectangle around all cells."""
        return bounds(piece for row in self.rows for cell in row for piece in cell)


def ruled_tables(
    pieces: Sequence[Piece], rules: Sequence[Rectangle]
) -> tuple[list[Table], list[Piece]]:
    """Find the grids that lines draw; return the tables and the pieces outside of them."""
    tables, rest = [], list(pieces)
    for grid in _grids(rules):
        xs, ys = grid
        inside = [p for p in rest if xs[0] - TOUCH <= _middle(p)[0] <= xs[-1] + TOUCH
                  and ys[0] - TOUCH <= _middle(p)[1] <= ys[-1] + TOUCH]  # fmt: skip
        rows = [row for row in _fill(inside, xs, ys) if any(row)]
        if len(rows) >= 2 and sum(any(row[i] for row in rows) for i in range(len(xs) - 1)) >= 2:
            tables.append(Table(rows))
            taken = set(map(id, inside))
            rest = [piece for piece in rest if id(piece) not in taken]
    return tables, rest


def spaced_tables(pieces: Sequence[Piece]) -> tuple[list[Table], list[Piece]]:
    """Find the tables that only white space draws; return them and the other pieces."""
    tables: list[Table] = []
    rest: list[Piece] = []
    for run in _runs([_glued(row) for row in rows_of(pieces)]):
        table, above = _table_of(run)
        rest.extend(piece for row in above for piece in row)
        if table is not None:
            tables.append(table)
    return tables, rest


# --- ruled ------------------------------------------------------------------------------------


def _grids(rules: Sequence[Rectangle]) -> list[tuple[list[float], list[float]]]:
    """Return the x and y positions of each group of lines that meet in a grid."""
    upright = [rule for rule in rules if rule.bottom - rule.top > rule.right - rule.left]
    level = [rule for rule in rules if rule.bottom - rule.top <= rule.right - rule.left]
    if len(upright) < 3 or len(level) < 3 or len(rules) > 3_000:
        return []
    grids = []
    for group in _connected([*upright, *level]):
        xs = _distinct(r.left for r in group if r.bottom - r.top > r.right - r.left)
        ys = _distinct(r.top for r in group if r.bottom - r.top <= r.right - r.left)
        if len(xs) >= 3 and len(ys) >= 3:
            grids.append((xs, ys))
    return grids


def _connected(rules: list[Rectangle]) -> list[list[Rectangle]]:
    """Group lines that touch each other, directly or through others."""
    groups: list[list[Rectangle]] = []
    for rule in sorted(rules, key=lambda rule: rule.top):
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if not any(group is t for t in touching)]
        groups.append([rule, *(other for group in touching for other in group)])
    return groups


def _touch(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.left <= other.right + TOUCH
        and other.left <= one.right + TOUCH
        and one.top <= other.bottom + TOUCH
        and other.top <= one.bottom + TOUCH
    )


def _distinct(values: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > TOUCH:
            kept.append(value)
    return kept


def _fill(pieces: Sequence[Piece], xs: list[float], ys: list[float]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[[] for _ in xs[1:]] for _ in ys[1:]]
    for row in rows_of(pieces):
        for piece in row:
            x, y = _middle(piece)
            rows[_slot(y, ys)][_slot(x, xs)].append(piece)
    return rows


def _slot(value: float, edges: list[float]) -> int:
    return next((i for i, edge in enumerate(edges[1:-1]) if value < edge), len(edges) - 2)


def _middle(piece: Piece) -> tuple[float, float]:
    return (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2


# --- by white space ---------------------------------------------------------------------------


def _glued(row: Row) -> Row:
    """Join currency signs, closing brackets and bullets with what they belong to."""
    glued: Row = []
    for piece in row:
        if glued and (_OPENERS.fullmatch(glued[-1].text) or _closes(glued[-1], piece)):
            glued[-1] = Piece([*glued[-1].glyphs, *piece.glyphs])
        else:
            glued.append(piece)
    return glued


def _closes(last: Piece, piece: Piece) -> bool:
    return bool(_CLOSERS.fullmatch(piece.text)) and piece.left - last.right < 2.5 * piece.height


def _runs(rows: list[Row]) -> list[list[Row]]:
    """Cut the rows where no table could continue."""
    runs: list[list[Row]] = []
    singles = 0
    for row in rows:
        singles = 0 if len(row) > 1 else singles + 1
        if runs and _follows(runs[-1][-1], row) and singles <= SINGLES:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [part for run in runs for part in _trimmed(run)]


def _follows(above: Row, below: Row) -> bool:
    height = max(piece.height for piece in above)
    return min(p.top for p in below) - max(p.bottom for p in above) < LINES_BETWEEN * height


def _trimmed(run: list[Row]) -> list[list[Row]]:
    """Part a run from the rows of one cell before and after it."""
    several = [index for index, row in enumerate(run) if len(row) > 1]
    if not several:
        return [run]
    first, last = several[0], several[-1] + 1
    return [part for part in (run[:first], run[first:last], run[last:]) if part]


def _table_of(rows: list[Row]) -> tuple[Table | None, list[Row]]:
    """Return the table that rows make, and the rows above it that do not belong to it."""
    several = [row for row in rows if len(row) > 1]
    if len(several) < FEWEST_ROWS or len(several) < len(rows) / 3:
        return None, rows
    edges = _column_edges(several)
    if len(edges) < 2:
        return None, rows
    first = _after_titles(rows, edges)
    if first and sum(len(row) > 1 for row in rows[first:]) >= FEWEST_ROWS:
        table, above = _table_of(rows[first:])
        return table, [*rows[:first], *above]
    cells = [_assigned(row, edges) for row in rows]
    beyond = [cell for row in cells for cell in row[1:] if cell]
    mean = sum(len(piece.text) for cell in beyond for piece in cell) / max(1, len(beyond))
    if mean > CELL_CHARACTERS:
        return None, rows
    return Table(_without_empty_columns(_one_header(cells, rows, edges))), []


def _after_titles(rows: list[Row], edges: list[tuple[float, float]]) -> int:
    """Return the first row below the titles that stand over the whole table, first column too."""
    first = 0
    for index, row in enumerate(rows):
        if len(row) >= max(2, 0.6 * len(edges)) and any(_is_amount(piece.text) for piece in row):
            return first
        over = [edge for edge in edges if _overlap(row[0], edge) > 0]
        if len(row) == 1 and (edges[0] in over and len(over) > 1):
            first = index + 1
    return first


def _column_edges(rows: list[Row]) -> list[tuple[float, float]]:
    """Return left and right of each column, from the rows that have most of the cells."""
    most = max(map(len, rows))
    full = [row for row in rows if len(row) >= max(2, 0.6 * most)]
    left = min(piece.left for row in full for piece in row)
    right = max(piece.right for row in full for piece in row)
    crossings = [0] * (int(right - left) + 3)
    for row in full:
        for piece in row:
            crossings[int(_left_of_amount(piece) - left)] += 1
            crossings[int(piece.right - left) + 1] -= 1
    return _covered(crossings, left, QUIET * len(full))


def _left_of_amount(piece: Piece) -> float:
    """Return where a number begins: its currency sign may stand far to the left, below labels."""
    digits = (glyph.left for glyph in piece.glyphs if glyph.char not in _SIGNS)
    return next(digits, piece.left) if piece.glyphs[0].char in _SIGNS else piece.left


def _covered(crossings: list[int], left: float, allowed: float) -> list[tuple[float, float]]:
    """Return the stretches that more than a few cells cover."""
    stretches: list[tuple[float, float]] = []
    start, open_cells = None, 0
    for offset, change in enumerate(crossings):
        open_cells += change
        if open_cells > allowed and start is None:
            start = left + offset
        elif open_cells <= allowed and start is not None:
            if stretches and start - stretches[-1][1] < NARROWEST_GAP:
                start = stretches.pop()[0]
            stretches.append((start, left + offset))
            start = None
    return stretches


def _assigned(row: Row, edges: list[tuple[float, float]]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in edges]
    for piece in row:
        cells[max(range(len(edges)), key=lambda i: _overlap(piece, edges[i]))].append(piece)
    return cells


def _overlap(piece: Piece, edge: tuple[float, float]) -> float:
    """Return the common width; below zero, the distance."""
    return min(piece.right, edge[1]) - max(piece.left, edge[0])


def _one_header(
    cells: list[list[Cell]], rows: list[Row], edges: list[tuple[float, float]]
) -> list[list[Cell]]:
    """Join the header's lines to one row; a title over several columns stands in each of them."""
    count = 0
    while count < len(cells) - 1 and not cells[count][0] and not _has_amounts(cells[count]):
        count += 1
    if count < 1:
        return cells
    header: list[Cell] = [[] for _ in edges]
    for row in rows[:count]:
        for piece in row:
            over = [i for i, edge in enumerate(edges) if _overlap(piece, edge) > 0]
            for index in over or [max(range(len(edges)), key=lambda i: _overlap(piece, edges[i]))]:
                header[index].append(piece)
    return [header, *cells[count:]]


def _without_empty_columns(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Drop the columns that only the header has; their words go to the column on the right."""
    for index in reversed(range(len(rows[0]) - 1)):
        if not any(row[index] for row in rows[1:]):
            right = rows[0][index + 1]
            right[:0] = [p for p in rows[0][index] if not any(p is other for other in right)]
            rows = [[*row[:index], *row[index + 1 :]] for row in rows]
    return rows


def _has_amounts(cells: list[Cell]) -> bool:
    """Say whether a row holds amounts rather than names or years of columns."""
    texts = [piece.text for cell in cells for piece in cell]
    return sum(map(_is_amount, texts)) > len(texts) / 2


def _is_amount(text: str) -> bool:
    return _NUMBER.match(text) is not None and not _YEAR.fullmatch(text)
