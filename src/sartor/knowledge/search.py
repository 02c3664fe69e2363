"""A query -> hits: the whole search, from the words to what is shown.

All parts are handed in: an index, an embedder, an analyser, a way to read passages. In go a query
and options; out come hits and an explanation of how they came about. It opens nothing, remembers
nothing, and does not know where passages are kept or who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import log
from time import perf_counter
from typing import get_args

from sartor.errors import QueryError, nearest
from sartor.knowledge.diversity import Candidate, TextLikeness, choose, diversify
from sartor.knowledge.fusion import Fusion, Ranking, fuse
from sartor.protocols import Embedder, Index, Scored, Where
from sartor.text.near import similarity
from sartor.types import Hit, Mode, Passage

Analyse = Callable[[str], Sequence[str]]
ReadPassages = Callable[[Sequence[int]], Mapping[int, Passage]]

MAX_QUERY_CHARACTERS = 10_000  # some four pages: more is a document, not a query
BLOCK = 32  # passages read at a time: folding seldom needs a second block
MMR_POOL = 5  # candidates that diversity chooses from, for each hit asked for

# What BM25 gives one word that half of all passages hold. A best hit below it matched nothing but
# words that are nearly everywhere, and their order is an accident of passage lengths.
COMMON_WORD_SCORE = log(2.0)
NO_WORDS = "it has no word to look up"
NO_EMBEDDER = "there is no embedder"
ILLEGIBLE = "the embedder knows none of its words"
CANNOT_LOOK = {NO_WORDS, NO_EMBEDDER, ILLEGIBLE}


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What may be chosen about one search; the settings of section `search` have the same names.

    `weight` is the dense leg's share in weighted fusion; `fold`, `mmr` and `per_document` are off
    at 0.
    """

    k: int = 10
    mode: Mode = "hybrid"
    where: Where = field(default_factory=Where)
    fusion: Fusion = "weighted"
    weight: float = 0.5
    depth: int = 100
    fold: float = 0.9
    mmr: float = 0.0
    per_document: int = 0


DEFAULT_OPTIONS = SearchOptions()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one search went: its words, what each leg gave and weighed, where the time went."""

    query: str
    terms: tuple[str, ...]
    fusion: str
    rankings: tuple[Ranking, ...]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first, and how they came about."""

    hits: tuple[Hit, ...]
    explanation: Explanation


@dataclass(slots=True)
class _Stopwatch:
    """Note how long each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)
    since: float = field(default_factory=perf_counter)

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.since
        self.since = now


def search(
    query: str,
    options: SearchOptions = DEFAULT_OPTIONS,
    *,
    index: Index,
    embedder: Embedder | None,
    analyse: Analyse,
    passages: ReadPassages,
    legible: Callable[[str], float] = lambda _: 1.0,
    likeness: TextLikeness = similarity,
) -> SearchResult:
    """Find the passages nearest to a query.

    `legible` says how much of a text the embedder can read (see `legibility`): the dense leg
    weighs so much less. Equal scores are ordered by passage id. Raises `QueryError`.
    """
    text = _checked(query, options)
    watch = _Stopwatch()
    terms = tuple(analyse(text)) if options.mode != "dense" else ()
    rankings = []
    if options.mode != "dense":
        rankings.append(_by_terms(terms, index, options))
        watch.lap("bm25")
    if options.mode != "bm25":
        rankings.append(_by_vector(text, index, embedder, legible, options, watch))
    rankings = _rankable(rankings)
    fused = fuse(rankings, options.fusion)
    watch.lap("fusion")
    chosen = _chosen(_in_order(fused, passages), index, likeness, options)
    watch.lap("passages")
    return SearchResult(
        _hits(chosen, rankings),
        Explanation(text, terms, options.fusion, tuple(rankings), watch.seconds),
    )


def _checked(query: str, options: SearchOptions) -> str:
    """Return the query as plain text, or say what is wrong with it or with the options."""
    if options.mode not in get_args(Mode):
        known = get_args(Mode)
        raise QueryError(
            f"search mode {options.mode!r} does not exist; expected one of {', '.join(known)}"
            + nearest(options.mode, known)
        )
    if options.k < 1:
        raise QueryError(f"{options.k} hits were asked for; expected at least 1")
    if len(query) > MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"the query has {len(query):,} characters; expected {MAX_QUERY_CHARACTERS:,} at most",
            "ask for one thing in a sentence or two",
        )
    text = query.encode("utf-8", "ignore").decode().strip()  # lone surrogates are not text
    if not text:
        raise QueryError("the query is empty; expected at least one word")
    return text


def _by_terms(terms: Sequence[str], index: Index, options: SearchOptions) -> Ranking:
    """Ask the BM25 leg. A passage it does not name scores 0, unless the list was cut short."""
    depth = max(options.depth, options.k)
    found = tuple(index.search_terms(terms, depth, options.where)) if terms else ()
    floor = found[-1].score if len(found) == depth else 0.0
    if not terms:
        dropped = NO_WORDS
    elif not found:
        dropped = "no passage holds any of its words"
    elif found[0].score < COMMON_WORD_SCORE:
        dropped = "its words stand in nearly every passage"
    else:
        dropped = _without_contrast(found, floor)
    return Ranking("bm25", found, floor, 1 - options.weight, dropped)


def _by_vector(
    text: str,
    index: Index,
    embedder: Embedder | None,
    legible: Callable[[str], float],
    options: SearchOptions,
    watch: _Stopwatch,
) -> Ranking:
    """Ask the dense leg, unless the embedder cannot read the query."""
    if embedder is None:
        return Ranking("dense", (), 0.0, dropped=NO_EMBEDDER)
    share = legible(text)
    if not share and options.mode == "hybrid":
        return Ranking("dense", (), 0.0, dropped=ILLEGIBLE)
    vector = embedder.embed_query(text)
    watch.lap("embedding")
    depth = max(options.depth, options.k)
    found = tuple(index.search_vector(vector, depth, options.where))
    watch.lap("dense")
    floor = found[-1].score if found else 0.0
    dropped = _without_contrast(found, floor) if found else "no passage has a vector yet"
    return Ranking("dense", found, floor, options.weight * share, dropped)


def _without_contrast(found: Sequence[Scored], floor: float) -> str:
    return "" if found[0].score > floor else "all its hits score the same"


def _rankable(rankings: Sequence[Ranking]) -> list[Ranking]:
    """Let legs without signal rank after all when there is no other: a poor order beats none.

    Raises `QueryError` when no leg could even look.
    """
    reasons = [ranking.dropped for ranking in rankings]
    if not all(reasons):
        return list(rankings)
    if set(reasons) <= CANNOT_LOOK:
        raise QueryError(
            "the query cannot be searched: " + " and ".join(reasons),
            "use words that stand in the documents, or another --mode",
        )
    return [replace(ranking, dropped="") if ranking.found else ranking for ranking in rankings]


def _in_order(fused: Sequence[Scored], passages: ReadPassages) -> Iterator[Candidate]:
    """Read the passages block by block, best first; equal scores stay in one block, by id.

    A passage that was deleted between search and reading is left out.
    """
    start = 0
    while start < len(fused):
        end = min(start + BLOCK, len(fused))
        while end < len(fused) and fused[end].score == fused[end - 1].score:
            end += 1
        block = fused[start:end]
        texts = passages([hit.key for hit in block])
        read = [Candidate(hit.key, hit.score, texts[hit.key]) for hit in block if hit.key in texts]
        yield from sorted(read, key=lambda candidate: (-candidate.score, candidate.passage.id))
        start = end


def _chosen(
    candidates: Iterator[Candidate], index: Index, likeness: TextLikeness, options: SearchOptions
) -> list[Candidate]:
    """Fold near-duplicates, spread the rest if asked to, and keep documents within bounds."""
    choice = partial(choose, likeness=likeness, per_document=options.per_document)
    if not options.mmr:
        return choice(candidates, options.k, fold=options.fold)
    pool = choose(candidates, MMR_POOL * options.k, likeness=likeness, fold=options.fold)
    spread = diversify(
        pool, diversity=options.mmr, likeness=_vector_likeness(pool, index, likeness)
    )
    return choice(spread, options.k, fold=0)


def _vector_likeness(
    pool: Sequence[Candidate], index: Index, likeness: TextLikeness
) -> Callable[[Candidate, Candidate], float]:
    """Compare by the nearest windows of both vectors; by words while one is not embedded."""
    vectors = index.vectors([candidate.key for candidate in pool])

    def compare(one: Candidate, other: Candidate) -> float:
        if one.key in vectors and other.key in vectors:
            return float((vectors[one.key] @ vectors[other.key].T).max())
        return likeness(one.passage.text, other.passage.text)

    return compare


def _hits(chosen: Sequence[Candidate], rankings: Sequence[Ranking]) -> tuple[Hit, ...]:
    """Say with each passage what every leg that took part made of it."""
    legs = [
        (ranking.leg, ranking.ranks(), ranking.scores(), ranking.normalised())
        for ranking in rankings
        if not ranking.dropped
    ]
    hits = []
    for candidate in chosen:
        ranks, scores = dict[str, int](), dict[str, float]()
        for leg, rank, raw, normalised in legs:
            if candidate.key in rank:
                ranks[leg] = rank[candidate.key]
                scores[leg] = raw[candidate.key]
                scores[f"{leg}_normalised"] = normalised[candidate.key]
        hits.append(Hit(candidate.passage, candidate.score, ranks, scores, tuple(candidate.folded)))
    return tuple(hits)
