"""A judge and a run of answers -> `judge.correct` for each question, and what it is worth.

`judge_measure` scores; `judged` sums up with people's labels: agreement and the corrected share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sartor.evaluation.asked import Asked
from sartor.evaluation.judging.agreement import Agreement, agreement
from sartor.evaluation.judging.correcting import Corrected, correct_by_labels
from sartor.evaluation.judging.judge import AnswerJudge
from sartor.evaluation.statistics import measurement
from sartor.types import Measurement, Score

CORRECT = "judge.correct"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge said about a run: `raw` is its own share, `corrected` what people would say."""

    raw: Measurement | None
    missing: int
    agreement: Agreement | None
    corrected: Corrected

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the figures should know, a sentence each."""
        return tuple(_notes(self))


def judge_measure(
    judge: AnswerJudge, *, tell: Callable[[Judged], None] | None = None, seed: int = 0
) -> Callable[[Sequence[Asked]], Iterable[Score]]:
    """Make a measure of a whole run out of a judge; `tell` is handed what it is worth.

    It covers the questions that have an answer to expect. Who said nothing is wrong without
    being judged.
    """

    def measure(run: Sequence[Asked]) -> list[Score]:
        expecting = (one for one in run if one.question.answerable and one.question.expected)
        scores = [_score(judge, asked) for asked in expecting]
        if tell:
            tell(judged(run, scores, seed=seed))
        return scores

    return measure


def _score(judge: AnswerJudge, asked: Asked) -> Score:
    question, answer = asked.question, asked.answer
    if answer is None or answer.abstained or not answer.text.strip():
        return Score(CORRECT, question.id, 0.0, asked.error or "nothing was said")
    verdict = judge.correct(question.text, answer.text, question.expected)
    value = float(verdict.verdict == "correct") if verdict.verdict else None
    return Score(CORRECT, question.id, value, verdict.reason)


def judged(run: Sequence[Asked], scores: Iterable[Score], *, seed: int = 0) -> Judged:
    """Sum up what the judge said, against the labels in the run."""
    said = [score for score in scores if score.metric == CORRECT]
    verdicts = {score.question_id: bool(score.value) for score in said if score.value is not None}
    labels = {asked.question.id: asked.label for asked in run if asked.label is not None}
    clusters = {asked.question.id: asked.cluster for asked in run}
    return Judged(
        _raw(verdicts, clusters),
        len(said) - len(verdicts),
        agreement(verdicts, labels, seed=seed),
        correct_by_labels(verdicts, labels, clusters=clusters, seed=seed),
    )


def _raw(verdicts: Mapping[str, bool], clusters: Mapping[str, str]) -> Measurement | None:
    if not verdicts:
        return None
    values = [float(value) for value in verdicts.values()]
    return measurement(CORRECT, values, clusters=[clusters[id] for id in verdicts])


def _notes(found: Judged) -> Iterator[str]:
    if found.missing:
        yield f"judgements missing: {found.missing}; they are not counted as wrong"
    if found.agreement:
        accuracy = found.agreement.accuracy
        yield (
            f"the judge agrees with people on {accuracy.mean:.0%} "
            f"[{accuracy.low:.0%}, {accuracy.high:.0%}] of {found.agreement.n} labelled answers"
        )
    if found.corrected.measured:
        share = found.corrected.measured
        yield (
            f"people would call {share.mean:.0%} [{share.low:.0%}, {share.high:.0%}] correct "
            f"({found.corrected.reason})"
        )
    elif found.raw:
        yield f"judge.correct stands uncorrected: {found.corrected.reason}"
