"""`sartor demo`: the main job on sample documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.output import console, progress
from sartor.cli.reports.answers import print_answer
from sartor.cli.reports.measuring import print_scorecard
from sartor.cli.reports.runs import print_report
from sartor.cli.reports.syncing import print_sync

QUESTIONS = (
    "How long may a customer return an unused item?",
    "What is the daily allowance for a full day overseas?",
    "Must a wardrobe be fixed to the wall?",
)
NEXT = (
    "sartor init myproject && cd myproject",
    "sartor add PATH/TO/DOCUMENTS",
    'sartor ask "..."',
    "sartor questions make && sartor questions review",
    "sartor eval",
    'sartor climb --bar "answers.correct >= 0.85"',
)


def demo(
    folder: Annotated[
        Path, typer.Argument(help="The project to make; made anew each time.")
    ] = Path("demo"),
) -> None:
    """Make a sample project, answer three questions with cited passages, measure it."""
    from sartor.samples import make_project

    out = console()
    with make_project(folder) as (project, documents, questions):
        out.rule("[bold]1  Documents in[/bold]", align="left")
        with progress() as show:
            report = project.add(documents, progress=show)
        print_sync(report)
        out.rule("[bold]2  Questions answered, word for word, with sources[/bold]", align="left")
        for question in QUESTIONS:
            out.print(f"\n[bold cyan]?[/bold cyan] [bold]{question}[/bold]")
            print_answer(project.ask(question))
        out.rule("[bold]3  Measured on the questions of the sample[/bold]", align="left")
        card = project.evaluate(questions)
        print_scorecard(card)
        print_report(card.run, project.report(card.run))
    out.rule(align="left")
    out.print("Now with documents of your own:\n")
    for command in NEXT:
        out.print(f"  {command}", highlight=False)
