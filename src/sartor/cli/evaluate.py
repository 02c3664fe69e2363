"""`sartor eval`: a system on a file of questions; two of them; one against a bar."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sartor.cli import INTERRUPTED, Told
from sartor.cli.options import Call, Json, open_project
from sartor.cli.output import print_json, progress
from sartor.cli.reports.comparing import print_difference, print_gate
from sartor.cli.reports.measuring import print_scorecard
from sartor.cli.reports.runs import print_report
from sartor.errors import ConfigError
from sartor.ladder.bars import read_bar

if TYPE_CHECKING:
    from sartor.project import Project

BAR_NOT_MET = 7
DEFAULT = "run"


class WithDefault(TyperGroup):
    """A group whose first argument may be a file of questions: `eval FILE` is `eval run FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer's own context
        """Put the default verb in front where none is named."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  # typer's own
        """Show the verbs, and after them what the default verb takes."""
        super().format_help(ctx, formatter)
        default = self.commands[DEFAULT]
        default.format_help(type(ctx)(default, info_name=DEFAULT, parent=ctx), formatter)


app = typer.Typer(
    cls=WithDefault,
    help="Measure on test questions, compare runs, hold them to a bar.\n\n"
    "sartor eval [QUESTIONS] [OPTIONS] is short for sartor eval run, whose options stand below.",
)

Questions = Annotated[
    Path | None,
    typer.Argument(help="A file of questions; default: eval.questions_file.", show_default=False),
]
Bar = Annotated[
    str,
    typer.Option(help='What must hold, as in "answers.correct >= 0.85"; default: eval.bar.'),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Likely is not enough: every requirement proved.")
]


@app.command(DEFAULT)
def run(
    context: typer.Context,
    questions: Questions = None,
    system: Annotated[
        str | None,
        typer.Option(
            help="A file of recorded answers, http(s)://ADDRESS or MODULE:FUNCTION; "
            "default: the configured assistant."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What to call the system.")] = "",
    style: Annotated[
        Path | None, typer.Option(help="Examples of your voice: measures style.match.")
    ] = None,
    bar: Bar = "",
    strict: Strict = False,
    resume: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on with a run that was broken off.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the HTML report here too.")] = None,
    no_save: Annotated[bool, typer.Option("--no-save", help="Store no run.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every measure.")] = False,
    as_json: Json = False,
) -> None:
    """Measure a system on test questions (the default: `sartor eval QUESTIONS`)."""
    if report and no_save:
        raise ConfigError("--report is about a stored run; --no-save stores none", "leave one out")
    with open_project(context) as project:
        if bar:
            read_bar(bar, volume=project.settings.eval.volume)  # before anything is asked
        more = {"--style": style, "--bar": bar, "--report": report}
        with _resumable(context, project, resume, more), progress() as show:
            card = project.evaluate(
                questions,
                system,
                name=name,
                style=style,
                save=not no_save,
                resume=resume,
                progress=show,
            )
        held = project.gate(card, bar, strict=strict) if bar else None
        place = project.report(card.run, report) if card.run else None
    if as_json:
        print_json("eval", card)
    else:
        print_scorecard(card, everything=everything)
        print_report(card.run, place)
        if held is not None:
            print_gate(held)
    if held is not None and not held.met:
        raise typer.Exit(BAR_NOT_MET)


@contextmanager
def _resumable(
    context: typer.Context, project: Project, resume: str | None, more: Mapping[str, object]
) -> Iterator[None]:
    """Say how to go on when it is stopped by hand: the command that asks only what is missing."""
    known = {one.id for one in project.runs()}
    try:
        yield
    except KeyboardInterrupt:
        id = next((one.id for one in project.runs() if one.id not in known), resume)
        if id is None:  # nothing was answered, or nothing is stored
            raise
        line = _again(context.obj or Call(), id, more)
        typer.echo(f"\nStopped. What was answered is kept; to go on:  {line}", err=True)
        raise Told(INTERRUPTED) from None


def _again(call: Call, id: str, more: Mapping[str, object]) -> str:
    """Write the command that goes on with a run, with all that was said before."""
    folder = ["-C", str(call.folder)] if call.folder else []
    settings = [f"--set={name}={value}" for name, value in call.flags.items()]
    options = [part for name, value in more.items() if value for part in (name, str(value))]
    return shlex.join(["sartor", *folder, *settings, "eval", "--resume", id, *options])


@app.command()
def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="A run, `latest`, or a file of recorded answers.")],
    second: Annotated[str, typer.Argument(help="The one it is compared with.")],
    questions: Annotated[
        Path | None, typer.Option(help="The questions that recorded answers are to.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two runs on the questions both were asked: better, worse, or cannot tell."""
    with open_project(context) as project, progress() as show:
        found = project.diff(first, second, questions, progress=show)
    if as_json:
        print_json("eval-diff", found)
    else:
        print_difference(found)


@app.command()
def gate(
    context: typer.Context,
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|QUESTIONS]",
            help="A run, `latest`, or questions to ask the configured assistant now.",
            show_default=False,
        ),
    ] = None,
    bar: Bar = "",
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Hold a system to a bar; exit code 7 if it is not met."""
    with open_project(context) as project, progress() as show:
        held = project.gate(about, bar, strict=strict, progress=show)
    if as_json:
        print_json("eval-gate", held)
    else:
        print_gate(held)
    if not held.met:
        raise typer.Exit(BAR_NOT_MET)
