"""Where a passage stands -> the words that go before it into what is embedded and indexed.

A passage of a manual rarely repeats which product it is about. The header is never part of the
stored text, so quotes and positions stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence

_SEPARATOR = " > "
_LONGEST = 80  # characters of one heading; what calls itself one and is longer is mostly not


def header(title: str, headings: Sequence[str]) -> str:
    """Write the path to a passage: "title > heading > heading", without repeats in a row."""
    path: list[str] = []
    for part in (title, *headings):
        words = " ".join(part.split())
        if words and (not path or words.casefold() != path[-1].casefold()):
            path.append(words)
    return _SEPARATOR.join(_shortened(words) for words in path)


def embedded_text(header: str, text: str) -> str:
    """Put the header before the text, as an embedder and an index get to see it."""
    return f"{header}\n{text}" if header else text


def _shortened(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    return words[:_LONGEST].rsplit(" ", 1)[0] + "…"
