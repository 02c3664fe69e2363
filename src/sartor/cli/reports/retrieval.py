"""What a search for settings of retrieval found, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.reports.tables import printable, table
from sartor.evaluation.reporting.figures import change

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.ladder.searching import Search, Tried


def print_search(out: Console, found: Search) -> None:
    """Print what was tried, what became of it, and the lines for sartor.toml."""
    from sartor.ladder.searching import told

    out.print(Text(f"Retrieval of {found.about} by other settings, {found.metric}", style="bold"))
    asked = {row.name for row in found.tried}
    rows = table("", "", "", "", right=(), header=False)
    for row in (*found.tried, *(one for one in found.sifted if one.name not in asked)):
        rows.add_row(Text(f"  {printable(row.name)}"), *map(Text, _figures(row, found)))
    if found.tried or found.sifted:
        out.print(rows)
    for sentence in told(found):
        out.print(Padding(Text(printable(sentence)), (0, 0, 0, 2)))
    out.print()


def _figures(row: Tried, found: Search) -> tuple[str, str, str]:
    """Write a figure, the gain over what is in use, and what both rest on."""
    gain = "" if row.gain is None else change(row.gain)
    sifted = row.figure.metric == found.sifted_by
    by = found.sifted_by if sifted else f"{row.figure.n} questions"
    return f"{100 * row.figure.mean:.0f} %", gain, by
