"""Text -> sentences about characters a reader cannot see.

Invisible text is how a document says one thing to a person and another to a machine. Characters
that are invisible but at home where they stand (joiners in emoji, Persian and Hindi, the tags of a
flag, one variation selector) are not reported. Nothing is removed here.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class _Kind(NamedTuple):
    what: str
    pattern: re.Pattern[str]


_TAGS = re.compile(r"(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001\U000e0020-\U000e007f]{2,}")
_KINDS = (
    _Kind("zero-width characters", re.compile(r"[\u200b\u2060-\u2064\u180e]|(?<!^)\ufeff")),
    _Kind(
        "joiners inside plain words", re.compile(r"(?<=[A-Za-z0-9])[\u200c\u200d]+(?=[A-Za-z0-9])")
    ),
    _Kind(
        "characters that reverse the direction of text", re.compile(r"[\u202a-\u202e\u2066-\u2069]")
    ),
    _Kind("tag characters, which no screen shows", _TAGS),
    _Kind("stacked variation selectors", re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")),
    _Kind("blank fillers", re.compile(r"[\u115f\u1160\u3164\uffa0]{2,}|\u2800{4,}")),
    _Kind(
        "private-use characters, whose meaning only their font knows",
        re.compile(r"[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"),
    ),
)
_QUOTED = 80


def suspicious(text: str) -> tuple[str, ...]:
    """Say what the text hides: one sentence for each kind of character, with its first place."""
    if text.isascii():
        return ()
    return tuple(said for kind in _KINDS if (said := _report(kind, text)))


def _report(kind: _Kind, text: str) -> str:
    first = kind.pattern.search(text)
    if first is None:
        return ""
    count = sum(len(found.group()) for found in kind.pattern.finditer(text, first.start()))
    said = f"{count} {kind.what}, the first at character {first.start()}"
    if kind.pattern is _TAGS and (spelled := _spelled(first.group())):
        said += f"; they spell {spelled!r}"
    return said


def _spelled(tags: str) -> str:
    """Read what tag characters say: each is an ASCII character moved out of sight."""
    letters = (chr(ord(tag) - 0xE0000) for tag in tags)
    return "".join(letter for letter in letters if letter.isprintable())[:_QUOTED]
