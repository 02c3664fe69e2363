"""`sartor tune`: what examples and machine allow, training, and the proof of what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sartor.cli import INTERRUPTED, Told
from sartor.cli.again import again
from sartor.cli.options import Call, Json, open_project, pairs
from sartor.cli.options import values as read_values
from sartor.cli.output import print_json, progress
from sartor.errors import ConfigError, InputError, NotAProject

if TYPE_CHECKING:
    from sartor.project.tuning import TuneOptions
    from sartor.tuning.examples import Checked

BAD_EXAMPLES, GUARD_FAILED = 3, 7  # exit codes

app = typer.Typer(no_args_is_help=True, help="Tune a model on examples, and prove what changed.")

ExamplesFile = Annotated[
    Path | None, typer.Argument(help="Examples in any known form; default: tune.examples_file.")
]
BaseModel = Annotated[
    str | None, typer.Option("--base", help="Folder of the model to tune, or lab.")
]
MethodOption = Annotated[
    str | None, typer.Option("--method", help="lora, qlora, bottleneck, full.")
]
RecipeOption = Annotated[str | None, typer.Option("--recipe", help="ours or guides.")]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="NAME=VALUE", help="A value of the recipe, as rank=8; repeatable."
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="ROLE=COLUMN", help="Which column is user, assistant, system."),
]
QuestionsFile = Annotated[
    Path | None, typer.Option(help="Test questions that examples must not give away.")
]
Replay = Annotated[
    float | None,
    typer.Option(min=0, help="General tokens for each one learned; default: what the guard needs."),
]
Seed = Annotated[int | None, typer.Option(min=0, help="Decides split, order and first weights.")]
Name = Annotated[str, typer.Option(help="Name of the adapter; each run is a new version of it.")]


@app.command()
def check(
    context: typer.Context,
    file: ExamplesFile = None,
    base: BaseModel = None,
    questions: QuestionsFile = None,
    field: Columns = None,
    fix: Annotated[
        Path | None, typer.Option(help="Write a cleaned copy there, with a list of changes.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with examples before anything is trained; exit code 3 if much is.

    Outside of a project it looks at the file alone. After --fix what counts is the cleaned copy.
    """
    from sartor.cli.reports.examples import print_examples, print_fixed
    from sartor.tuning.examples import fix_file

    if fix is not None and fix.exists():
        raise InputError(f"{fix} is there already", "name another: --fix FILE")
    again = partial(_checked, context, base=base, questions=questions)
    checked = again(file, fields=_fields(field))
    report = fix_file(checked, fix, again=again) if fix else checked.report
    if as_json:
        print_json("tune-check", report)
    else:
        print_examples(report)
        if fix:
            print_fixed(report, str(fix))
    if report.left if fix else checked.errors:
        raise typer.Exit(BAD_EXAMPLES)


@app.command()
def plan(
    context: typer.Context,
    file: ExamplesFile = None,
    base: BaseModel = None,
    method: MethodOption = None,
    recipe: RecipeOption = None,
    values: Values = None,
    length: Annotated[int | None, typer.Option(min=1, help="Tokens of the longest one.")] = None,
    as_json: Json = False,
) -> None:
    """Say what a training takes, here and on known machines; nothing is loaded."""
    options = _options(base=base, method=method, recipe=recipe, values=values)
    _show_plans(context, file, options, length=length, as_json=as_json)


def _show_plans(
    context: typer.Context,
    file: Path | None,
    options: TuneOptions,
    *,
    length: int | None = None,
    as_json: bool,
) -> None:
    from sartor.cli.reports.planning import plans_data, print_plans
    from sartor.cli.reports.tuning import print_recipe

    with open_project(context) as project, progress():
        plans = project.tuning.plan(file, options, length=length)
    if as_json:
        print_json("tune-plan", plans_data(plans))
    else:
        print_plans(plans)
        print_recipe(plans[0][0].recipe if len(plans) == 1 else plans[1][0].recipe)


@app.command()
def run(
    context: typer.Context,
    file: ExamplesFile = None,
    name: Name = "tuned",
    base: BaseModel = None,
    method: MethodOption = None,
    recipe: RecipeOption = None,
    values: Values = None,
    replay: Replay = None,
    general: Annotated[
        Path | None, typer.Option(help="Examples whose answers shall stay what they are.")
    ] = None,
    questions: QuestionsFile = None,
    field: Columns = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Minutes at most.")] = None,
    seed: Seed = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was broken off.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew, and throw away what was broken off.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and train nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train an adapter, measure it before and after; exit code 7 if the guard does not pass."""
    from sartor.cli.reports.training import watching
    from sartor.cli.reports.tuning import print_tuned

    if dry_run:
        options = _options(
            base=base,
            method=method or _method(context),
            recipe=recipe,
            values=values,
            replay=replay,
            fields=pairs(field, "--field"),
            minutes=minutes,
        )
        _show_plans(context, file, options, as_json=as_json)
        return
    with open_project(context) as project, watching() as watch:
        options = _options(
            name=name,
            base=base,
            method=method,
            recipe=recipe,
            values=values,
            replay=replay,
            general=general,
            questions=questions,
            fields=_fields(field),
            minutes=minutes,
            seed=seed,
            resume=resume,
            fresh=fresh,
            watch=watch,
        )
        watch.say("checking the examples")
        with _resumable(context, project.tuning.under_way(name)):
            adapter = project.tuning.tune(file, options)
        about = project.adapters.about(adapter.id)
    if as_json:
        print_json("tune-run", adapter)
    else:
        print_tuned(about)
    if adapter.guard and not adapter.guard.passed:
        raise typer.Exit(GUARD_FAILED)


@contextmanager
def _resumable(context: typer.Context, folder: Path) -> Iterator[None]:
    """Say how to go on when it is stopped, or cannot go on: the command with all that was given."""
    from sartor.tuning.under_way import BrokenOff, NotSaved, step_reached

    def command(*option: str) -> str:
        return again(context, *option, without=("resume", "fresh"))

    def onward() -> str:
        return command(*(["--resume"] if step_reached(folder) else []))

    try:
        yield
    except KeyboardInterrupt:
        step = step_reached(folder)
        told = f"Stopped; step {step:,} is kept. To go on:" if step else "Stopped; to begin again:"
        typer.echo(f"{told}\n  {onward()}", err=True)
        raise Told(INTERRUPTED) from None
    except BrokenOff as error:
        error.hint = f"go on:  {command('--resume')}\n     anew:   {command('--fresh')}"
        raise
    except NotSaved as error:
        error.hint = f"{error.hint}, then:\n     {onward()}"
        raise


@contextmanager
def _stoppable() -> Iterator[None]:
    """Say so where it is stopped before there is anything to show."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopped before anything could be compared; nothing is kept.", err=True)
        raise Told(INTERRUPTED) from None


@app.command()
def search(
    context: typer.Context,
    file: ExamplesFile = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="The budget.")] = 10.0,
    base: BaseModel = None,
    method: MethodOption = None,
    recipe: RecipeOption = None,
    values: Values = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Search rank, learning rate and epochs; chosen on one part, confirmed on another."""
    from sartor.cli.reports.searching import found_data, print_found
    from sartor.cli.reports.training import watching

    with open_project(context) as project, _stoppable(), watching(brief=True) as watch:
        options = _options(
            base=base, method=method, recipe=recipe, values=values, seed=seed, watch=watch
        )
        watch.say("checking the examples")
        found = project.tuning.search(file, options, minutes=minutes)
    if as_json:
        print_json("tune-search", found_data(found))
    else:
        print_found(found)


@app.command()
def curve(
    context: typer.Context,
    file: ExamplesFile = None,
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each size.")] = 1,
    minutes: Annotated[float | None, typer.Option(min=0, help="Minutes at most.")] = None,
    base: BaseModel = None,
    method: MethodOption = None,
    recipe: RecipeOption = None,
    values: Values = None,
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Train on a quarter, half and all of the examples: would more of them help?"""
    from sartor.cli.reports.searching import curve_data, print_curve
    from sartor.cli.reports.training import watching

    chosen = {"base": base, "method": method, "recipe": recipe, "seed": seed, "minutes": minutes}
    with open_project(context) as project, _stoppable(), watching(brief=True) as watch:
        watch.say("checking the examples")
        found = project.tuning.curve(file, _options(values, watch=watch, **chosen), seeds=seeds)
    if as_json:
        print_json("tune-curve", curve_data(found))
    else:
        print_curve(found)


@app.command()
def ground(
    context: typer.Context,
    questions: Annotated[
        Path, typer.Argument(help="Questions with evidence, others than you test with.")
    ],
    output: Annotated[Path, typer.Option(help="Where to write the examples.")] = Path(
        "grounded.jsonl"
    ),
    base: BaseModel = None,
    without_gold: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of examples whose passages lack the answer."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Examples of each question.")] = 1,
    form: Annotated[
        str, typer.Option(help="cited: text with [2] behind each sentence; json: an object.")
    ] = "cited",
    seed: Seed = None,
    as_json: Json = False,
) -> None:
    """Make examples of answering, with citations, from what search really finds."""
    from sartor.cli.reports.tuning import print_grounded
    from sartor.tuning.examples import write_examples

    if output.exists():
        raise InputError(f"{output} is there already", "name another: --output FILE")
    with open_project(context) as project:
        given: dict[str, Any] = {"without_gold": without_gold, "rounds": rounds, "seed": seed}
        found = project.ground_examples(
            questions, base=base, form=form, **{k: v for k, v in given.items() if v is not None}
        )
    write_examples(output, found.examples)
    if as_json:
        print_json("tune-ground", {"examples": len(found.examples), "dropped": found.dropped})
    else:
        print_grounded(found, str(output))


def _checked(context: typer.Context, file: Path | None, **chosen: Any) -> Checked:  # noqa: ANN401
    """Check a file in its project, or alone where there is none."""
    from sartor.project.examples import check_alone

    call: Call = context.obj or Call()
    try:
        project = open_project(context)
    except NotAProject:
        if call.folder or file is None:
            raise
        return check_alone(file, flags=call.flags, **chosen)
    with project:
        return project.check_examples(file, **chosen)


def _fields(given: list[str] | None) -> dict[str, str]:
    return pairs(given, "--field", "user=COLUMN")


def _options(values: list[str] | None, **chosen: Any) -> TuneOptions:  # noqa: ANN401
    """Put together what was chosen; values of a recipe are read as TOML would."""
    from sartor.project.tuning import options_of

    changes = read_values(values)
    unknown = sorted(set(changes) & {"name", "base", "method", "replay", "minutes", "seed"})
    if unknown:
        raise ConfigError(f"{unknown[0]} is no value of a recipe", f"use --{unknown[0]}")
    return options_of({**chosen, **changes})


def _method(context: typer.Context) -> str:
    with open_project(context) as project:
        return project.settings.tune.method
