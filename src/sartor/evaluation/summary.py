"""Rows -> the figures of a scorecard: each with its interval, and what to know when reading them.

Questions about one document are not independent of each other: intervals of graded figures are
drawn over documents (`clusters`), not over questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import numpy as np

from sartor.evaluation.asking import NOT_MEASURED
from sartor.evaluation.measures import overlap
from sartor.evaluation.statistics import detectable, measurement, percentile
from sartor.evaluation.statistics.grouping import design_effect
from sartor.evaluation.systems.recorded import NOT_RECORDED
from sartor.types import Measurement, Question, Row

CORRECT = "answers.correct"
LATENCY = "latency."
SECONDS = ".seconds"
PERCENTILES = {"p50": 0.5, "p95": 0.95}
SYNTHETIC = "synthetic"  # the tag of questions that were made, not asked
LEAST_QUESTIONS = 20
POINTS = 100  # a share as people say it
TOGETHER = 1.2  # times the variance: from here on it matters that documents have several questions


def measured(
    rows: Sequence[Row], clusters: Mapping[str, str], *, seed: int, resamples: int
) -> dict[str, Measurement]:
    """Summarise every measure over the questions that have it, in the order of their names."""
    values: dict[str, tuple[list[float], list[str]]] = defaultdict(lambda: ([], []))
    for row in rows:
        for score in row.scores:
            if score.value is not None:
                numbers, groups = values[score.metric]
                numbers.append(float(score.value))
                groups.append(clusters[score.question_id])
    found: dict[str, Measurement] = {}
    for metric, (numbers, groups) in sorted(values.items()):
        if metric.startswith(LATENCY) and metric.endswith(SECONDS):
            stem = metric.removesuffix(SECONDS)
            for name, share in PERCENTILES.items():
                found[f"{stem}.{name}"] = percentile(
                    f"{stem}.{name}",
                    numbers,
                    share,
                    clusters=groups,
                    seed=seed,
                    resamples=resamples,
                )
        else:
            found[metric] = measurement(
                metric, numbers, clusters=groups, seed=seed, resamples=resamples
            )
    return found


def tagged(
    rows: Sequence[Row],
    questions: Mapping[str, Question],
    clusters: Mapping[str, str],
    *,
    seed: int,
    resamples: int,
) -> dict[str, Measurement]:
    """Give the share of correct answers for each tag."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    correct = corrects(rows)
    for id in correct:
        for tag in dict.fromkeys(questions[id].tags):
            by_tag[tag].append(id)
    return {
        tag: measurement(
            CORRECT,
            [correct[id] for id in ids],
            clusters=[clusters[id] for id in ids],
            seed=seed,
            resamples=resamples,
        )
        for tag, ids in sorted(by_tag.items())
    }


def corrects(rows: Sequence[Row]) -> dict[str, float]:
    """Give 1 or 0 for each question on which right and wrong can be told."""
    return {
        row.question_id: score.value
        for row in rows
        for score in row.scores
        if score.metric == CORRECT and score.value is not None
    }


def decided_by(rows: Sequence[Row]) -> dict[str, int]:
    """Count the answers that each kind of match decided, most frequent first."""
    return dict(Counter(row.decided_by for row in rows if row.decided_by).most_common())


# --- what to know when reading them -----------------------------------------------------------


def notes(
    rows: Sequence[Row], questions: Sequence[Question], known: Iterable[str] | None = None
) -> Iterator[str]:
    """Say what limits the figures; `known` are the documents that there are."""
    rows = [row for row in rows if row.error != NOT_MEASURED]
    correct = corrects(rows)
    yield from _about_failures(rows)
    there = None if known is None else frozenset(known)
    yield from _about_number(len(correct))
    yield from _about_documents(correct, questions, there)
    undecided = len(rows) - len(correct)
    if undecided:
        yield (
            f"{undecided} of {len(rows)} answers can be called neither right nor wrong: their "
            "questions have no expected text"
        )
    made = sum(SYNTHETIC in question.tags for question in questions)
    if made:
        yield f"{made} of {len(rows)} questions are synthetic: users ask differently"
    yield from _about_retrieval(rows, questions)
    if overlap.missing() and any(map(_is_long, questions)):
        yield overlap.missing()


def _is_long(question: Question) -> bool:
    """Tell whether an expected text is long enough that its wording is compared."""
    return any(len(overlap.tokens(text)) >= overlap.CHRF_FROM for text in question.expected)


def _about_failures(rows: Sequence[Row]) -> Iterator[str]:
    errors = Counter(row.error for row in rows if row.error and row.error != NOT_RECORDED)
    if errors:
        told = "; ".join(f"{count}: {error}" for error, count in errors.most_common(3))
        yield f"of {len(rows)} questions {errors.total()} failed and count as wrong ({told})"


def _about_number(count: int) -> Iterator[str]:
    if count < 2:
        if count:
            yield "one question proves nothing: every interval is as wide as it can be"
        return
    points = detectable(count) * POINTS
    few = f"with {count} questions only differences above {points:.0f} points can be told apart"
    yield few if count >= LEAST_QUESTIONS else f"{few}; ask at least {LEAST_QUESTIONS}"


def _about_documents(
    correct: Mapping[str, float], questions: Sequence[Question], known: Container[str] | None
) -> Iterator[str]:
    """Say which evidence cannot be looked up, and when questions go wrong document by document."""
    aimed = [question for question in questions if question.answerable and question.evidence]
    if known is not None:
        lost = sum(any(one.document not in known for one in each.evidence) for each in aimed)
        if lost:
            yield (
                f"evidence of {lost} question{'' if lost == 1 else 's'} is not in the documents: "
                "sartor questions check"
            )
    about = {each.id: each.evidence[0].document for each in aimed if each.id in correct}
    if known is not None:
        about = {id: document for id, document in about.items() if document in known}
    values = np.array([correct[id] for id in about])
    groups = len({*about.values()})
    if 0 < groups <= len(about) / 2 and design_effect(values, [*about.values()]) > TOGETHER:
        yield (
            f"{len(about)} questions are about {groups} document{'' if groups == 1 else 's'}, and "
            "those about one document go right or wrong together: they tell less than as many "
            "questions about different ones"
        )


def _about_retrieval(rows: Sequence[Row], questions: Sequence[Question]) -> Iterator[str]:
    answered = [row for row in rows if row.answer is not None]
    with_evidence = any(question.evidence for question in questions)
    if answered and with_evidence and not any(row.answer and row.answer.hits for row in answered):
        yield (
            "the system does not say what it found (hits): where wrong answers were lost between "
            "search and writing cannot be told"
        )
