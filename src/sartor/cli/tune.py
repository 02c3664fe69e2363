"""`sartor tune`: what examples and machine allow, training, and the proof of what it did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sartor.cli.options import Json, open_project, pairs
from sartor.cli.options import values as read_values
from sartor.cli.output import print_json, progress
from sartor.errors import ConfigError, InputError

if TYPE_CHECKING:
    from sartor.project.tuning import TuneOptions

BAD_EXAMPLES, GUARD_FAILED, INTERRUPTED = 3, 7, 130

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
    """Say what is wrong with examples before anything is trained; exit code 3 if much is."""
    from sartor.cli.reports.examples import as_json as report_data
    from sartor.cli.reports.examples import print_changes, print_examples
    from sartor.tuning.examples import fix_examples, write_examples

    if fix is not None and fix.exists():
        raise InputError(f"{fix} is there already", "name another: --fix FILE")
    with open_project(context) as project:
        checked = project.check_examples(
            file, base=base, questions=questions, fields=pairs(field, "--field")
        )
    fixed = fix_examples(checked) if fix else None
    if fix and fixed:
        write_examples(fix, fixed.examples)
    if as_json:
        print_json("tune-check", report_data(checked.report))
    else:
        print_examples(checked.report)
        if fix and fixed:
            print_changes(fixed, str(fix))
    if checked.errors:
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
    from sartor.cli.reports.planning import plans_data, print_plans
    from sartor.cli.reports.tuning import print_recipe

    options = _options(base=base, method=method, recipe=recipe, values=values)
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and train nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train an adapter, measure it before and after; exit code 7 if the guard does not pass."""
    from sartor.cli.reports.training import watching
    from sartor.cli.reports.tuning import print_tuned

    if dry_run:
        plan(context, file, base, method or _method(context), recipe, values, None, as_json)
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
            fields=pairs(field, "--field"),
            minutes=minutes,
            seed=seed,
            resume=resume,
            watch=watch,
        )
        watch.say("checking the examples")
        try:
            adapter = project.tuning.tune(file, options)
        except KeyboardInterrupt:
            typer.echo("Stopped; the same command with --resume goes on from there.", err=True)
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json("tune-run", adapter)
    else:
        print_tuned(adapter)
    if adapter.guard and not adapter.guard.passed:
        raise typer.Exit(GUARD_FAILED)


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

    options = _options(base=base, method=method, recipe=recipe, values=values, seed=seed)
    with open_project(context) as project, progress() as show:
        found = project.tuning.search(file, options, minutes=minutes, progress=show)
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

    options = _options(
        base=base, method=method, recipe=recipe, values=values, seed=seed, minutes=minutes
    )
    with open_project(context) as project, progress() as show:
        found = project.tuning.curve(file, options, seeds=seeds, progress=show)
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
