"""Standings and comparisons -> the paragraph that tells a manager why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sartor.evaluation.statistics import detectable
from sartor.ladder.standings import Standing, figure
from sartor.types import Comparison, Measurement

NOTHING_MEASURED = "No rung was measured, so there is nothing to choose from."
NOTHING_RIGHT_OR_WRONG = (
    "No bar was given, and no question says what is right (expected), so no rung can beat another."
)


def meeting(
    name: str,
    standings: Sequence[Standing],
    *,
    grounds: str,
    passed_over: Mapping[str, Standing],
) -> str:
    """Say why the chosen one is enough, how sure that is, and why none before it was taken."""
    open_ones = [one for one in standings if one.status == "likely"]
    word = "is likely to meet" if open_ones else "is proved to meet"
    sentences = [f"{name} {word} the bar, as {grounds}."]
    sentences += [_figure_of(one) for one in open_ones or standings]
    if open_ones:
        sentences.append(_further(open_ones))
    if passed_over:
        listed = "; ".join(f"{other} ({_short(one)})" for other, one in passed_over.items())
        sentences.append(f"Ahead of it, but not enough: {listed}.")
    return " ".join(sentences)


def none_meets(nearest: str, standings: Sequence[Standing], *, strict: bool) -> str:
    """Say which came nearest, and on which requirements it fails."""
    open_ones = [one for one in standings if one.status == "likely"]
    lacking = [one for one in standings if one.status not in ("proved", "likely")]
    if strict and not lacking:
        return (
            f"No rung is proved to meet the bar, and proof is asked for. {nearest} is likely to. "
            f"{' '.join(map(_figure_of, open_ones))} {_further(open_ones)}"
        )
    listed = " ".join(map(_figure_of, lacking))
    return f"No rung meets the bar. {nearest} comes nearest; it lacks {listed}"


def unbeaten(
    name: str,
    measured: Measurement | None,
    *,
    grounds: str,
    beaten: Mapping[str, tuple[str, Comparison]],
    questions: int,
) -> str:
    """Say why, without a bar, the chosen one was taken: no other is shown to be better."""
    sentences = [f"No bar was given. Of the rungs that no other beats, {name} is {grounds}."]
    if measured:
        low, high = (figure(measured.metric, one) for one in (measured.low, measured.high))
        sentences.append(
            f"{measured.metric} is {figure(measured.metric, measured.mean)} [{low}, {high}] over "
            f"{_counted(measured.n)}."
        )
    for other, (by, comparison) in beaten.items():
        points, p = 100 * abs(comparison.difference.mean), comparison.p
        sentences.append(f"{by} beats {other} by {points:.0f} points (p = {p:.2g}).")
    if questions:
        sentences.append(
            f"With {_counted(questions)} only differences above about "
            f"{100 * detectable(questions):.0f} points can be told apart."
        )
    return " ".join(sentences)


def grounds(months: Sequence[float | None]) -> str:
    """Say by what the first comes before the others that are good enough.

    `months` is what each of them costs a month; None: unknown.
    """
    known = [one for one in months if one is not None]
    if len(months) == 1:
        return "the only one"
    if len(known) < len(months):
        return (
            f"the first of {len(months)} in declared order "
            "(what a month costs is not known of all of them)"
        )
    alike, dollars = known.count(known[0]), figure("cost.month", known[0])
    if alike > 1:
        return f"the first in declared order of {alike} at the same price, {dollars} a month"
    return f"the cheapest of {len(months)}, at {dollars} a month"


def _figure_of(standing: Standing) -> str:
    return f"{standing.requirement.text}: {standing.reason}."


def _short(standing: Standing) -> str:
    measured = standing.measured
    value = f", {figure(measured.metric, measured.mean)}" if measured else ""
    return f"{standing.requirement.text} {standing.status}{value}"


def _further(likely: Sequence[Standing]) -> str:
    """Name the questions that would prove all that is likely."""
    counts = [one.more for one in likely]
    if any(count is None for count in counts):
        return "No number of questions in reach would prove it: it is too close to call."
    most = max(count for count in counts if count is not None)
    return f"About {_counted(most, 'further ')} would prove it, were the estimate true."


def _counted(number: int, kind: str = "") -> str:
    return f"{number:,} {kind}question{'' if number == 1 else 's'}"
