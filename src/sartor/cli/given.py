"""What people hand in on the command line: bytes of any encoding in, text out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sartor.errors import InputError


def argument(text: str) -> str:
    """Give an argument as it was meant, where the shell's bytes were not those of the locale."""
    return decoded(os.fsencode(text)) if not text.isascii() else text


def stdin() -> str:
    """Read all of stdin."""
    return decoded(sys.stdin.buffer.read())


def decoded(data: bytes) -> str:
    """Decode bytes as the readers of documents do; raises `InputError` for what is no text."""
    from sartor.knowledge.reading.decoding import decode

    return decode(data).text


def lines(path: Path) -> list[str]:
    """Read the lines of a text file in any encoding."""
    try:
        return decoded(path.read_bytes()).split("\n")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except InputError as error:
        raise InputError(f"{path} cannot be read: {error.args[0]}", error.hint) from None
