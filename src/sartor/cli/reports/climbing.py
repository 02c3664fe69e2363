"""A verdict in the terminal: the rungs side by side, what was chosen and why, what to do next.

A hundred columns hold it; all the rest stands on its page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.retrieval import print_search
from sartor.cli.reports.tables import heading, printable, table
from sartor.evaluation.reporting.figures import called, change, named
from sartor.evaluation.reporting.wording import sentence

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.ladder.findings import Checklist, Mistake
    from sartor.ladder.verdict import Verdict
    from sartor.types import Cost, Measurement, Scorecard

CORRECT = "answers.correct"
SHARES = ("format.valid", "style.match", "citations.recall", "answers.abstained")
SLOWEST, MONTH = "latency.p95", "cost.month"
COLOURS = {"proved": "green", "likely": "green", "unlikely": "yellow", "failed": "red"}
UNKNOWN = "unknown"
NONE = "-"


def print_verdict(verdict: Verdict) -> None:
    """Print the whole verdict."""
    out = console()
    if verdict.unfinished:
        out.print(Text(printable(verdict.unfinished), style="yellow"), end="\n\n")
    if verdict.cards:
        _print_rungs(out, verdict)
    out.print(Padding(Text(printable(verdict.reason)), (1, 0)))
    _print_standings(out, verdict)
    _print_comparisons(out, verdict)
    _print_races(out, verdict)
    if verdict.searched:
        print_search(out, verdict.searched)
    _print_list(out, "What to do next", verdict.next_steps, numbered=True)
    _print_list(out, "What would change this", verdict.changes)
    _print_list(out, "Not built", _gathered(verdict.unbuilt))
    _print_list(out, "Not measured", _missing(verdict))
    _print_list(out, "Take care", [*verdict.warnings, *map(_mistake, verdict.mistakes)])
    _print_list(out, "Checklists", [_ticked(one) for one in verdict.checklists])
    _print_list(out, "To know", [*verdict.notes, *_assumed(verdict), *_runs(verdict)])
    if verdict.page:
        out.print(Text(f"The whole report: {verdict.page}"), soft_wrap=True)


# --- the rungs --------------------------------------------------------------------------------


def _print_rungs(out: Console, verdict: Verdict) -> None:
    shown = [
        metric
        for metric in SHARES
        if any(metric in card.measurements for card in verdict.cards.values())
    ]
    measures = [CORRECT, *shown, SLOWEST, MONTH]
    heads = [heading(metric) for metric in measures]
    rows = table("rung", *heads, *(["bar"] if verdict.bar else []), right=heads)
    rows.columns[0].no_wrap = True
    for name in verdict.considered:
        card, chosen = verdict.cards[name], name == verdict.rung
        cells = [
            Text(f"{'>' if chosen else ' '} {name}"),
            Text(_interval(card.measurements.get(CORRECT))),
            *(Text(_share(card.measurements.get(metric))) for metric in shown),
            Text(_seconds(card)),
            Text(_month(verdict.costs[name])),
        ]
        if verdict.bar:
            worst = _worst(verdict, name)
            cells.append(Text(worst, style=COLOURS.get(worst, "")))
        rows.add_row(*cells, style="bold" if chosen else "")
    out.print(rows)
    out.print(Text(named(measures), style="dim"))


def _worst(verdict: Verdict, name: str) -> str:
    from sartor.ladder.standings import worst

    return worst(verdict.standings[name]).status


def _interval(measured: Measurement | None) -> str:
    if measured is None:
        return NONE
    return f"{100 * measured.mean:.0f} % [{100 * measured.low:.0f}, {100 * measured.high:.0f}]"


def _share(measured: Measurement | None) -> str:
    return f"{100 * measured.mean:.0f} %" if measured else NONE


def _seconds(card: Scorecard) -> str:
    measured = card.measurements.get(SLOWEST)
    if measured is None:
        return NONE
    return f"{measured.mean:.1f} s" if measured.mean >= 1 else f"{1000 * measured.mean:.0f} ms"


def _month(cost: Cost) -> str:
    """Write dollars so that small sums stay visible."""
    if cost.per_month is None:
        return UNKNOWN
    dollars = cost.per_month.mean
    return f"${dollars:,.2f}" if 0 < dollars < 10 else f"${dollars:,.0f}"


# --- what it rests on -------------------------------------------------------------------------


def _print_standings(out: Console, verdict: Verdict) -> None:
    """Say of the chosen or nearest rung how it stands to each requirement."""
    standings = verdict.standings.get(verdict.nearest or "", ())
    if len(standings) < 2:  # the reason has said it
        return
    out.print(Text(f"{verdict.nearest} and the bar", style="bold"))
    rows = table("requirement", "", "", header=False)
    for one in standings:
        status = Text(one.status, style=COLOURS.get(one.status, ""))
        rows.add_row(Text(f"  {one.requirement.text}"), status, Text(one.reason))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _print_comparisons(out: Console, verdict: Verdict) -> None:
    if not verdict.comparisons:
        return
    first = next(iter(verdict.comparisons.values()))
    title = f"Against {verdict.nearest}: {called(first.metric)} ({first.metric})"
    out.print(Text(title, style="bold"))
    rows = table("", "", "", "", header=False)
    rows.columns[2].no_wrap = True
    for name in verdict.considered:
        if (found := verdict.comparisons.get(name)) is None:
            continue
        more = f"about {found.more:,} more would tell" if found.more else ""
        outcome = f"{found.outcome}{_corrected(verdict, name)}"
        rows.add_row(Text(f"  {name}"), Text(outcome), Text(change(found.difference)), Text(more))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _corrected(verdict: Verdict, name: str) -> str:
    """Say so where a comparison would tell alone, and no more among all of them."""
    found, nearest = verdict.comparisons[name], verdict.nearest
    if found.outcome != "cannot tell" or not nearest or len(verdict.comparisons) == 1:
        return ""
    alone = verdict.compare(name, nearest, found.metric)
    return (
        "" if alone == found.outcome else f" (corrected for {len(verdict.comparisons)} comparisons)"
    )


def _print_races(out: Console, verdict: Verdict) -> None:
    if not verdict.races:
        return
    out.print(Text("Wordings of the prompts", style="bold"))
    rows = table("", "", header=False)
    for name, race in verdict.races.items():
        told = f"{race.chosen}: {race.reason}."
        if race.gap is not None:
            told += f" Where it was chosen it looked {100 * race.gap:+.0f} points better."
        rows.add_row(Text(f"  {name}"), Text(told))
    out.print(Padding(rows, (0, 0, 1, 0)))


# --- what else there is to know ---------------------------------------------------------------


def _gathered(reasons: Mapping[str, str]) -> list[str]:
    """Say once why rungs are left out for the same reason."""
    from sartor.ladder.levers import by_reason

    return [f"{', '.join(names)}: {why}" for why, names in by_reason(reasons).items()]


def _missing(verdict: Verdict) -> list[str]:
    """Leave out what is a next step already."""
    told = " ".join(verdict.next_steps)
    return _gathered({name: why for name, why in verdict.missing.items() if why not in told})


def _mistake(mistake: Mistake) -> str:
    told = f"{sentence(mistake.evidence)} {sentence(mistake.advice)}"
    return f"{sentence(mistake.name)} {told} ({mistake.source})"


def _ticked(checklist: Checklist) -> str:
    """Count what is done, and name what is missing with its evidence; the page tells it all."""
    states = Counter(one.state for one in checklist.ticks)
    told = f"{states['done']} of {len(checklist.ticks)} done"
    if spared := states["not needed"]:
        told = f"{told}, {spared} not needed"
    settled = ("done", "not needed")
    lacking = [
        f"{one.item} ({one.evidence})" for one in checklist.ticks if one.state not in settled
    ]
    if lacking:
        told = f"{told}; not yet: {', '.join(lacking)}"
    return f"{checklist.name} ({checklist.source}): {told}"


def _assumed(verdict: Verdict) -> Iterator[str]:
    """Say what the costs rest on, once: it is the same for most rungs."""
    from sartor.ladder.levers import by_reason

    said = by_reason({name: "; ".join(cost.assumptions) for name, cost in verdict.costs.items()})
    for assumptions, names in said.items():
        yield f"Costs of {', '.join(names)}: {assumptions}."


def _runs(verdict: Verdict) -> Iterator[str]:
    """Say where the answers of the chosen or nearest rung can be read, one by one."""
    best = verdict.nearest
    if best and verdict.cards[best].run:
        yield f"Every answer of {best}: sartor runs show {verdict.cards[best].run}"


def _print_list(out: Console, title: str, items: Sequence[str], *, numbered: bool = False) -> None:
    if not items:
        return
    out.print(Text(title, style="bold"))
    rows = table("", "", header=False)
    for number, item in enumerate(items, start=1):
        rows.add_row(Text(f"  {number}." if numbered else "  -"), Text(printable(item)))
    out.print(Padding(rows, (0, 0, 1, 0)))
