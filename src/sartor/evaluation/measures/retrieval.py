"""Where evidence was found -> how good the search was, as trec_eval computes it.

In go ranks from 1 (missing when not found), grades, and the places that hold something relevant;
out come numbers. Gains are the grades themselves; what has a grade of 0 or less is not relevant.
Knows nothing about assistants or indexes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from math import log2
from typing import TypeVar

from sartor.evaluation.measures.ranking import Ranking

Item = TypeVar("Item", bound=Hashable)


def retrieval(found: Ranking, k: int) -> Iterator[tuple[str, float]]:
    """Give each measure of one search by its name."""
    yield f"retrieval.recall@{k}", recall(found.ranks, found.grades, k)
    yield f"retrieval.precision@{k}", precision(found.places, k)
    yield f"retrieval.hit@{k}", hit(found.places, k)
    yield f"retrieval.ndcg@{k}", ndcg(found.ranks, found.grades, k)
    yield "retrieval.mrr", reciprocal_rank(found.places)
    yield "retrieval.map", average_precision(found.ranks, found.grades, found.places)


def recall(ranks: Mapping[Item, int], grades: Mapping[Item, int], k: int) -> float:
    """Give the share of what is relevant that stands among the first k."""
    relevant = _relevant(grades)
    return sum(_within(ranks, item, k) for item in relevant) / len(relevant) if relevant else 0.0


def precision(places: Sequence[int], k: int) -> float:
    """Give the share of the first k places that hold something relevant; empty places count."""
    return sum(place <= k for place in places) / k


def hit(places: Sequence[int], k: int) -> float:
    """Give 1 when anything relevant stands among the first k, else 0."""
    return float(any(place <= k for place in places))


def reciprocal_rank(places: Sequence[int]) -> float:
    """Give 1 / the first place that holds something relevant, 0 when there is none."""
    return 1.0 / min(places) if places else 0.0


def average_precision(
    ranks: Mapping[Item, int], grades: Mapping[Item, int], places: Sequence[int]
) -> float:
    """Average, over all that is relevant, the precision at its rank; 0 for what was not found."""
    relevant = _relevant(grades)
    if not relevant:
        return 0.0
    found = [ranks[item] for item in relevant if item in ranks]
    return sum(precision(places, rank) for rank in found) / len(relevant)


def ndcg(ranks: Mapping[Item, int], grades: Mapping[Item, int], k: int) -> float:
    """Give the discounted gain of the first k as a share of the best order's.

    Two pieces of evidence in one passage share a rank; finding all of them first is still 1.
    """
    relevant = _relevant(grades)
    gain = sum(grades[item] / log2(ranks[item] + 1) for item in relevant if _within(ranks, item, k))
    ideal = sorted((grades[item] for item in relevant), reverse=True)[:k]
    most = sum(grade / log2(rank + 1) for rank, grade in enumerate(ideal, start=1))
    return min(1.0, gain / most) if most else 0.0


def _relevant(grades: Mapping[Item, int]) -> list[Item]:
    return [item for item, grade in grades.items() if grade > 0]


def _within(ranks: Mapping[Item, int], item: Item, k: int) -> bool:
    return item in ranks and ranks[item] <= k
