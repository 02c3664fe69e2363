"""Required disclaimers -> those that a text does not hold yet."""

from __future__ import annotations

from collections.abc import Sequence

from sartor.text.normal import fold


def missing(disclaimers: Sequence[str], text: str) -> tuple[str, ...]:
    """Give the disclaimers to add; case, accents and white space do not matter."""
    said = fold(text)
    return tuple(wanted for wanted in disclaimers if fold(wanted) not in said)
