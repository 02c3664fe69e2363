"""A regular expression and an answer -> does it match, within a time limit?

Most patterns are matched at once. One that could take for ever on this text runs in a process of
its own, which is ended when its time is over: a pattern cannot be stopped otherwise.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache

from sartor.errors import InputError

LONGEST = 100_000  # characters of an answer that are searched
SECONDS = 2.0
_STEPS = 1e8  # about a second: what may be tried at once

_INERT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?", re.DOTALL)  # repeats nothing
_REPEATS = re.compile(r"[*+?]|\{\d*,?\d*\}")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_SEARCH = """
import re, sys
length, _, given = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").partition(" ")
sys.exit(0 if re.search(given[: int(length)], given[int(length) :]) else 1)
"""


def matches(pattern: str, text: str) -> bool:
    """Search a text for a pattern.

    Raises `InputError` when the pattern cannot be read, or does not come to an end.
    """
    compiled = _compiled(pattern)
    text = text[:LONGEST]
    if _harmless(pattern, len(text)):
        return compiled.search(text) is not None
    return _in_a_process(pattern, text)


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise InputError(f"the pattern {pattern!r} cannot be read: {error}") from None


def _harmless(pattern: str, length: int) -> bool:
    """Tell whether matching ends soon whatever the text: no repeated groups, few repeats."""
    repeats, nested = _shape(pattern)
    return not nested and float(length + 1) ** min(repeats + 1, 20) <= _STEPS


@lru_cache(maxsize=1_000)
def _shape(pattern: str) -> tuple[int, bool]:
    bare = _INERT.sub("x", pattern)
    return len(_REPEATS.findall(bare)), _REPEATED_GROUP.search(bare) is not None


def _in_a_process(pattern: str, text: str) -> bool:
    given = f"{len(pattern)} {pattern}{text}".encode("utf-8", "surrogatepass")
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _SEARCH],
            input=given, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InputError(
            f"the pattern {pattern!r} takes more than {SECONDS:g} s",
            "repeat no group that repeats something itself",
        ) from None
    return ended.returncode == 0
