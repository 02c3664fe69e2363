"""How parent and child talk: length-prefixed frames of JSON and raw bytes.

Never pickle: a parser that a hostile file has taken over must not be able to run code in the
parent. What arrives is checked field by field, and a reading that does not hold together is
refused.

    frame = length of header (4 bytes) | length of body (4 bytes) | header (JSON) | body
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, get_args

from sartor.protocols import ReadOptions
from sartor.types import Block, BlockKind, Page, Reading, Trouble

LARGEST_PART = 256 * 2**20  # bytes
_LENGTHS = struct.Struct(">II")
_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_KIND_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}

Header = dict[str, Any]  # what JSON gives; everything in it is checked before it is used


class BrokenFrame(Exception):
    """What arrived is not what the protocol says."""


def write_frame(stream: BinaryIO, header: Mapping[str, object], body: bytes = b"") -> None:
    """Write one frame and flush it."""
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    stream.write(_LENGTHS.pack(len(head), len(body)) + head + body)
    stream.flush()


def read_lengths(stream: BinaryIO) -> tuple[int, int] | None:
    """Read the lengths of the next frame; None at the end of the stream."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise BrokenFrame("cut short")
    header, body = _LENGTHS.unpack(lengths)
    if max(header, body) > LARGEST_PART:
        raise BrokenFrame(f"a part of {max(header, body):,} bytes")
    return header, body


def read_parts(stream: BinaryIO, lengths: tuple[int, int]) -> tuple[Header, bytes]:
    """Read header and body of a frame whose lengths have been read."""
    head, body = stream.read(lengths[0]), stream.read(lengths[1])
    if len(head) < lengths[0] or len(body) < lengths[1]:
        raise BrokenFrame("cut short")
    try:
        header = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise BrokenFrame("no JSON") from error
    if not isinstance(header, dict):
        raise BrokenFrame("no JSON object")
    return header, body


def pack_options(options: ReadOptions) -> dict[str, object]:
    """Write the options as JSON can hold them."""
    return {**asdict(options), "fields": dict(options.fields)}


def pack_reading(reading: Reading) -> tuple[Header, bytes]:
    """Split a reading into a header and its bytes: the text, then the boxes of each page."""
    text = reading.text.encode()
    header = {
        "answer": "reading",
        "characters": len(reading.text),
        "bytes": len(text),
        "blocks": [(_KIND_NUMBERS[b.kind], b.start, b.end, b.level) for b in reading.blocks],
        "pages": [
            (p.number, p.start, p.end, p.width, p.height, len(p.boxes)) for p in reading.pages
        ],
        "key": reading.key,
        "title": reading.title,
        "metadata": dict(reading.metadata),
        "language": reading.language,
        "tables": reading.tables,
        "notes": list(reading.notes),
    }
    return header, b"".join([text, *(page.boxes for page in reading.pages)])


def unpack_reading(header: Header, body: bytes) -> Reading:
    """Put a reading together again; raises `BrokenFrame` if its parts do not fit."""
    try:
        text = body[: header["bytes"]].decode()
        return Reading(
            text=text,
            blocks=tuple(_blocks(header["blocks"], len(text))),
            key=_string(header["key"]),
            title=_string(header["title"]),
            pages=tuple(_pages(header["pages"], len(text), body[header["bytes"] :])),
            metadata=_metadata(header["metadata"]),
            language=_string(header["language"]),
            tables=int(header["tables"]),
            notes=tuple(map(_string, header["notes"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenFrame(f"a reading that does not hold together: {error}") from error


def unpack_trouble(header: Header) -> Trouble:
    """Read a trouble from its header."""
    try:
        return Trouble("", _string(header["item"]), _string(header["reason"]))
    except (KeyError, TypeError) as error:
        raise BrokenFrame("a trouble without item or reason") from error


def _blocks(rows: list[Any], length: int) -> list[Block]:
    blocks, last = [], 0
    for kind, start, end, level in rows:
        if not last <= start < end <= length:
            raise ValueError(f"block {start}-{end} after {last} in {length} characters")
        blocks.append(Block(_KINDS[int(kind)], int(start), int(end), int(level)))
        last = end
    return blocks


def _pages(rows: list[Any], length: int, boxes: bytes) -> list[Page]:
    pages, last, used = [], 0, 0
    for number, start, end, width, height, size in rows:
        if not last <= start <= end <= length or not 0 <= size <= len(boxes) - used:
            raise ValueError(f"page {number} at {start}-{end} in {length} characters")
        box = boxes[used : used + size]
        pages.append(Page(int(number), int(start), int(end), float(width), float(height), box))
        last, used = end, used + size
    return pages


def _metadata(found: dict[str, Any]) -> dict[str, str | int | float | bool]:
    if not all(isinstance(value, str | int | float | bool) for value in found.values()):
        raise TypeError("metadata that is not text or a number")
    return dict(found)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text was expected")
    return value
