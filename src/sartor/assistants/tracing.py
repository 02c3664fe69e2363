"""An answer, or the error there was instead, goes in; a trace of how it came about comes out.

A trace says what was searched, used, cut and cited, how long each step took and what it cost.
It names passages and places; what was asked and said is in it only when `content` is wanted.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sartor.errors import (
    BudgetRefused,
    ConfigError,
    KeyRefused,
    Misquoted,
    StateError,
    Unreachable,
)
from sartor.types import Answer, Cut, Step, Usage

# Errors whose message is in our own words. Others may quote what was asked or written.
_OUR_WORDS = (ConfigError, StateError, KeyRefused, Unreachable, BudgetRefused)

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # none that is mistaken for another
_DIGIT_BITS = 5
_TIME_DIGITS, _RANDOM_DIGITS = 11, 1  # microseconds until the year 3111; other processes


@dataclass(frozen=True, slots=True)
class TracedHit:
    """A passage that search found, by name."""

    passage_id: str
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TracedCitation:
    """A place that was cited, and the hash its document had then."""

    passage_id: str
    document_id: str
    page: int | None
    start: int
    end: int
    document_hash: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """How one question was answered.

    `turns` counts the messages before the question, `support` the sentences by what stands behind
    them. `error` is empty when there is an answer.
    """

    id: str
    started: str  # UTC, ISO 8601
    seconds: float
    rung: str = ""
    model: str = ""
    turns: int = 0
    steps: tuple[Step, ...] = ()
    retrieved: tuple[TracedHit, ...] = ()
    packed: tuple[str, ...] = ()
    cut: tuple[Cut, ...] = ()
    cited: tuple[TracedCitation, ...] = ()
    support: Mapping[str, int] = field(default_factory=dict)
    abstained: bool = False
    confidence: float | None = None
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cached: bool = False
    error: str = ""
    question: str = ""
    answer: str = ""

    def touches(self, documents: frozenset[str]) -> bool:
        """Say whether anything of these documents was found, used or cited."""
        return not documents.isdisjoint(self._documents())

    def without(self, documents: frozenset[str]) -> Trace:
        """Return what may be kept once these documents are forgotten: times and numbers.

        A follow-up may repeat what an earlier answer said, so its content goes as well.
        """
        if not self.touches(documents):
            return self.without_content() if self.turns else self

        def stays(passage_id: str) -> bool:
            return document_of(passage_id) not in documents

        return replace(
            self.without_content(),
            steps=tuple(replace(step, content="", counts={}) for step in self.steps),
            retrieved=tuple(hit for hit in self.retrieved if stays(hit.passage_id)),
            packed=tuple(id for id in self.packed if stays(id)),
            cut=tuple(cut for cut in self.cut if stays(cut.passage_id)),
            cited=tuple(cited for cited in self.cited if cited.document_id not in documents),
            notes=(),
            flags=(),
            error=self.error.partition(":")[0],
        )

    def without_content(self) -> Trace:
        """Return it without anything that was asked or said."""
        steps = tuple(replace(step, content="") for step in self.steps)
        return replace(self, steps=steps, question="", answer="")

    def _documents(self) -> Iterator[str]:
        yield from (document_of(hit.passage_id) for hit in self.retrieved)
        yield from (document_of(id) for id in self.packed)
        yield from (document_of(cut.passage_id) for cut in self.cut)
        yield from (cited.document_id for cited in self.cited)


def document_of(passage_id: str) -> str:
    """Name the document of a passage: its id is the document's, a `#` and a hash."""
    return passage_id.rpartition("#")[0]


def new_id(at: datetime) -> str:
    """Make a short id; ids sort by time."""
    number = int(at.timestamp() * 1_000_000) << (_RANDOM_DIGITS * _DIGIT_BITS)
    number |= secrets.randbits(_RANDOM_DIGITS * _DIGIT_BITS)
    places = range(_TIME_DIGITS + _RANDOM_DIGITS - 1, -1, -1)
    return "".join(_DIGITS[number >> (place * _DIGIT_BITS) & 31] for place in places)


def trace_of(
    answer: Answer,
    *,
    question: str,
    turns: int,
    started: datetime,
    seconds: float,
    hashes: Mapping[str, str],
    cached: bool = False,
) -> Trace:
    """Trace an answer, content and all; `hashes` are those of the documents it cites."""
    return Trace(
        id=answer.trace_id,
        started=_iso(started),
        seconds=seconds,
        rung=answer.rung,
        model=answer.model,
        turns=turns,
        steps=answer.steps,
        retrieved=tuple(
            TracedHit(hit.passage.id, hit.score, dict(hit.ranks), dict(hit.scores))
            for hit in answer.hits
        ),
        packed=tuple(passage.id for passage in answer.context),
        cut=answer.cut,
        cited=tuple(
            TracedCitation(
                cited.passage_id,
                cited.document_id,
                cited.page,
                cited.start,
                cited.end,
                hashes.get(cited.document_id, ""),
            )
            for cited in answer.citations
        ),
        support=Counter(sentence.support for sentence in answer.sentences),
        abstained=answer.abstained,
        confidence=answer.confidence,
        usage=answer.usage,
        cost=answer.cost,
        flags=answer.flags,
        notes=answer.notes,
        cached=cached,
        question=question,
        answer=answer.text,
    )


def trace_of_failure(
    error: Exception, *, question: str, turns: int, started: datetime, seconds: float
) -> Trace:
    """Trace an error: its kind, and its message if that cannot hold anybody's words."""
    return Trace(
        id=new_id(started),
        started=_iso(started),
        seconds=seconds,
        turns=turns,
        error=_named(error),
        question=question,
    )


def _named(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, _OUR_WORDS) and not isinstance(error, Misquoted):
        return f"{name}: {error.args[0]}"
    return name


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
