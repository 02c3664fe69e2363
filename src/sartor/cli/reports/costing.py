"""Projected costs in the terminal: months side by side, where they go, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor, log10
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.breaking_even import LEAST, print_break_even, rounded, title
from sartor.cli.reports.tables import printable, table
from sartor.evaluation.reporting.figures import percent

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.ladder.costing.months import Month, Part
    from sartor.ladder.costing.published import Published
    from sartor.ladder.costing.report import CostReport, RungCost
    from sartor.types import Measurement

SIDE_BY_SIDE = 3  # volumes in one table: more would not fit
UNKNOWN = "unknown"
NONE = "-"
BESIDE = ("RAG", "tuning")  # ways whose published ranges stand below ours
INPUT, CACHED, OUTPUT = "tokens.input", "tokens.cached", "tokens.output"
PER = {"month": "a month", "1,000 questions": "for 1,000 questions"}
SECONDS, MODEL = "latency.model", "model"
LEAST_EACH = 0.000001  # dollars a question: less is not worth a figure
THOUSANDS = 10_000  # tokens: from there on they are written in thousands
EXACT = 0.005  # a range narrower than that, as a share of its mean, is a figure


def print_costs(report: CostReport) -> None:
    """Print the whole projection."""
    out = console()
    for start in range(0, len(report.volumes), SIDE_BY_SIDE):
        _print_months(out, report, range(len(report.volumes))[start : start + SIDE_BY_SIDE])
    _print_parts(out, report)
    _print_answers(out, report)
    print_break_even(out, report)
    _print_unknown(out, report)
    _print_published(out, report)
    _print_assumptions(out, report)


# --- months -----------------------------------------------------------------------------------


def _print_months(out: Console, report: CostReport, shown: Sequence[int]) -> None:
    """Print a month of each rung at some of the volumes, and what guides say of these volumes."""
    heads = [f"{report.volumes[at]:,}" for at in shown]
    title(out, "Dollars a month, by questions a month", "mean [95 % range]")
    rows = table("rung", *heads, right=heads)
    for rung in report.rungs:
        cells = [Text(_range(rung.months[at].total)) for at in shown]
        name = Text.assemble(_name(report, rung), f" (like {rung.like})" if rung.like else "")
        rows.add_row(name, *cells, style=_style(report, rung))
    for way in BESIDE:
        told = [_published_at(report, way, report.volumes[at]) for at in shown]
        if any(one != NONE for one in told):
            rows.add_row(f"  guides: {way}", *told, style="dim")
    out.print(Padding(rows, (0, 0, 1, 0)))


def _published_at(report: CostReport, way: str, volume: int) -> str:
    for one in report.published:
        if one.way == way and one.volume == volume:
            return f"{_between(one)} ({one.guide})"
    return NONE


def _print_parts(out: Console, report: CostReport) -> None:
    """Print where the money goes, at the volume in the middle."""
    at = len(report.volumes) // 2
    months = [rung.months[at] for rung in report.rungs]
    names = list(dict.fromkeys(part.name for month in months for part in month.parts))
    shown = [name for name in names if any(_is_paid(_part(month, name)) for month in months)]
    starts = [rung.start for rung in report.rungs]
    heads = [*shown, "a question", *(["at the start"] if any(one != 0 for one in starts) else [])]
    title(
        out,
        "Where it goes",
        f"means of the ranges above, at {report.volumes[at]:,} questions a month",
    )
    rows = table("rung", *heads, right=heads)
    for rung, month in zip(report.rungs, months, strict=True):
        cells = [_cell(_part(month, name)) for name in shown]
        each = _each(month.total.mean / month.volume) if month.total else UNKNOWN
        start = UNKNOWN if rung.start is None else _dollars(rung.start)
        rows.add_row(
            _name(report, rung), *[*cells, each, start][: len(heads)], style=_style(report, rung)
        )
    out.print(rows)
    _print_reasons(out, [*zip((rung.rung for rung in report.rungs), months, strict=True)])


def _print_reasons(out: Console, months: Sequence[tuple[str, Month]]) -> None:
    """Say how each part came about, once for all rungs of which it is true."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, month in months:
        for part in month.parts:
            if part.name != MODEL and part.dollars:
                found.setdefault((part.name, "; ".join(part.reasons)), []).append(name)
    rows = table("", "", header=False)
    for (name, reason), rungs in found.items():
        rows.add_row(
            Text(f"  {name}"), Text(printable(f"{', '.join(rungs)}: {reason}")), style="dim"
        )
    out.print(Padding(rows, (1 if found else 0, 0, 1, 0)))


def _part(month: Month, name: str) -> Part | None:
    return next((part for part in month.parts if part.name == name), None)


def _is_paid(part: Part | None) -> bool:
    return part is not None and (part.dollars is None or part.dollars.high > 0)


def _cell(part: Part | None) -> str:
    if part is None:
        return NONE
    return _dollars(part.dollars.mean) if part.dollars else UNKNOWN


def _print_answers(out: Console, report: CostReport) -> None:
    """Print what an answer takes: all of the projection rests on it."""
    measured = [rung for rung in report.rungs if rung.took and not rung.like]
    cached = any(rung.took[CACHED].high > 0 for rung in measured)
    heads = ["tokens in", *(["cached"] if cached else []), "tokens out", "seconds", "answers"]
    if not any(rung.took[INPUT].high > 0 for rung in measured):
        heads = ["seconds", "answers"]
    title(
        out, "What an answer takes", "mean [95 % range]; seconds of the model, where it noted them"
    )
    rows = table("rung", *heads, right=heads)
    for rung in measured:
        cells = {
            "tokens in": _counted(rung.took[INPUT]),
            "cached": percent(rung.took[CACHED].mean, rung.took[INPUT].mean),
            "tokens out": _counted(rung.took[OUTPUT]),
            "seconds": _seconds(rung.took[SECONDS]),
            "answers": f"{rung.answers:,}",
        }
        told = [cells[head] for head in heads]
        rows.add_row(_name(report, rung), *told, style=_style(report, rung))
    out.print(Padding(rows, (0, 0, 1, 0)))


# --- what it rests on -------------------------------------------------------------------------


def _print_unknown(out: Console, report: CostReport) -> None:
    """Say why a cost is not known, once for all rungs of which it is true."""
    found: dict[str, list[str]] = {}
    for rung in report.rungs:
        for reason in dict.fromkeys(why for month in rung.months for why in month.unknown):
            found.setdefault(reason, []).append(rung.rung)
    if found:
        title(out, "Unknown, and so left open")
        rows = table("", "", header=False)
        for reason, names in found.items():
            rows.add_row(Text(f"  {', '.join(names)}"), Text(printable(reason)))
        out.print(Padding(rows, (0, 0, 1, 0)))


def _print_published(out: Console, report: CostReport) -> None:
    """Print what guides say besides what a month costs at these volumes."""
    found: dict[str, list[str]] = {}
    for one in report.published:
        if one.volume is None:
            claim = f"{one.what} {_between(one)} {PER.get(one.per, one.per)} ({one.guide})"
            found.setdefault(one.way, []).append(claim.removeprefix("everything "))
    title(out, "What guides say", "references, no part of the figures above")
    rows = table("", "", header=False)
    for way, claims in found.items():
        rows.add_row(f"  {way}", "; ".join(claims), style="dim")
    titles = dict.fromkeys(f"{one.guide}: {one.title}" for one in report.published)
    rows.add_row("  guides", "; ".join(titles), style="dim")
    out.print(Padding(rows, (0, 0, 1, 0)))


def _print_assumptions(out: Console, report: CostReport) -> None:
    title(out, "What it rests on", "cost.* are settings: sartor --set cost.NAME=VALUE cost")
    rows = table("", "", header=False)
    for one in report.assumptions:
        told = Text.assemble(
            (printable(one.value), "bold"), f"  {one.about} ", (printable(f"({one.origin})"), "dim")
        )
        rows.add_row(Text(f"  {printable(one.name)}"), told)
    out.print(Padding(rows, (0, 0, 1, 0)))
    if report.notes:
        title(out, "To know")
        rows = table("", "", header=False)
        for note in report.notes:
            rows.add_row(Text("  -"), Text(printable(note)))
        out.print(rows)


# --- words and figures ------------------------------------------------------------------------


def _name(report: CostReport, rung: RungCost) -> Text:
    mark = ">" if rung.rung == report.chosen else " "
    return Text(f"{mark} {printable(rung.rung)}")


def _style(report: CostReport, rung: RungCost) -> str:
    return "bold" if rung.rung == report.chosen else ""


def _range(measured: Measurement | None) -> str:
    """Write dollars with their range; a figure that is exact has none."""
    if measured is None:
        return UNKNOWN
    if measured.high - measured.low <= EXACT * abs(measured.mean):
        return _dollars(measured.mean)
    low, high = (_dollars(one).removeprefix("$") for one in (measured.low, measured.high))
    return f"{_dollars(measured.mean)} [{low}, {high}]"


def _dollars(value: float) -> str:
    """Write dollars as people do: cents where they count, four figures of thousands."""
    if 0 < value < LEAST:
        return f"<${LEAST}"
    return f"${value:,.2f}" if 0 < value < 100 else f"${rounded(value, 4)}"


def _each(value: float) -> str:
    """Write the price of one question, however small."""
    if 0 < value < LEAST_EACH:
        return f"<${LEAST_EACH:f}"
    return f"${value:.{max(2, 1 - floor(log10(value)))}f}" if value else "$0"


def _between(one: Published) -> str:
    if one.high is None:
        return f"${one.low:,.0f} and more"
    return f"${one.low:,.0f}" + (f"-{one.high:,.0f}" if one.high > one.low else "")


def _counted(measured: Measurement) -> str:
    return _figures(
        measured, lambda value: f"{value:,.0f}" if value < THOUSANDS else f"{value / 1000:,.1f}k"
    )


def _seconds(measured: Measurement) -> str:
    return _figures(measured, lambda value: f"{value:,.2f}")


def _figures(measured: Measurement, written: Callable[[float], str]) -> str:
    mean, low, high = (written(one) for one in (measured.mean, measured.low, measured.high))
    return mean if low == high else f"{mean} [{low}, {high}]"
