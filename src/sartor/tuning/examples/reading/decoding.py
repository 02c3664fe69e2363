"""The bytes of a file of examples -> its text.

UTF-8 with or without its mark, or UTF-16 with one (and said). What is no text at all is named.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from sartor.errors import InputError

LARGEST = 2_000_000_000  # bytes
_SIGNS = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "an Office document or a ZIP archive",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"\x1f\x8b": "a gzip archive",
    b"(\xb5/\xfd": "a zstd archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"SQLite format 3": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"GGUF": "a model in GGUF",
}
_NEXT = {
    "a PDF document": "documents go in with: sartor add FILE",
    "an Office document or a ZIP archive": "save a table as CSV; documents go in with: sartor add",
    "an old Office document": "save a table as CSV; documents go in with: sartor add FILE",
    "a Parquet file": "write it as JSONL, one example a row, and try again",
    "an Arrow file": "write it as JSONL, one example a row, and try again",
    "an SQLite database": "write the table as CSV or JSONL and try again",
}
_UNPACK = "unpack it and try again"
_FORMS = "expected OpenAI chat JSONL, prompt/completion, ShareGPT, Alpaca, CSV or a dialogue"


def text_of(path: Path) -> tuple[str, str]:
    """Read a whole file: its text, and what its reader should know about the encoding."""
    data = _bytes_of(path)
    for sign, name in _SIGNS.items():
        if data.startswith(sign):
            fix = _NEXT.get(name, _UNPACK if "archive" in name else _FORMS)
            raise InputError(f"{path} holds no examples: it looks like {name}", fix)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(path, data, "utf-16"), "the file is UTF-16 and was read as such"
    if b"\0" in data[:4000]:
        wide = data[:4000].count(b"\0") > len(data[:4000]) / 3
        what = "UTF-16 without its mark" if wide else "binary data"
        raise InputError(
            f"{path} is no UTF-8 text: it looks like {what}, with a zero at byte {data.index(0)}",
            "save it as UTF-8 and try again",
        )
    text = _decoded(path, data, "utf-8-sig")
    return text if "\n" in text else text.replace("\r", "\n"), ""


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path} is a folder; expected a file of examples", _FORMS)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(
                f"{path} has {size:,} bytes; expected at most {LARGEST:,}", "take a part of it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", f"is the name right? {_FORMS}"
        ) from None
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise InputError(f"{path} is empty", _FORMS)
    return data


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise InputError(
            f"{path} is not {name} at byte {error.start}, on line {line}",
            "save it as UTF-8 and try again; Latin-1 becomes UTF-8 with: "
            f"iconv -f LATIN1 -t UTF-8 {path.name}",
        ) from None
