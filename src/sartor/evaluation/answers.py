"""An answer and what was expected -> is it in there?

Compares texts after making case, accents, width and white space equal; knows nothing about meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sartor.text.normal import fold
from sartor.text.scripts import UNSPACED_CLASS

_LETTER = rf"[^\W{UNSPACED_CLASS}]"  # of a script that puts spaces between words


def contains(answer: str, expected: Iterable[str]) -> bool:
    """Say whether any of the expected texts stands in the answer as whole words."""
    text = fold(answer)
    return any(_stands_in(fold(wanted), text) for wanted in expected)


def _stands_in(wanted: str, text: str) -> bool:
    """Find whole words; where a script has no spaces, any place will do."""
    if not wanted:
        return False
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, wanted[0]) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, wanted[-1]) else ""
    return re.search(before + re.escape(wanted) + after, text) is not None
