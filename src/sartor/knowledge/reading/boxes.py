"""Where each character of a page stands, packed into few bytes.

A box is four numbers in points from the top left corner of the page as it is displayed. A
character that is on no page (a line end, a pipe of a Markdown table) has the empty box.

    packed = zlib( unit (float) | lefts | tops | rights | bottoms )

Each of the four is a row of 16-bit differences in steps of `unit`: neighbours on one line have
equal tops and bottoms, so most of it is zeros.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from itertools import accumulate
from typing import NamedTuple

from sartor.types import Page

SMALLEST_UNIT = 0.1  # points: finer than any screen shows
MOST_STEPS = 65_535
_UNIT = struct.Struct("<f")
_SIDES = 4


class Rectangle(NamedTuple):
    """A rectangle in points; `top` is above `bottom`, so it is the smaller number."""

    left: float
    top: float
    right: float
    bottom: float


Steps = tuple[int, ...]  # left, top, right, bottom in units of the page
EMPTY: Steps = (0, 0, 0, 0)


def unit_for(width: float, height: float) -> float:
    """Return the step in which every place of a page of this size can be said."""
    return max(SMALLEST_UNIT, max(width, height) / MOST_STEPS)


def steps(box: tuple[float, ...], unit: float) -> Steps:
    """Express a box in steps; what lies outside of the page is moved to its edge."""
    left, top, right, bottom = box
    if left >= 0 and top >= 0 and right <= unit * MOST_STEPS and bottom <= unit * MOST_STEPS:
        half = unit / 2
        return (
            int((left + half) / unit),
            int((top + half) / unit),
            int((right + half) / unit),
            int((bottom + half) / unit),
        )
    return tuple(min(MOST_STEPS, max(0, round(side / unit))) for side in box)


def pack(boxes: array[int], unit: float) -> bytes:
    """Pack the boxes of a page, four steps for each character."""
    if not boxes:
        return b""
    planes = [_bytes(_differences(boxes[side::_SIDES])) for side in range(_SIDES)]
    return zlib.compress(_UNIT.pack(unit) + b"".join(planes), 6)


def unpack(packed: bytes) -> list[Rectangle]:
    """Return one rectangle for each character; raises `ValueError` on anything else."""
    if not packed:
        return []
    try:
        data = zlib.decompress(packed)
        (unit,) = _UNIT.unpack_from(data)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"not packed boxes: {error}") from error
    size, rest = divmod(len(data) - _UNIT.size, 2 * _SIDES)
    if rest:
        raise ValueError("not packed boxes: the sides differ in number")
    starts = range(_UNIT.size, len(data), 2 * size) if size else ()
    planes = [_sums(data[start : start + 2 * size], unit) for start in starts]
    return [Rectangle(*box) for box in zip(*planes, strict=True)]


def rectangles(page: Page, start: int, end: int) -> list[Rectangle]:
    """Return one rectangle for each line of `document.text[start:end]` on this page."""
    boxes = unpack(page.boxes)[max(0, start - page.start) : max(0, end - page.start)]
    lines: list[Rectangle] = []
    for box in boxes:
        if box.right <= box.left:
            continue
        if lines and _continues(lines[-1], box):
            lines[-1] = _around(lines[-1], box)
        else:
            lines.append(box)
    return lines


def _continues(line: Rectangle, box: Rectangle) -> bool:
    """Say whether a box stands on the same line, not far from its end."""
    height = min(line.bottom - line.top, box.bottom - box.top)
    overlap = min(line.bottom, box.bottom) - max(line.top, box.top)
    far = 3 * (line.bottom - line.top)
    return overlap > height / 2 and line.left - far <= box.left <= line.right + far


def _around(one: Rectangle, other: Rectangle) -> Rectangle:
    return Rectangle(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _differences(values: array[int]) -> array[int]:
    return array("H", [(b - a) & MOST_STEPS for a, b in zip([0, *values], values, strict=False)])


def _sums(data: bytes, unit: float) -> list[float]:
    row = array("H", data)
    if sys.byteorder == "big":
        row.byteswap()
    return [(value & MOST_STEPS) * unit for value in accumulate(row)]


def _bytes(row: array[int]) -> bytes:
    if sys.byteorder == "big":
        row.byteswap()
    return row.tobytes()
