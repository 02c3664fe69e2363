"""A verdict -> one HTML file that needs nothing else, no script, and prints well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from sartor.evaluation.reporting.drawing import difference, whisker
from sartor.evaluation.reporting.figures import called, change, interval, named, value
from sartor.evaluation.reporting.filling import fill
from sartor.evaluation.reporting.wording import more
from sartor.ladder.bars import MONTH
from sartor.ladder.levers import by_reason
from sartor.ladder.redeciding import requirements
from sartor.ladder.reporting.losses import losses
from sartor.ladder.reporting.plot import plot
from sartor.ladder.reporting.sides import columns, sides
from sartor.ladder.reporting.telling import headline, paragraph, questions
from sartor.ladder.searching import told
from sartor.ladder.standings import figure
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.types import Cost

LEAST_CHANCE = 0.001  # written out
ROOM = "sartor.ladder.reporting"
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # a name must not turn the text behind it
_QUOTED = r"&#39;.+?&#39;"  # as the page writes what a shell must not touch
# A command in a sentence: its verbs, then options, what is quoted, NAMES in capitals, numbers, and
# what no word looks like: files, pairs, lists.
_COMMAND = re.compile(
    rf"\bsartor(?: (?:-C|--set) (?:{_QUOTED}|\S+))* "
    r"(?:(?:adapters|config|eval|examples|index|prompt|questions|runs|tune) )?[a-z][a-z-]*"
    rf"(?: (?:--rung (?:{_QUOTED}|[\w+-]+)|--[a-z][\w-]*|{_QUOTED}|[A-Z0-9][\w.-]*\w"
    r"|[\w+-]+[./=,][\w./=,+-]*\w))*"
)


@dataclass(frozen=True, slots=True)
class Against:
    """Another rung against the one that the verdict is about."""

    name: str
    outcome: str
    change: str
    more: str
    chance: str
    test: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Price:
    """What one rung costs: once, for a question, in a month."""

    name: str
    once: str
    each: str
    month: str
    reach: str


def render(verdict: Verdict) -> str:
    """Write the page about a verdict."""
    said, sure = headline(verdict)
    shown = columns(verdict)
    best = verdict.rung or verdict.nearest
    page = fill(
        "verdict.html",
        room=ROOM,
        title=f"{said}: {sure}",
        verdict=verdict,
        said=said,
        sure=sure,
        told=paragraph(verdict),
        count=questions(verdict),
        best=best,
        hero=_hero(verdict, best),
        columns=shown,
        named=named(one.metric for one in shown),
        sides=sides(verdict, shown),
        unbuilt=_gathered(verdict.unbuilt),
        missing=_gathered(verdict.missing),
        plot=plot(verdict),
        losses=losses(verdict),
        against=list(_against(verdict)),
        compared=_compared(verdict),
        prices=[_price(name, verdict.costs[name]) for name in verdict.considered],
        assumptions=_assumptions(verdict),
        searched=list(told(verdict.searched)) if verdict.searched else [],
        change=change,
        worded=worded,
    )
    return _STEERING.sub("", page)


def _hero(verdict: Verdict, best: str | None) -> Markup:
    """Picture how many answers of the best rung are right, beside what is asked for."""
    card = verdict.cards.get(best or "")
    correct = card.measurements.get(CORRECT) if card else None
    if correct is None:
        return Markup()
    asked = next((one.value for one in requirements(verdict) if one.metric == CORRECT), None)
    told = f"{best}: {value(correct)} right, 95 % interval {interval(correct)}"
    return whisker(told, correct.mean, correct.low, correct.high, 1.0, asked=asked)


def _compared(verdict: Verdict) -> str:
    """Name the measure in which rungs are compared."""
    metric = next((one.metric for one in verdict.comparisons.values()), CORRECT)
    return f"{called(metric)} ({metric})"


def _gathered(reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """Put rungs that are left out for the same reason together."""
    return [(", ".join(names), why) for why, names in by_reason(reasons).items()]


def _against(verdict: Verdict) -> Iterator[Against]:
    reach = max(
        (
            max(abs(one.difference.low), abs(one.difference.high))
            for one in verdict.comparisons.values()
        ),
        default=1.0,
    )
    for name in verdict.considered:
        if found := verdict.comparisons.get(name):
            apart = found.difference
            told = f"{name}: {change(apart)}"
            yield Against(
                name,
                found.outcome,
                change(apart),
                more(found),
                f"p = {found.p:.3f}" if found.p >= LEAST_CHANCE else f"p < {LEAST_CHANCE}",
                f"{found.test}; {found.differing} differ",
                difference(told, apart.mean, apart.low, apart.high, reach or 1.0),
            )


def _price(name: str, cost: Cost) -> Price:
    month, each = cost.per_month, cost.per_query
    return Price(
        name,
        "unknown" if cost.once is None else figure(MONTH, cost.once),
        value(each) if each else "unknown",
        value(month) if month else "unknown",
        interval(month) if month else "",
    )


def _assumptions(verdict: Verdict) -> list[tuple[str, tuple[str, ...]]]:
    """Say once what the prices of several rungs rest on."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in verdict.considered:
        found.setdefault(verdict.costs[name].assumptions, []).append(name)
    return [(", ".join(names), said) for said, names in found.items() if said]


def worded(text: str) -> Markup:
    """Set the commands in a sentence apart from its words."""
    return Markup(_COMMAND.sub(r"<code>\g<0></code>", str(escape(text))))  # noqa: S704  # escaped
