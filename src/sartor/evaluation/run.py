"""A system and test questions -> a scorecard.

The system is anything with `answer(question)`. What it raises costs that question alone. Knows
nothing about how the system was built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Protocol

from sartor.evaluation.answers import contains
from sartor.evaluation.retrieval import evidence_ranks, ndcg, recall, reciprocal_rank
from sartor.evaluation.statistics import measurement, percentile
from sartor.protocols import Progress
from sartor.types import Answer, Measurement, Question, Row, Score, Scorecard

DEPTH = 10  # retrieval is measured on the first ten
SECONDS = "latency.seconds"


class Answers(Protocol):
    """The little that is asked of a system under test."""

    @property
    def answer(self) -> Callable[..., Answer]: ...  # noqa: D102  # (question), or with its history


def evaluate(
    system: Answers, questions: Sequence[Question], *, progress: Progress | None = None
) -> Scorecard:
    """Ask every question and measure the answers.

    `answers.contains` and the retrieval measures cover the questions that have an expected text or
    evidence; `answers.abstained` covers those that cannot be answered. A question that failed
    counts as not answered.
    """
    rows = []
    for done, question in enumerate(questions, start=1):
        rows.append(_row(system, question))
        if progress:
            progress("evaluate", done, len(questions))
    return Scorecard(_measurements(rows), tuple(rows))


def _row(system: Answers, question: Question) -> Row:
    started = perf_counter()
    answer, error = _ask(system, question)
    seconds = perf_counter() - started
    scores = list(_scores(question, answer or Answer(""), error))
    if answer:
        scores.append(Score(SECONDS, question.id, seconds))
    return Row(question.id, answer, tuple(scores), error=error)


def _ask(system: Answers, question: Question) -> tuple[Answer | None, str]:
    """Return an answer, or why there is none; a history is handed over only where there is one."""
    more = {"history": question.history} if question.history else {}
    try:
        answer: object = system.answer(question.text, **more)
    except Exception as error:  # noqa: BLE001  # any system may stand here; the rest goes on
        return None, f"{type(error).__name__}: {error}"
    if not isinstance(answer, Answer):
        return None, f"answered with {type(answer).__name__}; expected an Answer"
    return answer, ""


def _scores(question: Question, answer: Answer, reason: str) -> Iterator[Score]:
    def score(metric: str, value: float) -> Score:
        return Score(metric, question.id, value, reason)

    if question.answerable and question.expected:
        yield score("answers.contains", contains(answer.text, question.expected))
    if not question.answerable:
        yield score("answers.abstained", answer.abstained)
    if question.evidence:
        ranks = evidence_ranks(answer.hits, question.evidence)
        grades = {piece: piece.grade for piece in question.evidence}
        yield score(f"retrieval.recall@{DEPTH}", recall(ranks, grades, DEPTH))
        yield score("retrieval.mrr", reciprocal_rank(ranks, grades))
        yield score(f"retrieval.ndcg@{DEPTH}", ndcg(ranks, grades, DEPTH))


def _measurements(rows: Sequence[Row]) -> dict[str, Measurement]:
    values: dict[str, list[float]] = {}
    for row in rows:
        for score in row.scores:
            if score.value is not None:
                values.setdefault(score.metric, []).append(float(score.value))
    seconds = values.pop(SECONDS, [])
    found = {metric: measurement(metric, values[metric]) for metric in sorted(values)}
    if seconds:
        found["latency.p50"] = percentile("latency.p50", seconds, 0.5)
        found["latency.p95"] = percentile("latency.p95", seconds, 0.95)
    return found
