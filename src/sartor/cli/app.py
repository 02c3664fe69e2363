"""The typer application: what stands before the verb, and where each verb lives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor import __version__
from sartor.cli import (
    adapters,
    add,
    advise,
    ask,
    backup,
    calibrate,
    chat,
    check,
    cite,
    climb,
    config,
    cost,
    delete,
    demo,
    doctor,
    documents,
    evaluate,
    index,
    init,
    lab,
    prompt,
    questions,
    rate,
    runs,
    search,
    sources,
    trace,
    tune,
)
from sartor.cli.options import Call, pairs

app = typer.Typer(
    name="sartor",
    help="Made-to-measure language models: documents in, cited and measured answers out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

START, FIND, PROVE, TUNE, KEEP = "Start", "Find and answer", "Prove", "Tune", "Keep in order"

app.command("demo", rich_help_panel=START)(demo.demo)
app.command("init", rich_help_panel=START)(init.init)
app.command("add", rich_help_panel=START)(add.add)
app.command("sync", rich_help_panel=START)(add.sync)
app.command("search", rich_help_panel=FIND)(search.search)
app.command("ask", rich_help_panel=FIND)(ask.ask)
app.command("chat", rich_help_panel=FIND)(chat.chat)
app.command("check", rich_help_panel=PROVE)(check.check)
app.command("cite", rich_help_panel=PROVE)(cite.cite)
app.add_typer(trace.app, name="trace", rich_help_panel=PROVE)
app.add_typer(evaluate.app, name="eval", rich_help_panel=PROVE)
app.add_typer(runs.app, name="runs", rich_help_panel=PROVE)
app.command("advise", rich_help_panel=PROVE)(advise.advise)
app.command("climb", rich_help_panel=PROVE)(climb.climb)
app.command("cost", rich_help_panel=PROVE)(cost.cost)
app.command("calibrate", rich_help_panel=PROVE)(calibrate.calibrate)
app.add_typer(questions.app, name="questions", rich_help_panel=PROVE)
app.command("rate", rich_help_panel=PROVE)(rate.rate)
app.add_typer(lab.app, name="lab", rich_help_panel=START)
app.add_typer(tune.app, name="tune", rich_help_panel=TUNE)
app.add_typer(adapters.app, name="adapters", rich_help_panel=TUNE)
app.add_typer(prompt.app, name="prompt", rich_help_panel=KEEP)
app.command("documents", rich_help_panel=KEEP)(documents.documents)
app.command("show", rich_help_panel=KEEP)(documents.show)
app.command("sources", rich_help_panel=KEEP)(sources.sources)
app.command("delete", rich_help_panel=KEEP)(delete.delete)
app.command("purge", rich_help_panel=KEEP)(delete.purge)
app.add_typer(index.app, name="index", rich_help_panel=KEEP)
app.command("backup", rich_help_panel=KEEP)(backup.backup)
app.command("restore", rich_help_panel=KEEP)(backup.restore)
app.command("doctor", rich_help_panel=KEEP)(doctor.doctor)
app.add_typer(config.app, name="config", rich_help_panel=KEEP)


def _print_version(wanted: bool) -> None:  # typer calls it so
    if wanted:
        typer.echo(f"sartor {__version__}")
        raise typer.Exit


@app.callback()
def before(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option("--project", "-C", help="The project's folder; default: here or above."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting for this call only."),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Made-to-measure language models: documents in, cited and measured answers out."""
    context.obj = Call(project, pairs(settings, "--set"))
