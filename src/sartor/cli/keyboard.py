"""The keyboard -> single keys: without Enter in a terminal, else the first letter of each line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

END = "\x04"  # Ctrl-D
ESCAPE = b"\x1b"
CHUNK = 64


@contextmanager
def keys() -> Iterator[Iterator[str]]:
    """Give each key in lower case until the input ends; Ctrl-C raises `KeyboardInterrupt`.

    The terminal is as it was when the block ends.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows: a key and Enter
        yield _of_lines()
        return
    if not sys.stdin.isatty():
        yield _of_lines()
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSADRAIN)  # what was typed already is not thrown away
        yield _typed(handle)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _of_lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()[0].lower()


def _typed(handle: int) -> Iterator[str]:
    while data := os.read(handle, CHUNK):
        if data.startswith(ESCAPE):  # an arrow or a function key, which has letters in it
            continue
        for key in data.decode("utf-8", "ignore"):
            if key == END:
                return
            yield key.lower()
