"""Bytes to text: which encoding, and one kind of line end.

Bytes go in; text with one kind of line end and the encoding's name come out. It does not know what
the text means, only whether it is text at all.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from sartor.errors import ReadingError

BYTE_ORDER_MARKS = (  # the longer ones first: the mark of UTF-32-LE begins with that of UTF-16-LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
GUESS_FROM = 65_536  # bytes: guessing an encoding is slow, and its signs are everywhere
BINARY_SHARE = 0.02  # more control characters than this and it is no text
UTF16_SHARE = 0.4  # of every second byte is NUL: Western text in UTF-16 without its mark
_CONTROL = {chr(code) for code in range(32)} - set("\t\n\r\f\x1b")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was in; `note` says how that was found, unless it was plain."""

    text: str
    encoding: str
    note: str = ""


def read_text(path: Path, max_characters: int) -> Decoded:
    """Read and decode a whole file."""
    return decode(read_bytes(path, max_characters))


def read_bytes(path: Path, max_characters: int) -> bytes:
    """Read a whole file that cannot hold more than `max_characters` in any encoding."""
    size = path.stat().st_size
    if size > 4 * max_characters:
        raise ReadingError(
            f"the file has {size:,} bytes, more than {max_characters:,} characters can need",
            hint="split it into smaller files",
        )
    return path.read_bytes()


def decode(data: bytes) -> Decoded:
    """Decode bytes: by byte order mark, as UTF-8, or by the encoding that fits best."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, "" if encoding == "utf-8" else "its mark")
    if b"\0" in data:
        return _decoded(data, _utf16_without_mark(data), "its pattern of NUL bytes")
    try:
        return Decoded(checked(data.decode()), "utf-8")
    except UnicodeDecodeError:
        return _decoded(data, _guess(data), "a guess")


def checked(text: str) -> str:
    """Return the text with line feeds alone as line ends; refuse what is not text."""
    if "\0" in text:
        raise ReadingError("the file holds NUL characters: it is binary, not text")
    controls = sum(map(text.count, _CONTROL))
    if controls > BINARY_SHARE * len(text):
        raise ReadingError(f"{controls:,} control characters: the file is binary, not text")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _decoded(data: bytes, encoding: str, how: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise ReadingError(
            f"the bytes are not valid {encoding} ({how}): {error}",
            hint="convert the file to UTF-8",
        ) from None
    return Decoded(checked(text), encoding, f"read as {encoding} by {how}" if how else "")


def _utf16_without_mark(data: bytes) -> str:
    even, odd = data[0::2].count(0), data[1::2].count(0)
    pairs = len(data) // 2
    if odd > UTF16_SHARE * pairs and even * 20 < odd:
        return "utf-16-le"
    if even > UTF16_SHARE * pairs and odd * 20 < even:
        return "utf-16-be"
    raise ReadingError("the file holds NUL bytes: it is binary, not text")


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:GUESS_FROM]).best()
    if best is None:
        raise ReadingError(
            "the file is neither UTF-8 nor text in any other known encoding",
            hint="convert the file to UTF-8",
        )
    return best.encoding
