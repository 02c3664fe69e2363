"""Measurements with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import table

if TYPE_CHECKING:
    from sartor.project.calibrating import Calibration
    from sartor.types import Measurement, Scorecard

LATENCY = "latency"


def print_scorecard(card: Scorecard) -> None:
    """Print every measure with its interval, then the questions that went wrong."""
    out = console()
    rows = table("measure", "value", "95 % interval", "questions", right=("value", "questions"))
    for name, measured in card.measurements.items():
        rows.add_row(name, _number(name, measured.mean), _interval(measured), str(measured.n))
    out.print(rows)
    for row in card.rows:
        if row.error:
            out.print(Text(f"{row.question_id}: {row.error}", style="red"))


def _number(name: str, value: float) -> str:
    return f"{1000 * value:.1f} ms" if name.startswith(LATENCY) else f"{value:.3f}"


def _interval(measured: Measurement) -> str:
    low, high = (_number(measured.metric, value) for value in (measured.low, measured.high))
    return f"{low} - {high}"


def print_calibration(found: Calibration) -> None:
    """Print the threshold, why it is that, what it does, and the line for sartor.toml."""
    out = console()
    out.print(Text.assemble(("abstain below ", "dim"), (f"{found.below.value:.3f}", "bold")))
    out.print(Text(found.below.reason))
    rows = table("measure", "value", "95 % interval", "questions", right=("value", "questions"))
    for measured in (found.rightly_silent, found.wrongly_silent):
        name = measured.metric
        rows.add_row(name, _number(name, measured.mean), _interval(measured), str(measured.n))
    out.print(rows)
    out.print(Text("\nTo use it, in sartor.toml, under the [ask] that is there:\n", style="dim"))
    out.print(Text(f"abstain_below = {found.below.value:.4g}"))
