"""One process at a time: a lock file that goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, *, taken: Exception | None = None) -> Iterator[None]:
    """Hold a lock file for the length of the block; wait for whoever has it, or raise `taken`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if taken else 0))
        except BlockingIOError:
            raise taken or AssertionError from None
        yield
    finally:
        os.close(descriptor)
