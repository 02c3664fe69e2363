"""How small things are written into one column, and read back: exactly, in the same order."""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from sartor.types import Block, BlockKind, Metadata

_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
_BLOCK = struct.Struct("<BBQQ")  # kind, level, start, end


def pack_names(names: Sequence[str]) -> str:
    """Write a list of strings."""
    return json.dumps(list(names)) if names else "[]"


def unpack_names(packed: str) -> tuple[str, ...]:
    """Read a list of strings."""
    return tuple(json.loads(packed)) if packed != "[]" else ()


def pack_mapping(mapping: Mapping[str, object]) -> str:
    """Write metadata or settings; the order of keys does not matter."""
    return json.dumps(dict(mapping), sort_keys=True) if mapping else "{}"


def unpack_metadata(packed: str) -> Metadata:
    """Read metadata."""
    metadata: Metadata = json.loads(packed)
    return metadata


def pack_blocks(blocks: Iterable[Block]) -> bytes:
    """Write blocks."""
    rows = ((_KINDS.index(block.kind), block.level, block.start, block.end) for block in blocks)
    return b"".join(_BLOCK.pack(*row) for row in rows)


def unpack_blocks(packed: bytes) -> tuple[Block, ...]:
    """Read blocks."""
    rows = _BLOCK.iter_unpack(packed)
    return tuple(Block(_KINDS[kind], start, end, level) for kind, level, start, end in rows)


def pack_keys(keys: Iterable[int]) -> bytes:
    """Write passage keys."""
    return array("q", keys).tobytes()


def unpack_keys(packed: bytes) -> array[int]:
    """Read passage keys."""
    keys = array("q")
    keys.frombytes(packed)
    return keys
