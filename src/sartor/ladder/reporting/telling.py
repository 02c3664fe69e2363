"""A verdict -> its headline, and the paragraph that somebody reads who knows no measure by name."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from sartor.evaluation.reporting import figures
from sartor.ladder.bars import MONTH
from sartor.ladder.standings import Standing, figure, worst
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.types import Measurement

SLOWEST = "latency.p95"
NAMED = 4  # rungs named in one sentence


def headline(verdict: Verdict) -> tuple[str, str]:
    """Say what to take, and in a few words why."""
    name, asked = verdict.rung or verdict.nearest, f"over {counted(questions(verdict))}"
    if not verdict.cards or name is None:
        return "Nothing can be chosen yet", verdict.reason
    sure = "; ".join(filter(None, (_share(verdict, name), _month(verdict, name))))
    if verdict.rung is None:
        proved = "proved to be " if _only_unproved(verdict) else ""
        return f"Nothing is {proved}enough yet", f"{name} comes nearest: {sure}"
    if not verdict.bar:
        return f"{name} is the one to take", f"no other is shown to be better: {sure}"
    if verdict.status == "proved":
        return f"{name} is enough", f"proved {asked}: {sure}"
    return f"{name} is probably enough", f"not proved yet {asked}: {sure}"


def paragraph(verdict: Verdict) -> str:
    """Say in plain sentences what was tried, what came of it, and what it would cost."""
    return " ".join(_sentences(verdict))


def questions(verdict: Verdict) -> int:
    """Count the questions that all rungs were asked."""
    return max((len(card.rows) for card in verdict.cards.values()), default=0)


def counted(number: int) -> str:
    """Write a number of questions."""
    return f"{number:,} question{'' if number == 1 else 's'}"


# --- the paragraph ----------------------------------------------------------------------------


def _sentences(verdict: Verdict) -> Iterator[str]:
    name = verdict.rung or verdict.nearest
    if name is None or not verdict.cards:
        return
    tried, asked = len(verdict.cards), counted(questions(verdict))
    ways = "One way to answer was" if tried == 1 else f"{tried} ways to answer were"
    yield f"{ways} measured on the same {asked}."
    if verdict.rung is None:
        does = "is proved to do" if _only_unproved(verdict) else "does"
        yield f"None {does} all that was asked for; {name} comes nearest."
        yield from _lacking(verdict, name)
    elif verdict.bar:
        likely = "" if verdict.status == "proved" else "probably "
        yield f"{name} is the {_place(verdict)} that {likely}does what was asked for."
    else:
        yield f"{name} is the {_place(verdict)} that none of the others is shown to beat."
    yield from _figures(verdict, name)
    yield from _passed_over(verdict)
    yield from _not_built(verdict)


def _only_unproved(verdict: Verdict) -> bool:
    """Tell whether something would be enough, were proof not asked for."""
    return verdict.rung is None and verdict.status == "likely"


def _place(verdict: Verdict) -> str:
    """Say by what it was chosen: by price only where prices differ."""
    months = [cost.per_month for cost in verdict.costs.values()]
    if len(verdict.cards) == 1:
        return "one"
    known = [month.mean for month in months if month]
    return "cheapest" if len(known) == len(months) and len({*known}) > 1 else "simplest"


def _figures(verdict: Verdict, name: str) -> Iterator[str]:
    """Say how many answers are right, how long they take, and what a month costs."""
    found = verdict.cards[name].measurements
    correct = found.get(CORRECT)
    if correct and isfinite(correct.mean):
        low, high = 100 * correct.low, 100 * correct.high
        yield (
            f"It answers {100 * correct.mean:.0f} of 100 questions right; the true number lies "
            f"between {low:.0f} and {high:.0f}, but for one case in twenty."
        )
    if slowest := found.get(SLOWEST):
        yield f"95 of 100 answers are there within {figures.figure(SLOWEST, slowest.mean)}."
    month = verdict.costs[name].per_month
    if month:
        dollars = figures.figure(MONTH, month.mean) if month.mean else "nothing"
        yield f"A month of {verdict.volume:,} questions would cost {dollars}."
    else:
        yield "What a month would cost is not known."


def _lacking(verdict: Verdict, name: str) -> Iterator[str]:
    lacking = [one for one in verdict.standings.get(name, ()) if one.status != "proved"]
    if lacking:
        yield f"What it lacks: {'; '.join(map(_short, lacking))}."


def _passed_over(verdict: Verdict) -> Iterator[str]:
    """Name those that would have been taken before the chosen one, with what they lack."""
    if verdict.rung is None or not verdict.standings:
        return
    before = verdict.considered[: verdict.considered.index(verdict.rung)]
    told = [f"{name} ({_short(worst(verdict.standings[name]))})" for name in before[:NAMED]]
    more = len(before) - len(told)
    if told:
        also = f", and {more} more" if more > 0 else ""
        yield f"What would have come before it is not enough: {', '.join(told)}{also}."


def _not_built(verdict: Verdict) -> Iterator[str]:
    if verdict.rung and verdict.unbuilt:
        were = "was" if len(verdict.unbuilt) == 1 else "were"
        yield f"{', '.join(verdict.unbuilt)} {were} not built."


def _short(standing: Standing) -> str:
    asked = standing.requirement
    name = figures.called(asked.metric)
    if standing.measured is None:
        return f"{name} is not known"
    found, wanted = (figure(asked.metric, one) for one in (standing.measured.mean, asked.value))
    open_yet = ", but not proved" if standing.status == "likely" else ""
    times = figures.measure(asked.metric).unit == "seconds"
    said = f"{name} {found}" if times else f"{found} {name}"
    return f"{said}, {'at least' if asked.at_least else 'at most'} {wanted} asked{open_yet}"


def _share(verdict: Verdict, name: str) -> str:
    correct: Measurement | None = verdict.cards[name].measurements.get(CORRECT)
    if correct is None or not isfinite(correct.mean):
        return "nothing says which answers are right"
    low, high = 100 * correct.low, 100 * correct.high
    return f"{100 * correct.mean:.0f} % of the answers are right ({low:.0f} to {high:.0f} %)"


def _month(verdict: Verdict, name: str) -> str:
    month = verdict.costs[name].per_month
    return f"{figures.figure(MONTH, month.mean)} a month" if month else ""
