"""Text -> the form in which two spellings of the same thing are equal.

Offsets are not kept: this is for comparing and indexing, never for quoting. Which of these steps
a search or a check wants is its own affair.
"""

from __future__ import annotations

import re
import unicodedata

# Marks that are spelling in one text and missing in the next: accents of Latin, Greek and Cyrillic,
# the points of Hebrew and Arabic. The vowel signs of Indic and Thai scripts are letters: they stay.
_ACCENTS = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]"
)
_BLANK = re.compile(r"\s+")
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"}
)


def squeeze(text: str) -> str:
    """Make every run of white space one space and strip the ends."""
    return _BLANK.sub(" ", text).strip()


def fold_accents(text: str) -> str:
    """Drop accents and points, so that "Zürich" and "Zurich" are one word. Expects lower case."""
    if text.isascii():
        return text
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)


def fold(text: str) -> str:
    """Make case, width, ligatures, accents and white space equal."""
    return squeeze(fold_accents(unicodedata.normalize("NFKC", text).casefold()))
