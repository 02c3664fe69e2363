"""Questions with evidence -> the confidence below which an assistant should say nothing.

Each question is looked at twice: with what search finds, and with the documents that hold its
answer taken out of that. A threshold between the two is the user's own, not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sartor.assistants.abstaining import calibrate as threshold
from sartor.assistants.relevance import Similarity, answerability
from sartor.errors import InputError
from sartor.evaluation.statistics import measurement
from sartor.protocols import Progress, Retriever
from sartor.types import Chosen, Hit, Measurement, Question

LEAST_QUESTIONS = 20  # of each kind; with fewer a threshold would be a guess
PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold and what it does to the questions it was found on."""

    below: Chosen[float]
    rightly_silent: Measurement  # of the questions whose answer is not there
    wrongly_silent: Measurement  # of those whose answer is there


def calibrate(
    questions: Sequence[Question],
    retriever: Retriever,
    similarity: Similarity | None,
    *,
    error: float,
    progress: Progress | None = None,
) -> Calibration:
    """Find the threshold that leaves at most this share of answerable questions unanswered."""
    with_answer: list[float] = []
    without: list[float] = []
    for done, question in enumerate(questions, start=1):
        gold = {piece.document for piece in question.evidence}
        hits = retriever.search(question.text, k=PASSAGES + 5 * len(gold), labels=None)

        def sure(found: Sequence[Hit], text: str = question.text) -> float:
            return answerability(text, found[:PASSAGES], similarity)

        if not question.answerable:
            without.append(sure(hits))
        elif gold:
            with_answer.append(sure(hits))
            without.append(sure([hit for hit in hits if hit.passage.document_id not in gold]))
        if progress:
            progress("calibrate", done, len(questions))
    _enough(with_answer, without)
    below = threshold(with_answer, without, error)
    return Calibration(
        below,
        _share("abstained.rightly", without, below.value),
        _share("abstained.wrongly", with_answer, below.value),
    )


def _enough(with_answer: Sequence[float], without: Sequence[float]) -> None:
    if min(len(with_answer), len(without)) < LEAST_QUESTIONS:
        raise InputError(
            f"{len(with_answer)} questions have evidence; expected at least {LEAST_QUESTIONS}",
            'add "evidence": [{"document": ID}] to the questions',
        )


def _share(metric: str, values: Sequence[float], below: float) -> Measurement:
    return measurement(metric, [float(value < below) for value in values])
