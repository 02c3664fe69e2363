"""Messages between the processes that share one index.

In and out: an operation's arguments or its result, as a length-prefixed JSON header and one body
of raw little-endian float32. Nothing that arrives is ever executed or unpickled. It does not know
who sends what.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from sartor.protocols import Entry, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

MAX_HEADER = 64 << 20
MAX_BODY = 256 << 20
PREFIX = struct.Struct("!4sII")
MAGIC = b"sar1"
FLOAT = np.dtype("<f4")

Header = dict[str, Any]


class Malformed(Exception):
    """The bytes are no message of ours."""


class Gone(Exception):
    """The other side has hung up."""


def send(connection: socket.socket, header: Header, body: bytes = b"") -> None:
    """Send one message whole."""
    text = json.dumps(header, separators=(",", ":")).encode()
    connection.sendall(PREFIX.pack(MAGIC, len(text), len(body)) + text + body)


def receive(connection: socket.socket) -> tuple[Header, bytes]:
    """Receive one message; raises `Gone` at its end, `Malformed` on anything else."""
    magic, header_size, body_size = PREFIX.unpack(_exactly(connection, PREFIX.size))
    if magic != MAGIC or header_size > MAX_HEADER or body_size > MAX_BODY:
        raise Malformed("not a message of this version, or too large")
    try:
        header = json.loads(_exactly(connection, header_size))
    except (ValueError, RecursionError) as error:
        raise Malformed("the header is not JSON") from error
    if not isinstance(header, dict):
        raise Malformed("the header is not an object")
    return header, _exactly(connection, body_size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:  # memory grows with what came, not with what was announced
        piece = connection.recv(min(size - len(received), 1 << 20))
        if not piece:
            raise Gone
        received += piece
    return bytes(received)


# --- our nouns as JSON and bytes ---------------------------------------------------------------


def pack_vectors(vectors: Iterable[Vectors | None]) -> tuple[list[list[int] | None], bytes]:
    """Give the shapes of all vectors, and their numbers one after the other."""
    arrays = [None if one is None else np.ascontiguousarray(one, FLOAT) for one in vectors]
    shapes = [None if one is None else list(one.shape) for one in arrays]
    return shapes, b"".join(one.tobytes() for one in arrays if one is not None)


def unpack_vectors(shapes: Sequence[Sequence[int] | None], body: bytes) -> list[Vectors | None]:
    """Undo `pack_vectors`; raises ValueError when shapes and bytes do not agree."""
    numbers = np.frombuffer(body, FLOAT)
    vectors: list[Vectors | None] = []
    start = 0
    for shape in shapes:
        if shape is None:
            vectors.append(None)
            continue
        size = int(np.prod(shape))
        vectors.append(numbers[start : start + size].reshape(shape).astype(np.float32))
        start += size
    if start != len(numbers):
        raise ValueError("more numbers than the shapes account for")
    return vectors


def pack_entries(entries: Sequence[Entry]) -> tuple[Header, bytes]:
    """Write entries as one message part."""
    shapes, body = pack_vectors(entry.vectors for entry in entries)
    rows = [
        [
            entry.key,
            entry.document,
            entry.collection,
            entry.source,
            entry.labels,
            dict(entry.metadata),
            entry.terms,
        ]
        for entry in entries
    ]
    return {"rows": rows, "shapes": shapes}, body


def unpack_entries(header: Header, body: bytes) -> list[Entry]:
    """Undo `pack_entries`."""
    vectors = unpack_vectors(header["shapes"], body)
    return [
        Entry(key, document, collection, source, tuple(labels), metadata, tuple(terms), vector)
        for (key, document, collection, source, labels, metadata, terms), vector in zip(
            header["rows"], vectors, strict=True
        )
    ]


def pack_where(where: Where) -> Header:
    """Write a `Where`; a tuple becomes a list."""
    return asdict(where)


def unpack_where(fields: Header) -> Where:
    """Undo `pack_where`."""
    metadata: Mapping[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in fields["metadata"].items()
    }
    labels = fields["labels"]
    return Where(
        collections=tuple(fields["collections"]),
        sources=tuple(fields["sources"]),
        documents=tuple(int(key) for key in fields["documents"]),
        metadata=metadata,
        labels=None if labels is None else tuple(labels),
    )
