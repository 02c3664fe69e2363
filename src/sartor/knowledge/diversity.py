"""Ranked candidates -> the ones worth showing: repeats folded, one document kept in bounds.

In go candidates, best first; out come fewer of them. Knows passages and scores, nothing about
how they were found. What "alike" means is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from sartor.types import Passage

TextLikeness = Callable[[str, str], float]
SPACED = 12  # characters a word takes at most, on average, in a script with spaces


@dataclass(frozen=True)  # no slots: `words` is worked out once, and only when it is needed
class Candidate:
    """A passage with its place in the index and its score; `folded` are the ids it stands for."""

    key: int
    score: float
    passage: Passage
    folded: list[str] = field(default_factory=list)

    @cached_property
    def words(self) -> Set[str]:
        """The different words, or characters where there are no spaces between words."""
        text = self.passage.text
        words = text.split()
        return frozenset(words if len(words) * SPACED >= len(text) else text)


def choose(
    candidates: Iterable[Candidate],
    limit: int,
    *,
    likeness: TextLikeness,
    fold: float,
    per_document: int = 0,
) -> list[Candidate]:
    """Take the first `limit` that neither repeat a better one nor exceed their document's share.

    A near-duplicate (likeness of at least `fold`) is noted on the candidate it repeats. Candidates
    are drawn only as far as needed, so they may be read lazily. `fold=0` folds nothing and
    `per_document=0` sets no bound.
    """
    chosen: list[Candidate] = []
    for candidate in candidates:
        original = _repeated(candidate, chosen, likeness, fold) if fold else None
        if original:
            original.folded.append(candidate.passage.id)
            continue
        if len(chosen) == limit:
            break
        document = candidate.passage.document_id
        siblings = sum(other.passage.document_id == document for other in chosen)
        if not per_document or siblings < per_document:
            chosen.append(candidate)
    return chosen


def _repeated(
    candidate: Candidate, chosen: Sequence[Candidate], likeness: TextLikeness, fold: float
) -> Candidate | None:
    """Find the chosen one that says the same; most pairs share too few words to be compared."""
    for other in chosen:
        shared = len(candidate.words & other.words)
        if (
            2 * shared >= fold * max(len(candidate.words), len(other.words))
            and likeness(candidate.passage.text, other.passage.text) >= fold
        ):
            return other
    return None


def diversify(
    candidates: Sequence[Candidate],
    *,
    diversity: float,
    likeness: Callable[[Candidate, Candidate], float],
) -> list[Candidate]:
    """Order by maximal marginal relevance: each next one is good and unlike those before it.

    `diversity` is the share of unlikeness in that balance: 0 keeps the order, 1 ignores scores.
    """
    remaining, chosen = list(candidates), list[Candidate]()
    nearest = {candidate.key: 0.0 for candidate in remaining}
    best = max((candidate.score for candidate in remaining), default=1.0) or 1.0

    def worth(candidate: Candidate) -> float:
        relevance = candidate.score / best
        return (1 - diversity) * relevance - diversity * nearest[candidate.key]

    while remaining:
        following = max(remaining, key=worth)  # the first of equals: the order is kept
        remaining.remove(following)
        chosen.append(following)
        for other in remaining:
            nearest[other.key] = max(nearest[other.key], likeness(following, other))
    return chosen
