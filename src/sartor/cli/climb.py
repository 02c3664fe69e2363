"""`sartor climb`: which rung is enough, on questions of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sartor.cli import INTERRUPTED, Told
from sartor.cli.options import Json, open_project, pairs, values
from sartor.cli.output import console, print_json, progress
from sartor.cli.reports.climbing import print_verdict

if TYPE_CHECKING:
    from sartor.ladder.verdict import Verdict

NOTHING_MEASURED = 3  # exit code: no rung could be measured
BUDGET_REACHED, NOT_MET = 6, 7  # exit codes


def climb(  # the options of a climb, one to one
    context: typer.Context,
    questions: Annotated[
        Path | None, typer.Argument(help="Test questions; default: eval.questions_file.")
    ] = None,
    bar: Annotated[
        str, typer.Option(help='What is enough: "answers.correct >= 0.85, latency.p95 <= 2s".')
    ] = "",
    examples: Annotated[
        Path | None,
        typer.Option(help="Examples to show and to learn from; default: ask.examples_file."),
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
    models: Annotated[
        str, typer.Option(metavar="A,B", help="Climb on these models side by side.")
    ] = "",
    margin: Annotated[
        float | None,
        typer.Option(min=0.001, help="How much worse passes for no worse, beside --models."),
    ] = None,
    volume: Annotated[
        str,
        typer.Option(help="Questions a month, for costs: 10000, 100k, 1M; default: eval.volume."),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Train rungs even where cheaper ones are enough.")
    ] = False,
    tune: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="NAME=VALUE", help="A value of the recipe, as rank=8; repeatable."
        ),
    ] = None,
    tune_retrieval: Annotated[
        bool,
        typer.Option(
            "--tune-retrieval",
            help="Search for better splitting, search and embedding too; takes 40 questions.",
        ),
    ] = False,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Minutes it may take at most.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(min=0, help="Dollars it may spend at most.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take at most, and ask nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Choose only what is proved to meet the bar.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of all that is drawn; default: eval.seed.")
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Ask every question again; what was trained is kept (see --retrain)."
        ),
    ] = False,
    retrain: Annotated[
        bool,
        typer.Option("--retrain", help="Train again what was trained before, where it is needed."),
    ] = False,
    last: Annotated[
        bool, typer.Option("--last", help="Show what the last climb found, and ask nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure rungs on the same questions, and name the cheapest that is enough.

    Training starts only when no cheaper rung is enough. Exit code 3: nothing could be measured; 6:
    the budget was reached; 7: nothing meets the bar.
    """
    from sartor.project.costing import read_volume

    chosen: dict[str, Any] = {
        "examples": examples,
        "bar": bar,
        "rungs": rung or None,
        "systems": pairs(system, "--system"),
        "models": tuple(name.strip() for name in models.split(",") if name.strip()),
        "margin": margin,
        "volume": read_volume(volume) if volume else None,
        "everything": everything,
        "tune": values(tune),
        "tune_retrieval": tune_retrieval,
        "minutes": minutes,
        "dollars": budget,
        "strict": strict,
        "seed": seed,
        "fresh": fresh,
        "retrain": retrain,
    }
    if dry_run:
        _foresee(context, questions, chosen, as_json=as_json)
        return
    verdict = _last(context) if last else _climbed(context, questions, chosen)
    if as_json:
        print_json("climb", verdict)
    else:
        print_verdict(verdict)
    if verdict.unfinished:
        raise typer.Exit(BUDGET_REACHED)
    if not verdict.cards:
        raise typer.Exit(NOTHING_MEASURED)
    if verdict.bar and verdict.rung is None:
        raise typer.Exit(NOT_MET)


def _climbed(context: typer.Context, questions: Path | None, chosen: dict[str, Any]) -> Verdict:
    from sartor.cli.reports.training import Lines

    out = console(stderr=True)
    with open_project(context) as project, progress(out) as show:
        try:
            return project.climb(questions, progress=show, watch=Lines(out), **chosen)
        except KeyboardInterrupt:
            typer.echo("\nStopped. What was done is kept; the same command goes on.", err=True)
            raise Told(INTERRUPTED) from None


def _last(context: typer.Context) -> Verdict:
    from sartor.project.verdicts import last

    with open_project(context) as project:
        return last(project)


def _foresee(
    context: typer.Context, questions: Path | None, chosen: dict[str, Any], *, as_json: bool
) -> None:
    from sartor.cli.reports.foreseeing import print_estimate

    with open_project(context) as project:
        estimate = project.plan_climb(questions, **chosen)
    if as_json:
        print_json("climb-plan", estimate)
    else:
        print_estimate(estimate)
