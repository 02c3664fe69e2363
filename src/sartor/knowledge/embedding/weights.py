"""Safetensors files in, float32 arrays out, one tensor at a time.

It hides the prefix that a checkpoint may put before every name. Nothing is copied before it is
asked for, and the files are let go when the block ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sartor.errors import ConfigError

LANDMARK = "embeddings.word_embeddings.weight"  # what stands before it is the prefix

READABLE = ("F32", "F16")  # numpy has no bfloat16


class Weights:
    """The tensors of one model, as a context manager."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._paths = files
        self._stack = ExitStack()
        self._homes: dict[str, Any] = {}
        self._prefix = ""

    def __enter__(self) -> Weights:
        from safetensors import safe_open

        for path in self._paths:
            opened = self._stack.enter_context(safe_open(path, "np"))
            self._homes.update(dict.fromkeys(opened.keys(), opened))
        found = next((name for name in self._homes if name.endswith(LANDMARK)), LANDMARK)
        self._prefix = found.removesuffix(LANDMARK)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._homes.clear()
        self._stack.close()

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        home = self._homes.get(self._prefix + name)
        if home is None:
            raise ConfigError(
                f"{self._paths[0].parent} has no tensor {self._prefix + name!r}, "
                "which an encoder of this type needs",
                hint="download the model again, or give another folder",
            )
        kind = home.get_slice(self._prefix + name).get_dtype()
        if kind not in READABLE:
            raise ConfigError(
                f"{self._paths[0].parent} holds {self._prefix + name!r} as {kind}, "
                f"expected {' or '.join(READABLE)}",
                hint="save the model in float32 or float16",
            )
        tensor: NDArray[Any] = home.get_tensor(self._prefix + name)
        return tensor.astype(np.float32, copy=False)


def revision(files: Sequence[Path]) -> str:
    """Name the content of some files: the first 12 hexadecimal digits of their SHA-256."""
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()[:12]
