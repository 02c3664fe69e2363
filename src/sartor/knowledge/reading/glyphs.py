"""What stands on a PDF page: characters with their places and looks, and ruled lines.

A PDFium page goes in; glyphs, rules and what is hidden come out, in points from the top left
corner of the page as it is displayed. The only module, with `pdf`, that knows PDFium.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from sartor.knowledge.reading.boxes import Rectangle

TINY = 1.5  # points: nobody reads that
WHITE = 250  # of 255, in each colour
SEE_THROUGH = 12  # of 255
MOST_OBJECTS = 20_000  # a page with more is a drawing: its lines are no table
MOST_SEGMENTS = 500  # of a path; one with more is a curve
THIN = 3.0  # points: a rectangle thinner than this is a line
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BOLD_WEIGHT = 700
_HYPHENS = (0x02, 0xAD, 0xFFFE)  # how PDFium marks the hyphen of a word cut at a line end
_BLANKS = {*range(0x21), 0xA0, 0x3000, *range(0x2000, 0x200B)} - set(_HYPHENS)
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)

# PDFium's own functions, but with bare addresses for handles: they run for every character.
_ADDRESS = ctypes.c_void_p
_NUMBERS = [ctypes.POINTER(ctypes.c_uint)] * 4


def _by_address(function: Any, result: Any, *arguments: Any) -> Any:  # noqa: ANN401 - ctypes
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, _ADDRESS).value or 0)


_text_object = _by_address(raw.FPDFText_GetTextObject, _ADDRESS, raw.FPDF_TEXTPAGE, ctypes.c_int)
_font_of = _by_address(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
_render_mode = _by_address(raw.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _ADDRESS)
_fill = _by_address(raw.FPDFPageObj_GetFillColor, ctypes.c_int, _ADDRESS, *_NUMBERS)
_font_name = _by_address(
    raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, _ADDRESS, ctypes.c_char_p, ctypes.c_size_t
)
_font_weight = _by_address(raw.FPDFFont_GetWeight, ctypes.c_int, _ADDRESS)


class Look(NamedTuple):
    """How a glyph looks; `quarter` is its direction in quarter turns, -1 for slanted text."""

    size: float
    bold: bool
    quarter: int
    hidden: str


class Glyph(NamedTuple):
    """One visible character. `spaced`: white space stands before it. `cut`: a soft hyphen."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    look: Look
    spaced: bool
    cut: bool = False


@dataclass(slots=True)
class Sheet:
    """A page as PDFium sees it."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rectangle] = field(default_factory=list)
    hidden: dict[str, list[str]] = field(default_factory=dict)  # why -> characters
    images: int = 0
    recognised: bool = False  # its text is an invisible layer over a scan


def read_sheet(page: pdfium.PdfPage) -> Sheet:
    """Collect what stands on a page."""
    turn = _Turn.of(page)
    sheet = Sheet(turn.width, turn.height)
    covers = _collect_objects(page, turn, sheet)
    text_page = page.get_textpage()
    try:
        _collect_glyphs(text_page.raw, turn, sheet, covers)
    finally:
        text_page.close()
    return sheet


class _Turn(NamedTuple):
    """How page coordinates become places on the displayed page."""

    left: float
    bottom: float
    right: float
    top: float
    quarter: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> _Turn:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, raw.FPDFPage_GetRotation(page.raw) % 4)

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.quarter % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.quarter % 2 else self.top - self.bottom

    def place(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """Return a box as it is displayed."""
        if self.quarter == 0:
            return Rectangle(left - self.left, self.top - top, right - self.left, self.top - bottom)
        if self.quarter == 1:
            return Rectangle(
                bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            )
        if self.quarter == 2:
            return Rectangle(
                self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
            )
        return Rectangle(self.top - top, self.right - right, self.top - bottom, self.right - left)


# --- lines, images, backgrounds ---------------------------------------------------------------


def _collect_objects(page: pdfium.PdfPage, turn: _Turn, sheet: Sheet) -> list[Rectangle]:
    """Note rules and images; return the places where a background may make white text seen."""
    covers: list[Rectangle] = []
    rules: list[Rectangle] = []
    count = raw.FPDFPage_CountObjects(page.raw)
    for index in range(min(count, MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            continue
        place = _bounds(item, turn)
        sheet.images += kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind != raw.FPDF_PAGEOBJ_PATH or _is_coloured(item):
            covers.append(place)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            rules.extend(_rules_of(place, item, turn))
    sheet.rules = rules if count < MOST_OBJECTS else []
    return covers


def _bounds(item: Any, turn: _Turn) -> Rectangle:  # noqa: ANN401 - a PDFium handle
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item, *sides)
    return turn.place(*(side.value for side in sides))


def _is_coloured(item: Any) -> bool:  # noqa: ANN401
    """Say whether a path is filled with anything but white."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, mode, stroked) or mode.value == 0:
        return False
    colour = _fill_colour(item)
    return colour is None or not _is_white(colour)


def _rules_of(place: Rectangle, item: Any, turn: _Turn) -> Iterator[Rectangle]:  # noqa: ANN401
    """Yield the lines that a path draws: itself if it is thin, else those of its edges."""
    if min(place.right - place.left, place.bottom - place.top) <= THIN:
        if max(place.right - place.left, place.bottom - place.top) > THIN:
            yield place
        return
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroked)
    if stroked.value:
        for (x, y), (next_x, next_y) in pairwise(_points(item)):
            edge = turn.place(min(x, next_x), min(y, next_y), max(x, next_x), max(y, next_y))
            if min(edge.right - edge.left, edge.bottom - edge.top) < 1.0:
                yield edge


def _points(item: Any) -> list[tuple[float, float]]:  # noqa: ANN401
    """Return the corners of a path; a jump between two of its lines may look like a line too."""
    matrix, x, y = raw.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    points = []
    for index in range(min(raw.FPDFPath_CountSegments(item), MOST_SEGMENTS)):
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(item, index), x, y)
        points.append(
            (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
        )
    return points


def _fill_colour(item: Any) -> tuple[int, int, int, int] | None:  # noqa: ANN401
    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *parts):
        return None
    red, green, blue, alpha = [part.value for part in parts]
    return red, green, blue, alpha


def _is_white(colour: tuple[int, int, int, int]) -> bool:
    return min(colour[:3]) >= WHITE or colour[3] <= SEE_THROUGH


# --- characters -------------------------------------------------------------------------------


def _collect_glyphs(text: Any, turn: _Turn, sheet: Sheet, covers: list[Rectangle]) -> None:  # noqa: ANN401
    """Read the characters of a page; written for speed, as it runs for every one of them."""
    looks: dict[int | None, Look] = {}
    all_looks = _Looks(text, turn)
    get_code, get_box, box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FS_RECTF()
    spaced, high = False, 0
    unseen: list[Glyph] = []
    for index in range(raw.FPDFText_CountChars(text)):
        code = get_code(text, index)
        if code in _BLANKS:
            spaced = True
            continue
        if code in _HIGH_SURROGATES:
            high = code
            continue
        if code in _LOW_SURROGATES:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        get_box(text, index, box)
        address = _text_object(text, index)
        look = looks.get(address)
        if look is None:
            look = looks[address] = all_looks.at(index, address)
        left, top, right, bottom = turn.place(box.left, box.bottom, box.right, box.top)
        cut = code in _HYPHENS
        glyph = Glyph("-" if cut else chr(code), left, top, right, bottom, look, spaced, cut)
        why = look.hidden
        if why or not (
            0 <= left + right <= 2 * turn.width and 0 <= top + bottom <= 2 * turn.height
        ):
            why = _why_unseen(glyph, sheet, covers)
        if not why:
            sheet.glyphs.append(glyph)
        elif why == "invisible":
            unseen.append(glyph)
        else:
            sheet.hidden.setdefault(why, []).append(f" {glyph.char}" if spaced else glyph.char)
        spaced = False
    _settle_invisible(sheet, unseen)


def _settle_invisible(sheet: Sheet, unseen: list[Glyph]) -> None:
    """Take invisible text over a scan for what it is: the result of character recognition."""
    if sheet.images and len(unseen) > len(sheet.glyphs):
        sheet.glyphs = [*sheet.glyphs, *unseen]
        sheet.recognised = True
    elif unseen:
        sheet.hidden["invisible"] = [f" {g.char}" if g.spaced else g.char for g in unseen]


class _Looks:
    """How text objects look. Some PDFs make an object of every letter, so buffers are reused."""

    def __init__(self, text: Any, turn: _Turn) -> None:  # noqa: ANN401
        self._text = text
        self._turn = turn
        self._matrix = raw.FS_MATRIX()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._known: dict[tuple[object, ...], Look] = {}
        self._bold: dict[int | None, bool] = {}

    def at(self, index: int, address: int | None) -> Look:
        """Return how the object at this address looks, of which this character is one."""
        matrix, colour = self._matrix, self._colour
        raw.FPDFText_GetMatrix(self._text, index, matrix)
        size = raw.FPDFText_GetFontSize(self._text, index)
        font, mode, filled = None, 0, (0, 0, 0, 255)
        if address:
            font, mode = _font_of(address), _render_mode(address)
            if _fill(address, *colour):
                filled = (colour[0].value, colour[1].value, colour[2].value, colour[3].value)
        key = (size, font, mode, filled, matrix.a, matrix.b, matrix.c, matrix.d)
        if key not in self._known:
            scaled = size * math.hypot(matrix.c, matrix.d)
            turns = math.degrees(math.atan2(matrix.b, matrix.a)) / 90 - self._turn.quarter
            quarter = round(turns) % 4 if abs(turns - round(turns)) < 0.1 else -1
            hidden = _why_hidden(scaled, mode, filled)
            self._known[key] = Look(scaled, self._is_bold(font), quarter, hidden)
        return self._known[key]

    def _is_bold(self, font: int | None) -> bool:
        if font is None:
            return False
        if font not in self._bold:
            name = ctypes.create_string_buffer(128)
            _font_name(font, name, len(name))
            named = _BOLD.search(name.value.decode("latin-1")) is not None
            self._bold[font] = named or _font_weight(font) >= _BOLD_WEIGHT
        return self._bold[font]


def _why_hidden(size: float, mode: int, colour: tuple[int, int, int, int]) -> str:
    if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return "invisible"
    if colour[3] <= SEE_THROUGH:
        return "transparent"
    if _is_white(colour):
        return "white on white"
    return "too small to read" if 0 < size < TINY else ""


def _why_unseen(glyph: Glyph, sheet: Sheet, covers: list[Rectangle]) -> str:
    """Say why a reader of the page does not see a glyph; empty when it is seen."""
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    if not (0 <= x <= sheet.width and 0 <= y <= sheet.height):
        return "outside of the page"
    if glyph.look.hidden == "white on white":
        seen = any(c.left <= x <= c.right and c.top <= y <= c.bottom for c in covers)
        return "" if seen else "white on white"
    return glyph.look.hidden
