"""`sartor climb`: which rung is enough, on questions of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json, open_project, pairs
from sartor.cli.output import print_json, progress
from sartor.cli.reports.climbing import print_verdict
from sartor.errors import ConfigError

NOT_MET = 7  # exit code: the bar is not met
THOUSANDS = {"k": 1_000, "m": 1_000_000}


def climb(
    context: typer.Context,
    questions: Annotated[
        Path | None, typer.Argument(help="Test questions; default: eval.questions_file.")
    ] = None,
    bar: Annotated[
        str, typer.Option(help='What is enough: "answers.correct >= 0.85, latency.p95 <= 2s".')
    ] = "",
    examples: Annotated[
        Path | None,
        typer.Option(help="Examples for the few-shot rungs; default: ask.examples_file."),
    ] = None,
    rung: Annotated[
        list[str] | None, typer.Option(help="Measure this rung only; may be repeated.")
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=WHAT",
            help="A system of your own beside ours: a file of recorded answers, an address, or "
            "MODULE:FUNCTION; may be repeated.",
        ),
    ] = None,
    volume: Annotated[
        str,
        typer.Option(help="Questions a month, for costs: 10000, 100k, 1M; default: eval.volume."),
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Choose only what is proved to meet the bar.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of all that is drawn; default: eval.seed.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask everything again, even where nothing changed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure every rung on the same questions, and name the cheapest that is enough."""
    with open_project(context) as project, progress() as show:
        verdict = project.climb(
            questions,
            examples=examples,
            bar=bar,
            rungs=rung or None,
            systems=pairs(system, "--system"),
            volume=_volume(volume),
            strict=strict,
            seed=seed,
            fresh=fresh,
            progress=show,
        )
    if as_json:
        print_json("climb", verdict)
    else:
        print_verdict(verdict)
    if verdict.bar and verdict.rung is None:
        raise typer.Exit(NOT_MET)


def _volume(text: str) -> int | None:
    """Read "100k" as a number of questions a month."""
    if not text:
        return None
    plain = text.strip().lower().replace(",", "").replace("_", "")
    factor = THOUSANDS.get(plain[-1:], 1)
    try:
        volume = round(float(plain if factor == 1 else plain[:-1]) * factor)
    except (ValueError, OverflowError):
        volume = 0
    if volume < 1:
        raise ConfigError(f"--volume {text!r}; expected questions a month", "--volume 100k")
    return volume
