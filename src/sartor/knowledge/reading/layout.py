"""Glyphs to lines in reading order.

Glyphs of one page go in; lines and tables come out, columns one after the other. It knows
nothing of PDF: only boxes, sizes and characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from sartor.knowledge.reading.boxes import Rectangle
from sartor.knowledge.reading.glyphs import Glyph

SPACE_GAP = 0.18  # of the size: a gap that reads as a space where the file has none
WIDE_GAP = 1.0  # of the size: a gap that separates cells or columns
COLUMN_LINES = 4  # lines on each side that make two columns of a gap
COLUMN_CHARACTERS = 18  # in the median line: shorter ones are cells, not prose
COLUMN_GAP = 7.0  # points
CROSSING = 0.15  # of the lines may cross the gap: titles, figures, footnotes


class Piece:
    """Glyphs that stand together on one line."""

    __slots__ = ("bottom", "glyphs", "left", "right", "top")

    def __init__(self, glyphs: list[Glyph]) -> None:
        self.glyphs = glyphs
        self.left = min([glyph.left for glyph in glyphs])
        self.top = min([glyph.top for glyph in glyphs])
        self.right = max([glyph.right for glyph in glyphs])
        self.bottom = max([glyph.bottom for glyph in glyphs])

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def size(self) -> float:
        """The size that most of the glyphs have."""
        return median([glyph.look.size for glyph in self.glyphs])

    @property
    def bold(self) -> bool:
        """Whether all letters and digits are bold."""
        return all(glyph.look.bold for glyph in self.glyphs if glyph.char.isalnum())

    @property
    def text(self) -> str:
        """The characters, with single spaces."""
        return "".join([f" {g.char}" if g.spaced else g.char for g in self.glyphs]).strip()


Row = list[Piece]


def pieces_of(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Join glyphs that follow each other on one line; drop text that is printed twice."""
    groups: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and _is_printed_twice(last, glyph):
            continue
        if last is not None and _joins(last, glyph):
            groups[-1].append(_with_space(last, glyph))
        else:
            groups.append([glyph])
        last = glyph
    pieces: dict[tuple[str, int, int], Piece] = {}
    for group in groups:
        piece = Piece(group)
        pieces.setdefault((piece.text, round(piece.left / 2), round(piece.top / 2)), piece)
    return list(pieces.values())


def _joins(last: Glyph, glyph: Glyph) -> bool:
    """Say whether a glyph goes on with the last one: on its line, not far to the right."""
    _, left, top, right, bottom, look, _, _ = last
    _, its_left, its_top, _, its_bottom, its_look, _, _ = glyph
    size = look.size if look.size > its_look.size else its_look.size
    # The letters of a ligature share one box, so a glyph may begin where the last one does.
    if not (left - 0.1 * size < its_left and its_left - right < WIDE_GAP * size):
        return False
    if top == its_top and bottom == its_bottom:
        return True
    overlap = min(bottom, its_bottom) - max(top, its_top)
    return overlap > 0.4 * min(bottom - top, its_bottom - its_top)


def _is_printed_twice(last: Glyph, glyph: Glyph) -> bool:
    """Recognise bold that is made by printing each letter twice, a little apart."""
    return (
        glyph.char == last.char
        and 0.01 < abs(glyph.left - last.left) < 0.15 * glyph.look.size
        and abs(glyph.top - last.top) < 0.15 * glyph.look.size
    )


def _with_space(last: Glyph, glyph: Glyph) -> Glyph:
    if glyph.spaced or glyph.left - last.right < SPACE_GAP * glyph.look.size:
        return glyph
    return glyph._replace(spaced=not _is_wide_script(glyph.char))


def _is_wide_script(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" or char >= "\uff00"


def rows_of(pieces: Iterable[Piece]) -> list[Row]:
    """Group pieces that stand beside each other, top to bottom, left to right."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: ((piece.top + piece.bottom) / 2, piece.left)):
        if rows and _beside(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.left)
    return rows


def _beside(row: Row, piece: Piece) -> bool:
    middle = (piece.top + piece.bottom) / 2
    last = row[-1]
    overlap = min(last.bottom, piece.bottom) - max(last.top, piece.top)
    return last.top < middle < last.bottom or overlap > 0.6 * min(last.height, piece.height)


def columns(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield groups of pieces in reading order: each group is one column of text, or part of it.

    What crosses the gap between two columns (a title, a wide figure's caption) stands between
    what is above and what is below it.
    """
    gap = _column_gap(pieces)
    if gap is None:
        yield list(pieces)
        return
    band: list[Piece] = []
    crossing: list[Piece] = []
    for row in rows_of(pieces):
        if any(piece.left < gap < piece.right for piece in row):
            yield from _band(band, gap)
            band = []
            crossing.extend(row)
        else:
            if crossing:
                yield crossing
                crossing = []
            band.extend(row)
    if crossing:
        yield crossing
    yield from _band(band, gap)


def _band(band: list[Piece], gap: float) -> Iterator[list[Piece]]:
    for side in ([p for p in band if p.right <= gap], [p for p in band if p.left >= gap]):
        if side:
            yield from columns(side)


def _column_gap(pieces: Sequence[Piece]) -> float | None:
    """Find the vertical strip that almost no line crosses, with prose on both sides."""
    if len(pieces) < 2 * COLUMN_LINES:
        return None
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    best: tuple[float, float] | None = None
    for start, end in _quiet_strips(pieces, left, right):
        middle = (start + end) / 2
        if _is_column_gap(pieces, middle) and (best is None or end - start > best[0]):
            best = (end - start, middle)
    return best[1] if best else None


def _quiet_strips(
    pieces: Sequence[Piece], left: float, right: float
) -> Iterator[tuple[float, float]]:
    """Yield the strips, a point at a time, that at most a few pieces cross."""
    crossings = [0] * (int(right - left) + 2)
    for piece in pieces:
        crossings[int(piece.left - left)] += 1
        crossings[int(piece.right - left) + 1] -= 1
    allowed = CROSSING * len(pieces)
    start, open_pieces = None, 0
    for offset, change in enumerate(crossings):
        open_pieces += change
        if open_pieces <= allowed:
            start = offset if start is None else start
        elif start is not None:
            if offset - start >= COLUMN_GAP and start > 0:
                yield left + start, left + offset
            start = None


def _is_column_gap(pieces: Sequence[Piece], x: float) -> bool:
    before = [piece for piece in pieces if piece.right <= x]
    after = [piece for piece in pieces if piece.left >= x]
    return _is_prose(before) and _is_prose(after) and _share_height(before, after)


def _is_prose(pieces: Sequence[Piece]) -> bool:
    if len(pieces) < COLUMN_LINES:
        return False
    return median(len(piece.glyphs) for piece in pieces) >= COLUMN_CHARACTERS


def _share_height(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Say whether two groups stand beside each other for at least half of the lower one."""
    top = max(min(p.top for p in one), min(p.top for p in other))
    bottom = min(max(p.bottom for p in one), max(p.bottom for p in other))
    lower = min(max(p.bottom for p in side) - min(p.top for p in side) for side in (one, other))
    return bottom - top > 0.5 * lower


def bounds(pieces: Iterable[Piece]) -> Rectangle:
    """Return the rectangle around pieces."""
    pieces = list(pieces)
    return Rectangle(
        min(p.left for p in pieces),
        min(p.top for p in pieces),
        max(p.right for p in pieces),
        max(p.bottom for p in pieces),
    )
