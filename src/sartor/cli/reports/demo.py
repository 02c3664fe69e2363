"""The steps of the demonstration in the terminal, each as it happens, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.answers import print_answer
from sartor.cli.reports.syncing import print_sync
from sartor.cli.reports.tables import heading, printable, table
from sartor.evaluation.reporting.figures import called, measure

if TYPE_CHECKING:
    from sartor.ladder.verdict import Verdict
    from sartor.samples.demonstration import Answered, Climbed, Line, Step, Synced
    from sartor.types import Measurement

WITH_INTERVAL = ("answers.correct", "format.valid")
SHARES = ("citations.recall", "answers.abstained")
USUAL = "latency.p50"
MEASURES = (*WITH_INTERVAL, *SHARES, USUAL)
LEGEND = (
    "prompt: the model alone; few-shot: with examples in its prompt; rag: with the passages that "
    "search finds; lora: with weights learned from examples; +: with both."
)
SILENT = "A rung that never answers is right on the questions that have no answer."
MADE_UP = (
    "The company is made up, and a tiny model of ours stands in for a real one: it reads these "
    "notes and nothing else. What you see is measured all the same, on this machine, now."
)
QUOTES_ONLY = (
    "The extra `tune` is not installed: no model, no training; answers are quotes.  "
    "-> pip install 'sartor[tune]'"
)
NEXT = (
    "sartor init myproject && cd myproject",
    "sartor add PATH/TO/DOCUMENTS",
    'sartor ask "..."',
    "sartor questions make && sartor questions review",
    "sartor advise",
    'sartor climb --bar "answers.correct >= 0.85"',
    "sartor cost",
)


def print_opening(*, model: bool) -> None:
    """Say what this is, and what it is not."""
    out = console()
    out.print(Text(MADE_UP if model else QUOTES_ONLY, style="yellow"))


def print_step(step: Step) -> None:
    """Print one step."""
    from sartor.samples.demonstration import Answered, Synced

    if isinstance(step, Synced):
        _print_synced(step)
    elif isinstance(step, Answered):
        _print_answered(step)
    else:
        _print_climbed(step)


def _print_synced(step: Synced) -> None:
    console().rule(f"[bold]Documents in: {step.edition}[/bold]", align="left")
    print_sync(step.report)


def _print_answered(step: Answered) -> None:
    console().print(Text.assemble("\n", ("? ", "bold cyan"), (step.question, "bold")))
    print_answer(step.answer)


def _print_climbed(step: Climbed) -> None:
    out = console()
    out.rule(f"[bold]Which rung is enough to be {step.wanted}?[/bold]", align="left")
    out.print(Text(f"{step.verdict.bar}   ({step.seconds:.0f} s)", style="dim"))
    out.print(Padding(Text(printable(step.verdict.reason)), (0, 0, 1, 0)))


def print_table(found: Iterable[Line]) -> None:
    """Print the rungs side by side."""
    out = console()
    out.rule("[bold]All rungs, on the same questions[/bold]", align="left")
    heads = [heading(metric) for metric in MEASURES]
    rows = table("rung", *heads, "enough\nto be", right=heads)
    rows.columns[0].no_wrap = True
    missing = []
    for line in found:
        if line.why:
            missing.append(line)
            continue
        chosen = ", ".join(line.chosen_for)
        cells = (line.rung, *_cells(line.measurements), chosen)
        rows.add_row(*map(Text, cells), style="bold green" if chosen else "")
    out.print(rows)
    for line in missing:
        out.print(Text(f"  {line.rung}: {printable(line.why)}", style="dim"))
    meanings = "; ".join(
        f"{called(metric)} ({metric}): {measure(metric).meaning}" for metric in MEASURES
    )
    out.print(Padding(Text(f"{LEGEND}\n{meanings}.\n{SILENT}", style="dim"), (1, 0)))


def print_next(reports: Mapping[str, str], last: Verdict) -> None:
    """Say what to take care of, where the reports are, and how to go on with one's own."""
    out = console()
    _print_list("Take care", last.warnings)
    _print_list("What to do next", last.next_steps)
    if reports:
        out.print(Text("Reports, with all that each decision rests on", style="bold"))
    for wanted, page in reports.items():
        out.print(Text.assemble(f"  to be {wanted}: ", (page, "bold")), soft_wrap=True)
    out.rule(align="left")
    out.print("Now with documents of your own:\n")
    for command in NEXT:
        out.print(f"  {command}", highlight=False)


def _print_list(title: str, items: Iterable[str]) -> None:
    rows = table("", "", header=False)
    for item in items:
        rows.add_row("  -", Text(printable(item)))
    if rows.row_count:
        console().print(Text(title, style="bold"))
        console().print(Padding(rows, (0, 0, 1, 0)))


def _cells(measurements: Mapping[str, Measurement]) -> Iterator[str]:
    for metric in WITH_INTERVAL:
        measured = measurements.get(metric)
        yield (
            f"{_share(measured)} [{_points(measured.low)}, {_points(measured.high)}]"
            if measured
            else "-"
        )
    for metric in SHARES:
        yield _share(measurements.get(metric))
    measured = measurements.get(USUAL)
    yield f"{1000 * measured.mean:.0f} ms" if measured else "-"


def _share(measured: Measurement | None) -> str:
    return "-" if measured is None else f"{_points(measured.mean)} %"


def _points(share: float) -> str:
    return f"{100 * share:.0f}"
