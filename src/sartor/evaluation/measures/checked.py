"""A text and what should support it -> its sentences, each with its support, by the checker.

Passages are handed over as loose texts, which stand for themselves: a foreign system's may be of no
document here, and what is asked is only whether they say it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sartor.errors import ProviderError
from sartor.protocols import Checker
from sartor.types import Passage, Sentence

LONGEST = 20_000  # characters of a text that are checked


def checked(
    checker: Checker, text: str, sources: Sequence[str], question: str = ""
) -> list[Sentence]:
    """Check each sentence; none come back when a judge cannot be reached: that is no zero."""
    passages = [
        Passage(f"source {number}", "", source, 0, len(source))
        for number, source in enumerate(sources, start=1)
        if source.strip()
    ]
    if not passages:
        return []
    try:
        return checker.check(text[:LONGEST], passages, question=question)
    except ProviderError:
        return []
