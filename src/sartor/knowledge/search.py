"""A query -> hits: the whole search, from the words to what is shown.

All parts are handed in: an index, an embedder, an analyser, a way to read passages. In go a query
and options; out come hits and an explanation of how they came about. It opens nothing, remembers
nothing, and does not know where passages are kept or who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import get_args

from sartor.errors import QueryError, nearest
from sartor.knowledge.diversity import Candidate, TextLikeness, choose, diversify
from sartor.knowledge.fusion import Fusion, Ranking, fuse, taking_part
from sartor.knowledge.legs import by_terms, by_vector, refuse_if_blind
from sartor.protocols import Embedder, Index, Scored, Where
from sartor.text.near import similarity
from sartor.types import Hit, Mode, Passage

Analyse = Callable[[str], Sequence[str]]
ReadPassages = Callable[[Sequence[int]], Mapping[int, Passage]]

MAX_QUERY_CHARACTERS = 10_000  # some four pages: more is a document, not a query
BLOCK = 32  # passages read at a time: folding seldom needs a second block
MMR_POOL = 5  # candidates that diversity chooses from, for each hit asked for


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
    likeness: TextLikeness = similarity,
) -> SearchResult:
    """Find the passages nearest to a query.

    The dense leg weighs less the less of the query its embedder can read (see `legibility`).
    Equal scores are ordered by passage id. Raises `QueryError`.
    """
    text = _checked(query, options)
    depth = max(options.depth, options.k)
    watch = _Stopwatch()
    terms: tuple[str, ...] = ()
    rankings = []
    if options.mode != "dense":
        terms = tuple(analyse(text))
        weight = 1 - options.weight
        rankings.append(by_terms(terms, index, depth=depth, where=options.where, weight=weight))
        watch.lap("bm25")
    if options.mode != "bm25":
        rankings.append(
            by_vector(
                text,
                index,
                embedder,
                depth=depth,
                where=options.where,
                weight=options.weight,
                lap=watch.lap,
            )
        )
    refuse_if_blind(rankings)
    legs = taking_part(rankings)
    fused = fuse(legs, options.fusion)
    watch.lap("fusion")
    chosen = _chosen(_in_order(fused, passages), index, likeness, options)
    watch.lap("passages")
    explanation = Explanation(text, terms, options.fusion, tuple(rankings), watch.seconds)
    return SearchResult(_hits(chosen, legs), explanation)


def _checked(query: str, options: SearchOptions) -> str:
    """Return the query as plain text, or say what is wrong with it or with the options."""
    if not isinstance(query, str):
        raise QueryError(f"the query is {type(query).__name__}; expected a text")
    if options.mode not in get_args(Mode):
        known = get_args(Mode)
        raise QueryError(
            f"search mode {options.mode!r} does not exist; expected one of {', '.join(known)}"
            + nearest(options.mode, known)
        )
    for name in ("weight", "fold", "mmr"):
        share = getattr(options, name)
        if not 0 <= share <= 1:
            raise QueryError(f"{name} is {share}; expected a share from 0 to 1")
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


def _hits(chosen: Sequence[Candidate], legs: Sequence[Ranking]) -> tuple[Hit, ...]:
    """Say with each passage what every leg made of it."""
    tables = [(leg.leg, leg.ranks(), leg.scores(), leg.normalised()) for leg in legs]
    hits = []
    for candidate in chosen:
        ranks, scores = dict[str, int](), dict[str, float]()
        for leg, rank, raw, normalised in tables:
            if candidate.key in rank:
                ranks[leg] = rank[candidate.key]
                scores[leg] = raw[candidate.key]
                scores[f"{leg}_normalised"] = normalised[candidate.key]
        folded = tuple(candidate.folded)
        hits.append(Hit(candidate.passage, candidate.score, ranks, scores, folded))
    return tuple(hits)
