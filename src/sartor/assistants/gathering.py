"""What to search for -> hits: each wording searched, joined by rank, and searched again if need be.

In self-correcting mode a model says whether the evidence suffices and what to search for next;
each round is told. Knows nothing about packing or answering.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sartor.assistants.understanding import LONGEST_QUERY
from sartor.text.normal import squeeze
from sartor.types import Hit

Search = Callable[[str], Sequence[Hit]]
Judge = Callable[[Sequence[Hit], Sequence[str]], str]  # what the model says of the evidence

RRF_K = 60  # ranks this deep still count about half of the first: the usual choice

_ENOUGH = re.compile(r"\W*(?:yes|ja)\b", re.IGNORECASE)
_MISSING = re.compile(r"\W*(?:no|nein)\b\W*(?P<query>.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Round:
    """One search: what was looked for, all that is known after it, and why it goes on or ends."""

    queries: tuple[str, ...]
    hits: tuple[Hit, ...]
    verdict: str = ""


def gather(
    queries: Sequence[str],
    *,
    search: Search,
    limit: int,
    steps: int = 1,
    judge: Judge | None = None,
    exhausted: Callable[[], str] = str,
) -> Iterator[Round]:
    """Search until the evidence suffices, nothing new is asked, or a ceiling is reached.

    `exhausted` says which ceiling is reached, if one is. The last round has the hits to use.
    """
    searched: list[str] = []
    lists: list[Sequence[Hit]] = []
    waiting = tuple(dict.fromkeys(queries))
    for step in range(1, steps + 1):
        lists += [search(query) for query in waiting]
        searched += waiting
        now = Round(waiting, tuple(joined(lists)[:limit]))
        if judge is None or step == steps:
            yield replace(now, verdict="the last search allowed" if judge else "")
            return
        reason = exhausted()
        missing = "" if reason else _missing(judge(now.hits, searched))
        if reason or not missing or missing in searched:
            yield replace(now, verdict=reason or ("nothing new to search" if missing else "enough"))
            return
        yield replace(now, verdict=f"missing: {missing}")
        waiting = (missing,)


def joined(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Join ranked lists by the ranks in them; one list stays as it is."""
    if len(lists) == 1:
        return list(lists[0])
    best: dict[str, Hit] = {}
    score: dict[str, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, 1):
            id = hit.passage.id
            score[id] = score.get(id, 0.0) + 1 / (RRF_K + rank)
            if id not in best or hit.score > best[id].score:
                best[id] = hit
    ordered = sorted(score, key=lambda id: (-score[id], id))
    return [replace(best[id], score=score[id]) for id in ordered]


def _missing(said: str) -> str:
    """Read what a model says about the evidence: the next query, empty when it suffices.

    An answer that is neither yes nor no ends the search: it would go on for nothing.
    """
    if _ENOUGH.match(said):
        return ""
    found = _MISSING.match(said)
    return (
        squeeze(found["query"].splitlines()[0])[:LONGEST_QUERY] if found and found["query"] else ""
    )
