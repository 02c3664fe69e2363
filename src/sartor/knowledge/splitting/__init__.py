"""Splitting: a reading -> the spans of its passages.

In goes what a reader made of a document, out come exact spans with their headings and page. Sizes
are tokens of the embedder, asked of a `TokenCounter`; nothing here knows which one it is.
"""

from __future__ import annotations

from collections.abc import Callable

from sartor.errors import ConfigError, nearest
from sartor.knowledge.splitting.header import embedded_text, header
from sartor.knowledge.splitting.outline import section_of
from sartor.knowledge.splitting.structure import StructureSplitter
from sartor.knowledge.splitting.tokens import TokenSplitter
from sartor.knowledge.splitting.whole_sentences import SentenceSplitter
from sartor.protocols import Splitter

__all__ = ["DEFAULT_SIZE", "STRATEGIES", "embedded_text", "header", "section_of", "splitter"]

DEFAULT_SIZE = 200
LEAST_SIZE = 16
STRATEGIES: dict[str, Callable[[int, int], Splitter]] = {
    "structure": StructureSplitter,
    "tokens": TokenSplitter,
    "sentences": SentenceSplitter,
}


def splitter(
    strategy: str = "structure", *, size: int = DEFAULT_SIZE, overlap: int = 0
) -> Splitter:
    """Make the splitter of that name; sizes are tokens of the embedder."""
    if strategy not in STRATEGIES:
        raise ConfigError(
            f"no splitting strategy {strategy!r}{nearest(strategy, STRATEGIES)}",
            hint=f"choose one of {', '.join(STRATEGIES)}",
        )
    if size < LEAST_SIZE:
        raise ConfigError(
            f"passages of {size} tokens are too small to say anything",
            hint=f"set the passage size to {LEAST_SIZE} or more; {DEFAULT_SIZE} is the default",
        )
    if not 0 <= overlap < size:
        raise ConfigError(
            f"an overlap of {overlap} tokens does not fit passages of {size}",
            hint=f"set the overlap to 0 or more and below {size}",
        )
    return STRATEGIES[strategy](size, overlap)
