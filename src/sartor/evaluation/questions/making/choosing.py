"""Candidates -> the ones to show: spread over documents and kinds, never one fact twice."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sartor.evaluation.questions.making.candidate import Candidate
from sartor.text.near import near_groups
from sartor.text.normal import fold

CLOZE = "cloze"


def chosen(candidates: Sequence[Candidate], n: int, *, seed: int) -> list[Candidate]:
    """Choose up to `n` distinct ones: one of each document in turn, the rarer kinds first.

    Gaps come only when nothing else is left.
    """
    draw = random.Random(seed)  # noqa: S311  # a draw of samples, no secret
    rows = draw.sample(candidates, len(candidates))
    kinds: Counter[str] = Counter()
    taken: list[Candidate] = []
    for gaps in (False, True):
        waiting: dict[str, list[Candidate]] = defaultdict(list)
        for row in rows:
            if (row.kind == CLOZE) is gaps:
                waiting[row.document].append(row)
        while waiting and len(taken) < n:
            for document in list(waiting)[: n - len(taken)]:
                best = min(waiting[document], key=lambda row: kinds[row.kind])
                waiting[document].remove(best)
                kinds[best.kind] += 1
                taken.append(best)
                if not waiting[document]:
                    del waiting[document]
    return taken


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave one question for each place, and none that two places answer differently."""
    places: set[tuple[str, int, int, str]] = set()
    single: list[Candidate] = []
    for candidate in candidates:
        place = (candidate.document, candidate.start, candidate.end, candidate.expected)
        if place not in places:
            places.add(place)
            single.append(candidate)
    answers: dict[str, set[str]] = defaultdict(set)
    for candidate in single:
        answers[fold(candidate.text)].add(fold(candidate.expected))
    clear = [candidate for candidate in single if len(answers[fold(candidate.text)]) == 1]
    copies = {place for group in near_groups([row.text for row in clear]) for place in group[1:]}
    return [candidate for place, candidate in enumerate(clear) if place not in copies]
