"""`sartor lab`: the small model that comes with Sartor, and a world that it can read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json
from sartor.cli.output import console, print_json, progress
from sartor.cli.reports.syncing import print_sync

app = typer.Typer(
    no_args_is_help=True,
    help="A tiny model that can read, to try everything offline; not for questions of yours.",
)

NEXT = (
    "cd {folder}",
    'sartor ask "{question}"',
    "sartor tune check",
    "sartor tune run --name voice",
)


@app.command()
def show(as_json: Json = False) -> None:
    """Show the card of the lab model: what it is, what it was trained on, how well it reads."""
    from sartor.cli.reports.lab import print_card
    from sartor.lab import card, model_folder

    if as_json:
        print_json("lab-show", card())
    else:
        print_card(card(), model_folder())


@app.command()
def project(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("town"),
    facts: Annotated[int, typer.Option(min=10, help="Facts in the documents, at least.")] = 200,
    examples: Annotated[int, typer.Option(min=0, help="Examples to learn a form from.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Decides which world it is.")] = 0,
) -> None:
    """Make a project of the lab's world: documents, questions, examples, prompts, settings."""
    from sartor.samples.town import make_town

    out = console()
    with make_town(folder, facts=facts, examples=examples, seed=seed) as town:
        with progress() as show:
            report = town.add(folder / "documents", progress=show)
        print_sync(report)
        question = next(iter(town.check_examples().examples)).question
    out.print("\nNext:\n")
    for command in NEXT:
        line = command.format(folder=folder, question=question)
        out.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
