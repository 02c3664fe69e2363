"""The card of the lab model in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

WARNING = "It is not for questions of yours: it reads the notes of its own made-up world."


def print_card(card: Mapping[str, Any], folder: Path) -> None:
    """Print what the model is, where it lies, and every fact of its card."""
    out = console()
    out.print(Text.assemble((str(card.get("name", "lab")), "bold"), f"  {folder}"))
    out.print(Text(WARNING, style="yellow"))
    out.print()
    rows = table("", "", header=False)
    rows.columns[0].no_wrap = True
    for name, value in _facts(card):
        rows.add_row(Text(f"  {printable(name)}"), Text(printable(value)))
    out.print(rows)


def _facts(card: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in card.items():
        if isinstance(value, Mapping):
            yield from _facts(value, f"{above}{name} ")
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{above}{name}", shown
