"""A folder of safetensors in, names and shapes out: headers are read, weights are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from sartor.errors import AdapterMismatch


@dataclass(frozen=True, slots=True)
class Stored:
    """The type (as safetensors writes it: "F32", "BF16", "U8") and the shape of one tensor."""

    kind: str
    shape: tuple[int, ...]


def stored(folder: Path) -> dict[str, Stored]:
    """Read the headers of all safetensors in a folder; raises `AdapterMismatch` if one is cut."""
    return {name: one for path in sorted(folder.glob("*.safetensors")) for name, one in _read(path)}


def _read(path: Path) -> Iterator[tuple[str, Stored]]:
    try:
        with safe_open(path, framework="np") as file:
            for name in file.keys():  # noqa: SIM118  # it is no mapping
                tensor = file.get_slice(name)
                yield name, Stored(tensor.get_dtype(), tuple(tensor.get_shape()))
    except SafetensorError as error:
        raise AdapterMismatch(
            f"{path} is not a complete safetensors file: {error}", "copy or download it again"
        ) from error
