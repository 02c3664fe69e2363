"""A query -> what each leg of the search found, and how far that leg can be trusted.

A leg without signal says so in `Ranking.dropped` and stays out of the fusion. Knows the index and
the embedder; nothing about texts of passages or about what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

from sartor.errors import QueryError
from sartor.knowledge.fusion import Ranking
from sartor.knowledge.legibility import legibility
from sartor.protocols import Embedder, Index, Scored, Where

# What BM25 gives one word that half of all passages hold. A best hit below it matched nothing but
# words that are nearly everywhere, and their order is an accident of passage lengths.
COMMON_WORD_SCORE = log(2.0)

NO_WORDS = "it has no word to look up"
NO_EMBEDDER = "there is no embedder"
CANNOT_LOOK = {NO_WORDS, NO_EMBEDDER}


def by_terms(
    terms: Sequence[str], index: Index, *, depth: int, where: Where, weight: float
) -> Ranking:
    """Ask the BM25 leg. A passage it does not name scores 0, unless the list was cut short."""
    found = tuple(index.search_terms(terms, depth, where)) if terms else ()
    floor = found[-1].score if len(found) == depth else 0.0
    if not terms:
        dropped = NO_WORDS
    elif not found:
        dropped = "no passage holds any of its words"
    elif found[0].score < COMMON_WORD_SCORE:
        dropped = "its words stand in nearly every passage"
    else:
        dropped = _without_contrast(found, floor)
    return Ranking("bm25", found, floor, weight, dropped)


def by_vector(
    text: str,
    index: Index,
    embedder: Embedder | None,
    *,
    depth: int,
    where: Where,
    weight: float,
    lap: Callable[[str], None],
) -> Ranking:
    """Ask the dense leg; it weighs less the less of the text its embedder can read.

    `lap` is told when each stage is over.
    """
    if embedder is None:
        return Ranking("dense", (), 0.0, weight, NO_EMBEDDER)
    share = legibility(text, embedder)
    vector = embedder.embed_query(text)
    lap("embedding")
    found = tuple(index.search_vector(vector, depth, where))
    lap("dense")
    floor = found[-1].score if found else 0.0
    if not found:
        dropped = "it finds no passage that is embedded"
    elif not share:
        dropped = "the embedder knows none of its words"
    else:
        dropped = _without_contrast(found, floor)
    return Ranking("dense", found, floor, weight * share, dropped)


def _without_contrast(found: Sequence[Scored], floor: float) -> str:
    return "" if found[0].score > floor else "all its hits score the same"


def refuse_if_blind(rankings: Sequence[Ranking]) -> None:
    """Raise `QueryError` when no leg could even look."""
    reasons = [ranking.dropped for ranking in rankings]
    if set(reasons) <= CANNOT_LOOK:
        raise QueryError(
            "the query cannot be searched: " + " and ".join(reasons),
            "use words that stand in the documents, or another --mode",
        )
