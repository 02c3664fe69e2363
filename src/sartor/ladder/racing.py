"""Several wordings of one rung's prompts -> the one to go on with.

They are asked questions that are set aside for choosing. After each round those that are worse,
with chance ruled out, drop out. In the end the one in use, the first, stays unless another is
better by more than one standard error. What was asked here must never be used to report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sartor.evaluation.statistics import compare, measurement
from sartor.types import Comparison, Measurement, Question, Scorecard

FIRST_ROUND = 20  # questions; each further round doubles what has been asked
LEAST_QUESTIONS = 40  # below that a split leaves too little on either side
CHANCE = 0.05  # of dropping a wording that is not worse, over all rounds and pairs
STANDARD_ERRORS = 1.96  # in half a 95 % interval

Ask = Callable[[Sequence[Question]], Scorecard]
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Race:
    """How the wordings of one rung did, and which one was chosen.

    `tried` is each one's figure on the questions it was asked: those that dropped out have fewer.
    `reported` is the chosen one's on the questions it was not chosen by, and `gap` how much
    better it looked where it was chosen.
    """

    metric: str
    chosen: str
    reason: str
    tried: Mapping[str, Measurement]
    reported: Measurement | None = None
    gap: float | None = None


def race(
    wordings: Mapping[str, Ask],
    questions: Sequence[Question],
    *,
    metric: str,
    clusters: Mapping[str, str],
    seed: int = 0,
) -> Race:
    """Ask all wordings round by round, and choose one; the first is the one in use."""
    stages = rounds(questions, seed)
    level = CHANCE / (len(stages) * max(1, len(wordings) - 1))
    scores: dict[str, Scores] = {name: {} for name in wordings}
    left = list(wordings)
    for some in stages:
        for name in left:
            scores[name] |= scores_of(wordings[name](some), metric)
        best = _best(left, scores)
        left = [
            name
            for name in left
            if name == best or not _worse(name, best, scores, metric, clusters, level)
        ]
        if left == [best]:
            break
    chosen, reason = _chosen(left, next(iter(wordings)), scores, metric, clusters, seed)
    tried = {
        name: measured(metric, given, clusters, seed) for name, given in scores.items() if given
    }
    return Race(metric, chosen, reason, tried)


def scores_of(card: Scorecard, metric: str) -> Scores:
    """Give one measure of a scorecard, question by question."""
    return {
        score.question_id: score.value
        for row in card.rows
        for score in row.scores
        if score.metric == metric and score.value is not None
    }


def rounds(questions: Sequence[Question], seed: int) -> list[list[Question]]:
    """Draw the questions of each round: each further one doubles what has been asked."""
    drawn = Random(seed).sample(list(questions), len(questions))  # noqa: S311  # not a secret
    found, start, size = [], 0, FIRST_ROUND
    while start < len(drawn):
        found.append(drawn[start : start + size])
        start += size
        size = start
    return found


def _best(names: Sequence[str], scores: Mapping[str, Scores]) -> str:
    """Name the leader; where two are level, the one that was declared first."""
    return max(names, key=lambda name: _mean(scores[name]))


def _mean(scores: Scores) -> float:
    return sum(scores.values()) / len(scores) if scores else float("-inf")


def _worse(
    name: str,
    best: str,
    scores: Mapping[str, Scores],
    metric: str,
    clusters: Mapping[str, str],
    level: float,
) -> bool:
    if not scores[name].keys() & scores[best].keys():
        return False
    found = compare(metric, scores[name], scores[best], clusters=clusters)
    return found.difference.mean < 0 and found.p < level


def _chosen(
    left: Sequence[str],
    in_use: str,
    scores: Mapping[str, Scores],
    metric: str,
    clusters: Mapping[str, str],
    seed: int,
) -> tuple[str, str]:
    """Keep the one in use unless the leader is more than one standard error above it."""
    best = _best(left, scores)
    if best == in_use:
        return in_use, "no other wording did better"
    if in_use not in left:
        return best, f"{in_use} dropped out: it is worse, with chance ruled out"
    found = compare(metric, scores[best], scores[in_use], clusters=clusters, seed=seed)
    ahead, error = found.difference.mean, standard_error(found)
    told = f"{best} is {ahead:+.3f} from {in_use}, the standard error is {error:.3f}"
    return (best, told) if ahead > error else (in_use, told)


def standard_error(found: Comparison) -> float:
    """Give the standard error of a difference, from its interval."""
    return (found.difference.high - found.difference.low) / (2 * STANDARD_ERRORS)


def measured(metric: str, scores: Scores, clusters: Mapping[str, str], seed: int) -> Measurement:
    """Give the figure that these scores make."""
    places = [clusters.get(id, id) for id in scores]
    return measurement(metric, list(scores.values()), clusters=places, seed=seed)
