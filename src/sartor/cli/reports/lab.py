"""The card of the lab model in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

INDENT = "  "
WARNING = "It is not for questions of yours: it reads the notes of its own made-up world."


def print_card(card: Mapping[str, Any], folder: Path) -> None:
    """Print what the model is, where it lies, and every fact of its card."""
    out = console()
    out.print(Text.assemble((str(card.get("name", "lab")), "bold"), f"  {folder}"))
    out.print(Text(WARNING, style="yellow"))
    out.print()
    rows = table("", "", header=False)
    for name, value in _facts(card):
        rows.add_row(Text(printable(name)), Text(printable(value)))
    out.print(rows)


def _facts(card: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[str, str]]:
    """Give names and values; what holds others is told as one line of figures, or as a heading."""
    for name, value in card.items():
        label = f"{INDENT * depth}{name}".replace("_", " ")
        if not isinstance(value, Mapping):
            yield label, _shown(value)
        elif all(isinstance(one, int | float) for one in value.values()) and depth > 1:
            yield label, ", ".join(f"{key} {one:g}" for key, one in value.items()).replace("_", " ")
        else:
            yield label, ""
            yield from _facts(value, depth + 1)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
