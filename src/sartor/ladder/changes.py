"""A verdict -> what would change it: the bar, the price, the volume, the number of questions.

The rule is asked again with one thing changed and all else as it was measured. Knows no rung by
name, and only what stands in the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sartor.evaluation.measures.names import about
from sartor.evaluation.reporting import figures
from sartor.evaluation.reporting.figures import change
from sartor.ladder.bars import MONTH, Requirement
from sartor.ladder.costing.answers import QUERY
from sartor.ladder.costs import project_cost
from sartor.ladder.redeciding import (
    Months,
    cheapest_first,
    enough,
    is_enough,
    month,
    requirements,
    turn,
)
from sartor.ladder.standings import Standing, figure
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.ladder.weighing import Price

NEAR = 2  # times: nobody who asks for 90 % would settle for less than half of that


def changes(verdict: Verdict, *, price: Price = project_cost) -> tuple[str, ...]:
    """Say in sentences what would change the decision, the bar first.

    `price` is what the climb was priced with; where it is another, nothing is said about volumes.
    """
    return (
        *(_by_bar(verdict) if verdict.standings else _by_any_bar(verdict)),
        *_by_price(verdict),
        *_by_volume(verdict, price),
        *_by_questions(verdict),
        *_by_the_next(verdict),
    )


# --- the bar ----------------------------------------------------------------------------------


def _by_bar(verdict: Verdict) -> Iterator[str]:
    """Say for each requirement how much more, and how much less, would give another choice."""
    chosen: dict[tuple[str | None, bool], list[str]] = {}
    for requirement in requirements(verdict):
        if requirement.metric in (MONTH, QUERY):
            continue  # the volume tells that better
        for harder in (True, False):
            found = turn(verdict, requirement, harder=harder)
            if found and _is_worth_saying(requirement, found[0], harder=harder):
                asking = _asking(requirement, found[0], harder=harder)
                chosen.setdefault((found[1], harder), []).append(asking)
    if not chosen and verdict.rung is None:
        yield from _reached(verdict)
    for (name, _), told in chosen.items():
        then = f"{name} would be chosen" if name else "no measured rung would be enough"
        yield f"If {_or(told)}, {then}{_priced(verdict, name)}."


def _reached(verdict: Verdict) -> Iterator[str]:
    """Say how far each requirement was met by any rung: no change of one alone helps."""
    best = []
    for requirement in requirements(verdict):
        found = {
            name: one.measured.mean
            for name, standings in verdict.standings.items()
            for one in standings
            if one.requirement == requirement and one.measured
        }
        if found:
            name = (max if requirement.at_least else min)(found, key=found.__getitem__)
            best.append(f"{requirement.text}: {figure(requirement.metric, found[name])} ({name})")
    if best:
        yield f"The best that any rung reached on each requirement: {'; '.join(best)}."


def _asking(asked: Requirement, edge: float, *, harder: bool) -> str:
    at = figure(asked.metric, edge)
    if harder:
        return f"{asked.metric} had to be {'above' if asked.at_least else 'below'} {at}"
    return f"{at} {'or less' if asked.at_least else 'or more'} were enough for {asked.metric}"


def _is_worth_saying(asked: Requirement, edge: float, *, harder: bool) -> bool:
    """Leave out what nobody can ask for, and what nobody who asks for this would settle for."""
    if harder:
        return not (asked.at_least and about(asked.metric).unit == "share" and edge >= 1)
    low, high = sorted((abs(edge), abs(asked.value)))
    return high <= NEAR * low


def _or(texts: Sequence[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} or {last}" if most else last


def _by_any_bar(verdict: Verdict) -> Iterator[str]:
    """Without a bar: what each bar on being right would choose, from the lowest up."""
    right = {
        name: card.measurements[CORRECT].mean
        for name in verdict.considered
        if CORRECT in (card := verdict.cards[name]).measurements
    }
    steps, reached = [], 0.0
    while better := [name for name, mean in right.items() if mean > reached]:
        name = cheapest_first(verdict, better)[0]
        reached = right[name]
        steps.append(f"{name} up to {figure(CORRECT, reached)}")
    if steps:
        yield f"A bar on {CORRECT} would choose {', '.join(steps)}; beyond that, no measured rung."


# --- price and volume -------------------------------------------------------------------------


def _by_price(verdict: Verdict) -> Iterator[str]:
    """Say how much cheaper the next rung that is enough would have to be."""
    others = [name for name in enough(verdict) if name != verdict.rung]
    if verdict.rung is None or not others:
        return
    unknown = [name for name in (verdict.rung, *others) if month(verdict, name) is None]
    if unknown:
        yield (
            f"What a month costs is not known of {', '.join(unknown)}: once it is, the cheapest of "
            f"{', '.join((verdict.rung, *others))} is chosen."
        )
        return
    name = others[0]
    ours, theirs = month(verdict, verdict.rung) or 0.0, month(verdict, name) or 0.0
    if theirs > ours > 0:
        yield (
            f"{name} is enough too: it would be chosen if its price fell by "
            f"{100 * (1 - ours / theirs):.0f} % or more, or that of {verdict.rung} rose by "
            f"{100 * (theirs / ours - 1):.0f} %."
        )


def _by_volume(verdict: Verdict, price: Price) -> Iterator[str]:
    """Say at which volume the bar on costs breaks, and where another rung becomes the cheapest."""
    chosen, months = verdict.rung, Months(verdict, price)
    if chosen is None or not months.agree:
        return
    limits = [one.value for one in requirements(verdict) if one.metric == MONTH]
    for limit in limits:
        if breaks := months.above(chosen, limit):
            within = figure(MONTH, limit)
            yield f"{chosen} stays within {within} up to about {breaks:,} questions a month."
    for name in enough(verdict):
        if turns := months.cheaper(name, chosen):
            side = "From" if turns > verdict.volume else "Up to"
            yield f"{side} about {turns:,} questions a month, {name} is cheaper than {chosen}."


# --- questions, and who comes next ------------------------------------------------------------


def _by_questions(verdict: Verdict) -> Iterator[str]:
    """Say what more questions would settle: of the chosen, and of those that come before it."""
    name = verdict.rung or verdict.nearest
    more = [one.more for one in verdict.standings.get(name or "", ()) if one.more]
    if more:
        yield (
            f"About {max(more):,} further questions would prove that {name} meets the bar, "
            "were its figures to stay."
        )
    if verdict.rung is None:
        return
    for other in verdict.considered[: verdict.considered.index(verdict.rung)]:
        found = verdict.standings.get(other, ())
        short = [one for one in found if not is_enough(verdict, one)]
        if short and all(one.status == "unlikely" for one in short):
            yield (
                f"{other} comes before {verdict.rung} and is not ruled out "
                f"({'; '.join(f'{one.requirement.text}: {_reach(one)}' for one in short)}): "
                "more questions may turn that."
            )


def _by_the_next(verdict: Verdict) -> Iterator[str]:
    """Say how the best of the others compares."""
    if not verdict.comparisons:
        return
    name, found = max(verdict.comparisons.items(), key=lambda pair: pair[1].difference.mean)
    more = f"; about {found.more:,} more questions would tell" if found.more else ""
    yield (
        f"The best of the others at {found.metric} is {name}{_priced(verdict, name)}: "
        f"{change(found.difference)} against {verdict.nearest}, {found.outcome}{more}."
    )


# --- in words ---------------------------------------------------------------------------------


def _priced(verdict: Verdict, name: str | None) -> str:
    dollars = month(verdict, name) if name else None
    return f", at {figures.figure(MONTH, dollars)} a month" if dollars else ""


def _reach(standing: Standing) -> str:
    measured = standing.measured
    if measured is None:
        return "unmeasured"
    low, high = (figure(measured.metric, one) for one in (measured.low, measured.high))
    return f"{figure(measured.metric, measured.mean)} [{low}, {high}]"
