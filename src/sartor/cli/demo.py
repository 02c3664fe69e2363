"""`sartor demo`: the main job on a sample company, from documents to the rung that is enough."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from sartor.cli.options import Json
from sartor.cli.output import print_json, progress

if TYPE_CHECKING:
    from sartor.protocols import Progress


def demo(
    folder: Annotated[
        Path, typer.Argument(help="The project to make; made anew each time.")
    ] = Path("demo"),
    quick: Annotated[
        bool, typer.Option("--quick", help="60 questions and no training: about a minute.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the main job on a sample company: documents, answers, and which rung is enough."""
    from sartor.cli.reports.demo import print_next, print_opening, print_step, print_table
    from sartor.samples.demonstration import (
        FULL,
        QUICK,
        Climbed,
        Demonstration,
        can_tune,
        demonstrate,
        lines,
    )

    started, climbs = monotonic(), list[Climbed]()
    if not as_json:
        print_opening(model=can_tune())
    with closing(_Telling()) as show:
        for step in demonstrate(folder, QUICK if quick else FULL, progress=show):
            show.close()
            if isinstance(step, Climbed):
                climbs.append(step)
            if not as_json:
                print_step(step)
    found = lines(climbs)
    reports = {one.wanted: one.verdict.page for one in climbs if one.verdict.page}
    if as_json:
        verdicts, seconds = tuple(climb.verdict for climb in climbs), monotonic() - started
        print_json("demo", Demonstration(str(folder), reports, seconds, found, verdicts))
    else:
        print_table(found)
        print_next(reports, climbs[-1].verdict)


class _Telling:
    """Bars while a step is at work, gone before what came of it is printed.

    Where stderr is no terminal: a line for each quarter of a stage.
    """

    def __init__(self) -> None:
        self._bars = ExitStack()
        self._draw: Progress | None = None
        self._told: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            if self._draw is None:
                self._draw = self._bars.enter_context(progress())
            self._draw(stage, done, total)
            return
        quarter = 4 * done // total if total else 0
        if self._told.get(stage) != quarter:
            self._told[stage] = quarter
            sys.stderr.write(f"... {stage} {25 * quarter} %\n")

    def close(self) -> None:
        """Take the bars away."""
        self._bars.close()
        self._draw = None
