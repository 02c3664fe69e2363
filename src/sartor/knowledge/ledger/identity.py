"""What makes a passage the same passage: its embedded text, and which occurrence of it it is.

A document id goes in, `guide.md#1f3a09bc` comes out; the second passage of a document with the
same embedded text is `guide.md#1f3a09bc.2`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

HASH_BYTES = 16
SHORT_BYTES = 4  # what of the hash is shown in a passage id


class Mark(NamedTuple):
    """A passage's identity within its document."""

    hash: bytes
    occurrence: int


def embedded_text(header: str, text: str) -> str:
    """Put the header above the text: this is what is embedded and indexed."""
    return f"{header}\n{text}" if header else text


def text_hash(text: str) -> bytes:
    """Name a text by its content; lone surrogates are allowed."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def marks(hashes: Iterable[bytes]) -> list[Mark]:
    """Number equal passages of one document in order, equal meaning: as far as the id shows."""
    seen: Counter[bytes] = Counter()
    found = []
    for digest in hashes:
        short = digest[:SHORT_BYTES]
        seen[short] += 1
        found.append(Mark(digest, seen[short]))
    return found


def passage_id(document_id: str, digest: bytes, occurrence: int) -> str:
    """Write a passage's public id."""
    suffix = f".{occurrence}" if occurrence > 1 else ""
    return f"{document_id}#{digest[:SHORT_BYTES].hex()}{suffix}"


def parse_passage_id(id: str) -> tuple[str, bytes, int] | None:
    """Take a public id apart: document id, first bytes of the hash, occurrence."""
    document, sign, mark = id.rpartition("#")
    short, dot, occurrence = mark.partition(".")
    try:
        parsed = document, bytes.fromhex(short), int(occurrence) if dot else 1
    except ValueError:
        return None
    return parsed if sign and len(parsed[1]) == SHORT_BYTES else None
