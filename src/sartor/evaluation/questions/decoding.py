"""The bytes of a file of questions -> its text.

UTF-8, with or without its mark, or UTF-16 with one (what a spreadsheet calls "Unicode text"). What
is a document or an archive is named as such.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from sartor.errors import InputError

LARGEST = 1_000_000_000  # bytes
_SIGNS = {b"%PDF": "a PDF document", b"PK\x03\x04": "an Office document or a ZIP archive"}
_NEXT = "is the name right? questions are made with: sartor questions make"
_ADD = "documents go in with: sartor add FILE"


def text_of(path: Path) -> str:
    """Read a whole file; raises `InputError` that says why it cannot be."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(f"{path} has {size:,} bytes; expected at most {LARGEST:,}")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", _NEXT) from None
    for sign, name in _SIGNS.items():
        if data.startswith(sign):
            raise InputError(f"{path} holds no questions: it looks like {name}", _ADD)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 at byte {error.start}", "save it as UTF-8 and try again"
        ) from None
