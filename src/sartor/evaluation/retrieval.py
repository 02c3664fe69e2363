"""Where each piece of evidence was found -> how good the search was.

In go ranks (from 1, missing when not found) and grades, out come numbers as trec_eval computes
them. Knows nothing about assistants or indexes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import log2
from typing import TypeVar

from sartor.types import Evidence, Hit

Item = TypeVar("Item", bound=Hashable)


def evidence_ranks(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> dict[Evidence, int]:
    """Give the rank of the first hit that holds each piece of evidence.

    When all evidence is whole documents, documents are ranked: several passages of one document
    take one place. Otherwise each passage takes its own.
    """
    if all(piece.start is None and piece.page is None for piece in evidence):
        places = {id: rank for rank, id in enumerate(_documents(hits), start=1)}
        return {piece: places[piece.document] for piece in evidence if piece.document in places}
    ranks: dict[Evidence, int] = {}
    for rank, hit in enumerate(hits, start=1):
        for piece in evidence:
            if piece not in ranks and holds(hit, piece):
                ranks[piece] = rank
    return ranks


def holds(hit: Hit, piece: Evidence) -> bool:
    """Say whether a hit's passage overlaps the span, stands on the page, or is of the document."""
    passage = hit.passage
    if passage.document_id != piece.document:
        return False
    if piece.start is not None and piece.end is not None:
        return passage.start < piece.end and piece.start < passage.end
    return piece.page is None or passage.page == piece.page


def _documents(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.passage.document_id for hit in hits))


def recall(ranks: Mapping[Item, int], grades: Mapping[Item, int], k: int) -> float:
    """Give the share of what is relevant (grade above 0) that stands among the first k."""
    relevant = [item for item, grade in grades.items() if grade > 0]
    return sum(_within(ranks, item, k) for item in relevant) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranks: Mapping[Item, int], grades: Mapping[Item, int]) -> float:
    """Give 1 / the rank of the first relevant item, 0 when there is none."""
    found = [ranks[item] for item, grade in grades.items() if grade > 0 and item in ranks]
    return 1.0 / min(found) if found else 0.0


def ndcg(ranks: Mapping[Item, int], grades: Mapping[Item, int], k: int) -> float:
    """Give the discounted gain of the first k as a share of the best order's.

    Two pieces of evidence in one passage share a rank; finding all of them first is still 1.
    """
    gain = sum(
        grade / log2(ranks[item] + 1)
        for item, grade in grades.items()
        if grade > 0 and _within(ranks, item, k)
    )
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    best = sum(grade / log2(rank + 1) for rank, grade in enumerate(ideal, start=1))
    return min(1.0, gain / best) if best else 0.0


def _within(ranks: Mapping[Item, int], item: Item, k: int) -> bool:
    return item in ranks and ranks[item] <= k
