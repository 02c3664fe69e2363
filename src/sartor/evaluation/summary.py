"""Rows -> the figures of a scorecard: each with its interval, and what to know when reading them.

Questions about one document are not independent of each other: intervals of graded figures are
drawn over documents (`clusters`), not over questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sartor.evaluation.measures import overlap
from sartor.evaluation.statistics import detectable, measurement, percentile
from sartor.evaluation.systems.recorded import NOT_RECORDED
from sartor.types import Measurement, Question, Row

CORRECT = "answers.correct"
LATENCY = "latency."
SECONDS = ".seconds"
PERCENTILES = {"p50": 0.5, "p95": 0.95}
SYNTHETIC = "synthetic"  # the tag of questions that were made, not asked
LEAST_QUESTIONS = 20
POINTS = 100  # a share as people say it


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
    rows: Sequence[Row], questions: Sequence[Question], clusters: Mapping[str, str]
) -> Iterator[str]:
    """Say what limits the figures."""
    correct = corrects(rows)
    yield from _about_failures(rows)
    yield from _about_number(correct, clusters)
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


def _about_number(correct: Mapping[str, float], clusters: Mapping[str, str]) -> Iterator[str]:
    count = len(correct)
    if count < 2:
        if count:
            yield "one question proves nothing: every interval is as wide as it can be"
        return
    points = detectable(count) * POINTS
    few = f"with {count} questions only differences above {points:.0f} points can be told apart"
    yield few if count >= LEAST_QUESTIONS else f"{few}; ask at least {LEAST_QUESTIONS}"
    groups = len({clusters[id] for id in correct})
    if groups <= count / 2:
        yield (
            f"the {count} questions are about {groups} documents: what goes wrong in one document "
            "goes wrong together, so they tell less than as many questions about different ones"
        )


def _about_retrieval(rows: Sequence[Row], questions: Sequence[Question]) -> Iterator[str]:
    answered = [row for row in rows if row.answer is not None]
    with_evidence = any(question.evidence for question in questions)
    if answered and with_evidence and not any(row.answer and row.answer.hits for row in answered):
        yield (
            "the system does not say what it found (hits): where wrong answers were lost between "
            "search and writing cannot be told"
        )
