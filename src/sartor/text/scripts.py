"""Characters -> the writing systems they belong to.

In goes any text, out come script names ("latin", "han", "thai"). It knows blocks of Unicode and
nothing about languages; a letter outside the table belongs to no script.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache

# (first, last, script), in order. Punctuation and digits are shared by all scripts and left out.
RANGES: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x005A, "latin"),
    (0x0061, 0x007A, "latin"),
    (0x00C0, 0x00D6, "latin"),
    (0x00D8, 0x00F6, "latin"),
    (0x00F8, 0x024F, "latin"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bengali"),
    (0x0A00, 0x0A7F, "gurmukhi"),
    (0x0A80, 0x0AFF, "gujarati"),
    (0x0B00, 0x0B7F, "oriya"),
    (0x0B80, 0x0BFF, "tamil"),
    (0x0C00, 0x0C7F, "telugu"),
    (0x0C80, 0x0CFF, "kannada"),
    (0x0D00, 0x0D7F, "malayalam"),
    (0x0D80, 0x0DFF, "sinhala"),
    (0x0E01, 0x0E7F, "thai"),
    (0x0E80, 0x0EFF, "lao"),
    (0x0F00, 0x0FFF, "tibetan"),
    (0x1000, 0x109F, "burmese"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, "hangul"),
    (0x1200, 0x139F, "ethiopic"),
    (0x1780, 0x17FF, "khmer"),
    (0x1C80, 0x1C8F, "cyrillic"),
    (0x1C90, 0x1CBF, "georgian"),
    (0x1E00, 0x1EFF, "latin"),
    (0x1F00, 0x1FFF, "greek"),
    (0x2C60, 0x2C7F, "latin"),
    (0x2E80, 0x2FDF, "han"),
    (0x3005, 0x3007, "han"),
    (0x3041, 0x3096, "kana"),
    (0x309D, 0x309F, "kana"),
    (0x30A1, 0x30FA, "kana"),
    (0x30FC, 0x30FF, "kana"),
    (0x3105, 0x312F, "han"),
    (0x3131, 0x318E, "hangul"),
    (0x31F0, 0x31FF, "kana"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xA640, 0xA69F, "cyrillic"),
    (0xA960, 0xA97F, "hangul"),
    (0xAC00, 0xD7FF, "hangul"),
    (0xF900, 0xFAFF, "han"),
    (0xFB1D, 0xFB4F, "hebrew"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFE, "arabic"),
    (0xFF21, 0xFF3A, "latin"),
    (0xFF41, 0xFF5A, "latin"),
    (0xFF66, 0xFF9D, "kana"),
    (0x20000, 0x3FFFF, "han"),
)
_FIRSTS = [first for first, _, _ in RANGES]

UNSPACED = frozenset({"han", "kana", "thai", "lao", "tibetan", "burmese", "khmer"})

# The same characters as the inside of a regular expression's character class.
UNSPACED_CLASS = "".join(
    f"{chr(first)}-{chr(last)}" for first, last, script in RANGES if script in UNSPACED
)


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """Name the script of one character; empty for digits, marks and everything shared."""
    code = ord(char)
    place = bisect_right(_FIRSTS, code) - 1
    if place < 0:
        return ""
    _, last, script = RANGES[place]
    return script if code <= last else ""


def is_unspaced(char: str) -> bool:
    """Say whether the character's script writes its words without spaces between them."""
    return script_of(char) in UNSPACED


def scripts(text: str) -> dict[str, int]:
    """Count the characters of each script, the most frequent script first."""
    found: Counter[str] = Counter()
    for char, count in Counter(text).items():
        if script := script_of(char):
            found[script] += count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def dominant_script(text: str) -> str:
    """Name the script most of the text is written in; empty when it has no letters."""
    return next(iter(scripts(text)), "")
