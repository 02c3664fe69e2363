"""Rows of a scorecard -> what the page shows of each question.

A page has a budget of characters: the more questions, the less of each long text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sartor.errors import NotFound
from sartor.evaluation.reporting.answered import (
    Found,
    Limits,
    Quoted,
    Said,
    clipped,
    found,
    numbered,
    place_of,
    quoted,
    sentences,
)
from sartor.evaluation.reporting.figures import figure, first_look, short, terse
from sartor.evaluation.reporting.pictures import right
from sartor.protocols import Corpus
from sartor.types import Answer, Evidence, Question, Row, Run, Score, Stage

SHOWN = 2_000  # questions on one page; those that were lost come first
BUDGET = 800_000  # characters for the long texts of all questions
HITS, HITS_OF_RIGHT = 10, 5
NAMES = 8  # expected texts, pieces of evidence, tags
SECONDS = "latency.seconds"


@dataclass(frozen=True, slots=True)
class Shown:
    """One question on the page. `outcome` is right, wrong or open."""

    number: int
    id: str
    text: str
    outcome: str
    silent: bool
    stage: Stage | None
    proof: str
    error: str
    expected: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    answerable: bool
    tags: tuple[str, ...]
    sentences: tuple[Said, ...]
    left_out: int  # characters of the answer
    citations: tuple[Quoted, ...]
    hits: tuple[Found, ...]
    scores: tuple[str, ...]
    facts: tuple[str, ...]
    confidence: float | None
    seconds: float | None


def shown(run: Run, corpus: Corpus | None = None) -> list[Shown]:
    """Choose and shape the questions of the page: lost ones first, then as in the file."""
    asked = {question.id: question for question in run.questions}
    chosen = sorted(enumerate(run.card.rows, 1), key=lambda pair: _order(pair[1]))[:SHOWN]
    limits = limits_for(len(chosen))
    return [
        _shown(number, row, asked.get(row.question_id), limits, corpus) for number, row in chosen
    ]


def limits_for(questions: int) -> Limits:
    """Share the budget of a page among its questions."""
    each = BUDGET // max(questions, 1)

    def between(least: int, share: int, most: int) -> int:
        return max(least, min(each // share, most))

    return Limits(
        answer=between(400, 1, 20_000),
        text=between(200, 2, 2_000),
        quote=between(100, 6, 400),
        quotes=between(3, 160, 20),
    )


def _order(row: Row) -> int:
    """Put what was answered wrongly first, then what was lost otherwise."""
    return 0 if outcome(row) == "wrong" else 1 if row.stage or row.error else 2


def outcome(row: Row) -> str:
    """Say right, wrong, or open where nothing decides."""
    return {True: "right", False: "wrong", None: "open"}[right(row)]


def _shown(
    number: int, row: Row, question: Question | None, limits: Limits, corpus: Corpus | None
) -> Shown:
    question = question or Question(row.question_id, "(not among the questions of this run)")
    answer, numbers = row.answer or Answer(""), numbered(row.answer or Answer(""))
    said, left_out = sentences(answer, numbers, limits)
    hits = HITS_OF_RIGHT if _order(row) == 2 else HITS
    return Shown(
        number=number,
        id=clipped(row.question_id, limits.quote),
        text=clipped(question.text, limits.text),
        outcome=outcome(row),
        silent=answer.abstained,
        stage=row.stage,
        proof=clipped(row.proof, limits.text),
        error=clipped(row.error, limits.text),
        expected=tuple(clipped(text, limits.text) for text in question.expected[:NAMES]),
        evidence=tuple(_evidence(question.evidence[:NAMES], limits, corpus)),
        answerable=question.answerable,
        tags=question.tags[:NAMES],
        sentences=said,
        left_out=left_out,
        citations=tuple(quoted(numbers, limits)),
        hits=tuple(found(answer, question.evidence, hits, limits)),
        scores=tuple(_scores(row.scores, limits)),
        facts=tuple(_facts(row, question, answer, limits)),
        confidence=answer.confidence,
        seconds=_seconds(row.scores),
    )


def _evidence(
    pieces: Sequence[Evidence], limits: Limits, corpus: Corpus | None
) -> Iterator[tuple[str, str]]:
    """Name where the answer stands and, where the documents are at hand, its words."""
    for piece in pieces:
        place = clipped(place_of(piece.document, piece.page), limits.quote)
        yield place, clipped(_words(piece, corpus), limits.quote)


def _words(piece: Evidence, corpus: Corpus | None) -> str:
    if corpus is None or piece.start is None or piece.end is None:
        return ""
    try:
        return corpus.document(piece.document).text[piece.start : piece.end]
    except NotFound:
        return ""


def _scores(scores: Iterable[Score], limits: Limits) -> Iterator[str]:
    """Write the scores of a first look, and those that have something to say, room by room."""
    lines: dict[str, list[str]] = {}
    for score in scores:
        if first_look(score.metric) or score.reason:
            room = score.metric.partition(".")[0]
            lines.setdefault(room, []).append(_score(score, limits))
    return (f"{room}: {' · '.join(inside)}" for room, inside in lines.items())


def _score(score: Score, limits: Limits) -> str:
    value = "none" if score.value is None else terse(score.metric, score.value)
    why = f" ({clipped(score.reason, limits.quote)})" if score.reason else ""
    return f"{short(score.metric)} {value}{why}"


def _facts(row: Row, question: Question, answer: Answer, limits: Limits) -> Iterator[str]:
    """Name what else is worth knowing of one question."""
    if row.decided_by:
        yield f"decided by {row.decided_by}"
    if answer.abstained:
        yield "said nothing"
    if answer.confidence is not None:
        yield f"confidence {answer.confidence:.2f}"
    if (seconds := _seconds(row.scores)) is not None:
        yield figure(SECONDS, seconds)
    if question.history:
        yield f"after {len(question.history)} turns"
    yield from question.tags[:NAMES]
    yield from (clipped(flag, limits.quote) for flag in answer.flags[:NAMES])


def _seconds(scores: Iterable[Score]) -> float | None:
    return next((score.value for score in scores if score.metric == SECONDS), None)
