"""How results look: JSON with a schema name, tables and progress with rich."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sartor.types.packing import plain

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.errors import SartorError
    from sartor.protocols import Progress

SCHEMA_VERSION = 1
COMMANDS = (" sartor ", " pip ")  # what follows is pasted: a line of it is left whole


def console(*, stderr: bool = False) -> Console:
    """Make a console; rich looks at NO_COLOR and at whether this is a terminal."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def print_json(verb: str, value: Any) -> None:  # noqa: ANN401
    """Print one JSON object: its schema ("sartor/search/1") and the data of the call."""
    document = {"schema": f"sartor/{verb}/{SCHEMA_VERSION}", "data": plain(value)}
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def complain(error: SartorError) -> None:
    """Print an error and its next step to stderr; a terminal breaks it at words, not commands."""
    from rich.text import Text

    out = console(stderr=True)
    told = Text.assemble(("Error: ", "bold red"), str(error.args[0]))
    hint = Text.assemble(("  -> ", "bold"), error.hint) if error.hint else Text()
    for line in [*told.split("\n"), *hint.split("\n")][: None if hint else -1]:
        pasted = any(command in f" {line.plain}" for command in COMMANDS)
        out.print(line, soft_wrap=pasted or not out.is_terminal)


@contextmanager
def progress(out: Console | None = None) -> Iterator[Progress]:
    """Give a callback that draws a bar on stderr when that is a terminal, else stays silent.

    What else is printed on `out` meanwhile stands above the bars.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=out or console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    tasks: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total or None)
        bars.update(tasks[stage], completed=done, total=total or None)

    with bars:
        yield show
