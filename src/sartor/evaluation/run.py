"""A system and test questions -> a scorecard.

    questions -> asked -> scored -> where it was lost -> row -> figures

The system is anything with `answer(question)`. Knows nothing about how it was built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sartor.evaluation import summary
from sartor.evaluation.answer_log import AnswerLog
from sartor.evaluation.asked import Asked
from sartor.evaluation.asking import NOT_MEASURED, AllAsked, ask_all
from sartor.evaluation.attributing import Lost, Remembered, attribute, gains
from sartor.evaluation.labelled import labels_note
from sartor.evaluation.measures import Scored, Scoring
from sartor.evaluation.measures.correct import correct
from sartor.evaluation.systems import Matching, open_system
from sartor.protocols import Checker, Corpus, GroundedAssistant, Progress
from sartor.types import Question, Row, Score, Scorecard

TIMEOUT = 120.0
RESAMPLES = 10_000
STAGE = "measuring"
RULES = "rules."
AT_ONCE = 1_000  # answers that are prepared together before each is measured

RunMeasure = Callable[[Sequence[Asked]], Iterable[Score]]  # computed over a whole run


@dataclass(frozen=True, slots=True)
class Means:
    """What answers are measured with, beyond the questions."""

    scoring: Scoring
    corpus: Corpus | None = None
    checker: Checker | None = None
    given: GroundedAssistant | None = None
    seed: int = 0
    resamples: int = RESAMPLES


def evaluate(  # noqa: PLR0913  # each may be left out
    system: object,
    questions: Sequence[Question],
    *,
    scoring: Scoring | None = None,
    corpus: Corpus | None = None,
    checker: Checker | None = None,
    given: GroundedAssistant | None = None,
    name: str = "",
    timeout: float = TIMEOUT,
    workers: int = 1,
    seed: int = 0,
    resamples: int = RESAMPLES,
    log: Path | None = None,
    extra: Sequence[RunMeasure] = (),
    progress: Progress | None = None,
) -> Scorecard:
    """Ask every question, measure the answers, and find where wrong ones were lost.

    `log` is a file of answers: those that stand in it are not asked again. `given` answers from
    the passages it is handed: it tells what search lost from what writing lost.
    """
    opened = open_system(system, name=name, corpus=corpus)
    fitting = opened.match(questions) if isinstance(opened, Matching) else []
    asked = ask_all(
        opened,
        questions,
        timeout=timeout,
        workers=workers,
        log=AnswerLog(log) if log else None,
        library=corpus,
        progress=progress,
    )
    at_hand = None if corpus is None else Remembered.over(corpus)  # read once, not per question
    means = Means(
        scoring or Scoring(checker=checker, corpus=at_hand),
        at_hand,
        checker,
        given,
        seed,
        resamples,
    )
    return measure(
        asked, means, system=name or opened.name, notes=fitting, extra=extra, progress=progress
    )


def measure(
    asked: AllAsked,
    means: Means,
    *,
    system: str = "",
    notes: Sequence[str] = (),
    extra: Sequence[RunMeasure] = (),
    progress: Progress | None = None,
) -> Scorecard:
    """Make a scorecard of what became of the questions."""
    outcomes = asked.outcomes
    more = _of_the_whole([one for one in outcomes if one.error != NOT_MEASURED], extra)
    rows: list[Row] = []
    with_evidence: dict[str, bool] = {}  # question -> right when it was given the evidence
    for done, one in enumerate(outcomes, start=1):
        if done % AT_ONCE == 1:
            means.scoring.look_ahead(outcomes[done - 1 : done - 1 + AT_ONCE])
        row, lost = _row(one, more.get(one.question.id, ()), means)
        rows.append(row)
        if lost is not None and lost.given_correct is not None:
            with_evidence[one.question.id] = lost.given_correct
        if progress:
            progress(STAGE, done, len(outcomes))
    rows = list(_with_silent_rules(rows))
    questions = {one.question.id: one.question for one in outcomes}
    clusters = {one.question.id: one.cluster for one in outcomes}
    known = None if means.corpus is None else means.corpus.document_ids()
    drawn = {"seed": means.seed, "resamples": means.resamples}
    return Scorecard(
        summary.measured(rows, clusters, **drawn),
        tuple(rows),
        system=system,
        decided_by=summary.decided_by(rows),
        tagged=summary.tagged(rows, questions, clusters, **drawn),
        gains=gains(rows, clusters=clusters, given=with_evidence, **drawn),
        notes=(
            *asked.notes,
            *notes,
            *summary.notes(rows, [*questions.values()], known),
            *labels_note(outcomes, means.checker),
        ),
    )


def _with_silent_rules(rows: Sequence[Row]) -> Iterator[Row]:
    """Score the output rules that did not fire: an answer tells only of those that did."""
    fired = {each.metric for row in rows for each in row.scores if each.metric.startswith(RULES)}
    for row in rows:
        missing = fired - {score.metric for score in row.scores} if row.answer else ()
        silent = (Score(metric, row.question_id, 0.0) for metric in sorted(missing))
        yield replace(row, scores=(*row.scores, *silent)) if missing else row


def _of_the_whole(
    outcomes: Sequence[Asked], extra: Sequence[RunMeasure]
) -> Mapping[str, Sequence[Score]]:
    found: dict[str, list[Score]] = defaultdict(list)
    for measure_run in extra:
        for score in measure_run(outcomes):
            found[score.question_id].append(score)
    return found


def _row(asked: Asked, more: Sequence[Score], means: Means) -> tuple[Row, Lost | None]:
    """Measure one answer; a question put to nobody has no score and is no loss."""
    if asked.error == NOT_MEASURED:
        return Row(asked.question.id, None, error=NOT_MEASURED), None
    scored: Scored = means.scoring.score(asked)
    scores = (*scored.scores, *more)
    lost = attribute(
        asked,
        {score.metric: score.value for score in scores},
        corpus=means.corpus,
        checker=means.checker,
        given=means.given,
        decide=lambda other: correct(other, means.checker).right,
    )
    row = Row(
        asked.question.id,
        asked.answer,
        scores,
        stage=lost.stage if lost else None,
        error=asked.error,
        proof=lost.proof if lost else "",
        decided_by=scored.decided_by,
    )
    return row, lost
