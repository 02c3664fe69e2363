"""Two ranked lists -> one: the arithmetic of hybrid search.

In go rankings, one a leg, each as long as its leg could make it; out comes every passage that any
of them names, best first. Knows keys and scores, nothing about texts, queries or indexes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sartor.protocols import Scored
from sartor.types import Leg

Fusion = Literal["weighted", "rrf"]

RRF_K = 60  # ranks this deep still count about half of the first: the usual choice


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one leg found, best first, and how far it is trusted.

    `floor` is the score of a passage the leg did not name. `dropped` says why the leg has no
    signal; empty when it has one.
    """

    leg: Leg
    found: tuple[Scored, ...]
    floor: float
    weight: float = 1.0
    dropped: str = ""

    def normalised(self) -> dict[int, float]:
        """Scale the scores so that the best is 1 and a passage not named would be 0."""
        if not self.found:
            return {}
        span = self.found[0].score - self.floor
        if span <= 0:
            return dict.fromkeys((hit.key for hit in self.found), 1.0)
        return {hit.key: (hit.score - self.floor) / span for hit in self.found}

    def scores(self) -> dict[int, float]:
        """Give the scores as the leg gave them."""
        return {hit.key: hit.score for hit in self.found}

    def ranks(self) -> dict[int, int]:
        """Number the passages from 1."""
        return {hit.key: rank for rank, hit in enumerate(self.found, start=1)}


def taking_part(rankings: Sequence[Ranking]) -> list[Ranking]:
    """Leave out the dropped legs, unless there is no other: a poor order is better than none."""
    return [ranking for ranking in rankings if not ranking.dropped] or list(rankings)


def fuse(rankings: Sequence[Ranking], fusion: Fusion = "weighted") -> list[Scored]:
    """Join rankings: by falling score, equal scores by key.

    `weighted` sums the normalised scores, each by its leg's share of all weights. `rrf` looks at
    ranks alone, so weights do not matter to it.
    """
    if fusion == "rrf":
        parts = [_reciprocal_ranks(ranking) for ranking in rankings]
    else:
        parts = [
            _scaled(ranking, share)
            for ranking, share in zip(rankings, _shares(rankings), strict=True)
        ]
    total: dict[int, float] = {}
    for part in parts:
        for key, score in part.items():
            total[key] = total.get(key, 0.0) + score
    return sorted((Scored(*item) for item in total.items()), key=lambda hit: (-hit.score, hit.key))


def _shares(rankings: Sequence[Ranking]) -> list[float]:
    """Make the weights add up to 1; equal shares where no leg has any."""
    whole = sum(ranking.weight for ranking in rankings)
    return [ranking.weight / whole if whole else 1 / len(rankings) for ranking in rankings]


def _scaled(ranking: Ranking, share: float) -> Mapping[int, float]:
    return {key: share * score for key, score in ranking.normalised().items()}


def _reciprocal_ranks(ranking: Ranking) -> Mapping[int, float]:
    return {key: 1.0 / (RRF_K + rank) for key, rank in ranking.ranks().items()}
