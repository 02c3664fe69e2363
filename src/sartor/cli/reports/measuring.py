"""Measurements with their intervals: what was right, where answers were lost, what to fix next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.evaluation.asking import NOT_MEASURED
from sartor.evaluation.reporting.figures import interval, rooms, value
from sartor.evaluation.reporting.wording import (
    STAGES,
    added,
    fix,
    headline,
    lost_at,
    next_fixes,
    sentence,
)

if TYPE_CHECKING:
    from sartor.project.calibrating import Calibration
    from sartor.types import Measurement, Scorecard

STAGES_SHOWN = 6
FAILURES_SHOWN = 3
INDENT = 2  # columns


def print_scorecard(card: Scorecard, *, everything: bool = False) -> None:
    """Print the headline, the measures, where answers were lost and what to fix first.

    Measures of a second look, rarer stages and further failures wait for `everything`.
    """
    out = console()
    said, sure = headline(card)
    out.print(Text.assemble((said, "bold"), f" ({sure})"))
    if card.measurements:
        out.print()
        _print_measures(out, card, everything=everything)
    if any(row.stage for row in card.rows):
        out.print()
        out.print(_lost(card, everything=everything))
    _print_first_fix(out, card)
    _print_failures(out, card, everything=everything)
    if card.notes:
        out.print()
    for note in card.notes:
        out.print(Text(f"Note: {sentence(printable(note))}", style="yellow"))


def _print_measures(out: Console, card: Scorecard, *, everything: bool) -> None:
    rows = _measures()
    folded = 0
    for room in rooms(card.measurements):
        for measured in (*room.first, *room.others):
            if everything or (measured in room.first and not _silent_rule(measured)):
                _add(rows, measured)
            else:
                folded += 1
    out.print(rows)
    if folded:
        out.print(Text(f"{folded} more measures: --all", style="dim"))


def _silent_rule(measured: Measurement) -> bool:
    """Tell an output rule that never fired: nothing to look at."""
    return measured.metric.startswith("rules.") and not measured.mean


def _measures() -> Table:
    return table("measure", "value", "95 % interval", "n", right=("value", "n"))


def _add(rows: Table, measured: Measurement) -> None:
    room, dot, name = printable(measured.metric).rpartition(".")
    rows.add_row(
        Text.assemble((room + dot, "dim"), name),
        Text(value(measured), style="bold"),
        Text(interval(measured, unit=False)),
        Text(f"{measured.n:,}", style="dim"),
    )


def _lost(card: Scorecard, *, everything: bool) -> Table:
    """Make the table of stages, the one that lost most first."""
    every = lost_at(card)
    shown = every if everything else every[:STAGES_SHOWN]
    rows = table("where answers were lost", "questions", "fixing it adds", right=("questions",))
    for stage, lost, gain in shown:
        rows.add_row(stage, f"{lost:,}", Text(added(gain) if gain else "not known"))
    if len(shown) < len(every):
        rest = sum(lost for _, lost, _ in every[STAGES_SHOWN:])
        rows.add_row(Text(f"{len(every) - len(shown)} more: --all", "dim"), f"{rest:,}", "")
    return rows


def _print_first_fix(out: Console, card: Scorecard) -> None:
    for gain in next_fixes(card)[:1]:
        out.print(Text.assemble(("\nFix first: ", "bold cyan"), f"{fix(gain)}."))
        out.print(Padding(Text(STAGES[gain.stage].begin), (0, 0, 0, INDENT), expand=False))


def _print_failures(out: Console, card: Scorecard, *, everything: bool) -> None:
    told = list(_failures(card))
    shown = told if everything else told[:FAILURES_SHOWN]
    if told:
        out.print(Text(f"\nFailed: {len(told)} question{'' if len(told) == 1 else 's'}", "red"))
    for line in shown:
        out.print(Padding(Text(line), (0, 0, 0, INDENT), expand=False))
    if len(shown) < len(told):
        out.print(Text(f"  {len(told) - len(shown)} more: --all", style="dim"))


def _failures(card: Scorecard) -> Iterator[str]:
    for row in card.rows:
        if row.error and row.error != NOT_MEASURED:  # those have their own note
            yield f"{printable(row.question_id)}: {' '.join(printable(row.error).split())}"


def print_calibration(found: Calibration) -> None:
    """Print the threshold, why it is that, what it does, and the line for sartor.toml."""
    out = console()
    out.print(Text.assemble(("abstain below ", "dim"), (f"{found.below.value:.3f}", "bold")))
    out.print(Text(found.below.reason))
    rows = _measures()
    _add(rows, found.rightly_silent)
    _add(rows, found.wrongly_silent)
    out.print(rows)
    out.print(Text("\nTo use it, in sartor.toml, under the [ask] that is there:\n", style="dim"))
    out.print(Text(f"abstain_below = {found.below.value:.4g}"))
