"""Texts in the database, cut into pieces so that a passage is read without its whole document.

A document key and a text go in; slices by Python string offsets come out. All pieces but the
last have the same number of characters, so a position says which piece it is in. Texts are
stored as bytes because a reader may hand over characters (NUL, lone surrogates) that SQL text
would not keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sartor.storage import Connection, many

PIECE = 4_000  # characters: as plain English one piece fits one page of the database
PIECE_BITS = 24  # of the key; the bits above are the document's key


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of text wanted: `document` is a key, start and stop are offsets."""

    document: int
    start: int
    stop: int

    def pieces(self) -> range:
        """Name the keys of the pieces that hold it."""
        base = self.document << PIECE_BITS
        return range(base + self.start // PIECE, base + (max(self.stop, 1) - 1) // PIECE + 1)


def put_text(connection: Connection, document: int, text: str) -> None:
    """Store a text; pieces that are there already and equal are not written."""
    base = document << PIECE_BITS
    wanted = {
        base + at: _encode(text[first : first + PIECE])
        for at, first in enumerate(range(0, len(text), PIECE))
    }
    old: dict[int, bytes] = dict(
        connection.execute(*_all_pieces("SELECT key, text FROM piece", document))
    )
    gone = [(key,) for key in old if key not in wanted]
    changed = [(key, piece) for key, piece in wanted.items() if old.get(key) != piece]
    connection.execute_many("DELETE FROM piece WHERE key = ?", gone)
    connection.execute_many(
        "INSERT INTO piece VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET text = excluded.text",
        changed,
    )


def drop_text(connection: Connection, document: int) -> None:
    """Remove a text."""
    connection.execute(*_all_pieces("DELETE FROM piece", document))


def whole_text(connection: Connection, document: int) -> str:
    """Read a text."""
    rows = connection.execute(*_all_pieces("SELECT text FROM piece", document, " ORDER BY key"))
    return "".join(_decode(row[0]) for row in rows)


def read_slices(connection: Connection, slices: Sequence[Slice]) -> list[str]:
    """Read many slices, of any documents, in the order asked for."""
    keys = sorted({key for wanted in slices for key in wanted.pieces()})
    rows = many(connection, "SELECT key, text FROM piece WHERE key IN (KEYS)", keys)
    pieces = {key: _decode(data) for key, data in rows}
    return [_cut(wanted, pieces) for wanted in slices]


def keys_with_text(connection: Connection) -> set[int]:
    """List the documents that have a text, by key; for checks."""
    return {row[0] >> PIECE_BITS for row in connection.execute("SELECT key FROM piece")}


def _cut(wanted: Slice, pieces: dict[int, str]) -> str:
    text = "".join(pieces.get(key, "") for key in wanted.pieces())
    before = wanted.start // PIECE * PIECE
    return text[wanted.start - before : wanted.stop - before]


def _all_pieces(verb: str, document: int, order: str = "") -> tuple[str, tuple[int, int]]:
    base = document << PIECE_BITS
    return f"{verb} WHERE key BETWEEN ? AND ?{order}", (base, base | ((1 << PIECE_BITS) - 1))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
