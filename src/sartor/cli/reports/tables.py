"""What the reports share: plain tables, names of places, text that is safe to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from sartor.evaluation.reporting.figures import called

NARROW = 8  # letters: no wider than most figures below them
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def table(*columns: str, right: Sequence[str] = (), header: bool = True) -> Table:
    """Make a table without lines; columns fold, those in `right` are numbers."""
    made = Table(
        box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0), show_header=header
    )
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def named_lines(rows: Iterable[tuple[str, Text]]) -> Table:
    """Make a table of names and what is said of each; a name is never broken in two."""
    made = table("", "", header=False)
    made.columns[0].no_wrap = True
    for name, told in rows:
        made.add_row(Text(f"  {name}"), told)
    return made


def heading(metric: str) -> str:
    """Name a measure on top of its column, on two lines where one would be wider than figures."""
    name = called(metric)
    return "\n".join(name.rsplit(" ", 1)) if len(name) > NARROW else name


def place_of(document: str, page: int | None) -> str:
    """Name a document and, if it has pages, the page."""
    return f"{document}, page {page}" if page else document


def printable(text: str) -> str:
    """Take out what would steer the terminal: documents and models may hold anything."""
    return _CONTROLS.sub("", text)
