"""Stored runs: one line each, and what one of them ran with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sartor.evaluation.runs import RunSummary
    from sartor.types import Run

MINUTE = len("2026-01-31T12:00")
SPARE = ("when (UTC)", "questions", "n", "status")  # left out in this order; an id has the time
WIDEST = 10_000  # columns: what a table would take if there were room
STYLES = {"done": "", "unfinished": "yellow", "broken": "red"}


def print_runs(runs: Sequence[RunSummary]) -> None:
    """Print one line a run; an unfinished one says how to go on."""
    out = console()
    out.print(_listed(out, runs) if runs else "No runs yet.  ->  sartor eval QUESTIONS")
    for run in runs:
        if run.status == "unfinished":
            out.print(f"->  sartor eval --resume {printable(run.id)}", soft_wrap=True)


def _listed(out: Console, runs: Sequence[RunSummary]) -> Table:
    """Lay runs out; columns that say least are left out until ids and names stand whole."""
    columns = {
        "run": [Text(printable(run.id)) for run in runs],
        "when (UTC)": [Text(run.started[:MINUTE].replace("T", " ")) for run in runs],
        "questions": [Text(printable(run.questions_file)) for run in runs],
        "n": [Text(str(run.questions or "")) for run in runs],
        "correct": [Text(f"{run.correct.mean:.3f}" if run.correct else "") for run in runs],
        "status": [Text(run.status, style=STYLES[run.status]) for run in runs],
    }
    unlimited = out.options.update(max_width=WIDEST)
    for spare in ("", *SPARE):
        columns.pop(spare, None)
        rows = table(*columns, right=("n", "correct"))
        for row in zip(*columns.values(), strict=True):
            rows.add_row(*row)
        if out.measure(rows, options=unlimited).maximum <= out.width:
            break
    return rows


def print_origin(run: Run) -> None:
    """Print what a run was about and what it ran with."""
    named = ("sartor", "python", "numpy")
    about = {
        "run": run.id,
        "asked": f"{run.started[:MINUTE].replace('T', ' ')} UTC, {run.seconds:.1f} s",
        "questions": f"{len(run.questions)} of {run.questions_file}",
        "system": run.card.system,
        "with": ", ".join(f"{name} {run.versions[name]}" for name in named if name in run.versions),
        "seed": str(run.seed),
    }
    set_here = [
        f"{name} = {value}"
        for name, value in run.settings.items()
        if not value.endswith("(default)") and not name.startswith("fingerprint.")
    ]
    rows = table("", "", header=False)
    for name, value in about.items():
        rows.add_row(Text(name, style="dim"), Text(printable(value)))
    for number, line in enumerate(set_here):
        rows.add_row(Text("" if number else "set", style="dim"), Text(printable(line)))
    out = console()
    out.print(rows)
    out.print()


def print_report(id: str, place: Path | None) -> None:
    """Print under which id a run is stored, and where its report lies."""
    if place is not None:
        out = console()
        out.print()
        out.print(Text.assemble(("run     ", "dim"), id), soft_wrap=True)
        out.print(Text.assemble(("report  ", "dim"), str(place)), soft_wrap=True)
