"""Advice in the terminal: the way up, what speaks for each rung, where guides disagree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.ladder.advising import Advice
    from sartor.ladder.advising.advice import Beside, Reason, Step
    from sartor.ladder.advising.profile import Asked

SHOWN_REASONS = 2
SHOWN_OPEN = 6
STATES = {"now": "", "later": "not yet", "no": "no"}


def print_advice(found: Advice) -> None:
    """Print the whole advice."""
    out = console()
    out.print(Padding(_headline(found), (1, 0)))
    _print_steps(out, found)
    _print_beside(out, found)
    _print_disagreements(out, found)
    _print_mistakes(out, found)
    print_taken(out, found)
    _print_open(out, found)
    _print_commands(out, found)
    _print_guides(out, found)


def _headline(found: Advice) -> Text:
    start, _, rest = found.summary.partition(". ")
    return Text.assemble((f"{start}.", "bold green"), f" {rest}")


# --- the way up -------------------------------------------------------------------------------


def _print_steps(out: Console, found: Advice) -> None:
    """Print each rung once, and under it the reasons that no earlier rung had."""
    rows = table("", "", "", header=False)
    rows.columns[0].no_wrap = True
    told: set[str] = set()
    for number, step in enumerate(found.steps, start=1):
        first = step.rung == found.first
        name = f"{'>' if first else ' '} {number}  {step.rung}"
        rows.add_row(Text(name, style="bold" * first), Text(step.about, style="bold" * first))
        for line in _reasons(step, told):
            rows.add_row("", *line)
    out.print(Text("The way up", style="bold"))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _reasons(step: Step, told: set[str]) -> Iterator[tuple[Text, Text]]:
    new = [reason for reason in step.reasons if reason.rule not in told][:SHOWN_REASONS]
    told.update(reason.rule for reason in new)
    for reason in new:
        yield _reason(Text("+ ", style="green"), reason)
    for reason in step.against:
        yield _reason(Text(f"{STATES[step.state]}: ", style="yellow"), reason)


def _reason(before: Text, reason: Reason) -> tuple[Text, Text]:
    return before + Text(reason.text), Text(reason.source, style="dim")


# --- what stands beside it --------------------------------------------------------------------


def _print_beside(out: Console, found: Advice) -> None:
    rows = table("", "", "", header=False)
    for items, sign in ((found.beside, "+"), (found.avoid, "-")):
        for item in items:
            rows.add_row(Text(f"  {sign}"), *_item(item))
    if rows.row_count:
        out.print(Text("Beside it", style="bold"))
        out.print(Padding(rows, (0, 0, 1, 0)))


def _item(item: Beside) -> tuple[Text, Text]:
    first = item.reasons[0]
    return Text(f"{item.text}: {first.text}"), Text(first.source, style="dim")


def _print_disagreements(out: Console, found: Advice) -> None:
    """Print both sides of each, and what would settle it."""
    if not found.disagreements:
        return
    out.print(Text("Where the guides disagree", style="bold"))
    rows = table("", "", header=False)
    rows.columns[0].no_wrap = True
    for one in found.disagreements:
        rows.add_row(Text(f"  {one.about}"), "")
        for side in one.sides:
            rows.add_row(Text(f"    {side.source}", style="dim"), Text(side.says))
        rows.add_row(Text("    to measure", style="cyan"), Text(one.measure, style="cyan"))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _print_mistakes(out: Console, found: Advice) -> None:
    if not found.mistakes:
        return
    out.print(Text("Classic mistakes near by", style="bold yellow"))
    rows = table("", "", header=False)
    for one in found.mistakes:
        rows.add_row(Text("  !"), Text.assemble((one.name, "bold"), f": {one.evidence}"))
        rows.add_row("", Text(f"-> {one.advice}"))
    out.print(Padding(rows, (0, 0, 1, 0)))


# --- what it rests on -------------------------------------------------------------------------


def print_taken(out: Console, found: Advice) -> None:
    """Print what nobody had to answer, and where it came from."""
    if not found.taken:
        return
    by_source: dict[str, list[str]] = {}
    for name, source in found.taken.items():
        by_source.setdefault(source, []).append(f"{name} {_value(found.profile.get(name))}")
    rows = table("", "", header=False)
    for source, values in by_source.items():
        rows.add_row(Text(", ".join(values)), Text(printable(source), style="dim"))
    out.print(Text("Filled in", style="bold"))
    out.print(Padding(rows, (0, 0, 1, 2)))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _print_open(out: Console, found: Advice) -> None:
    """Print the questions whose answers would lead elsewhere."""
    if not found.open:
        return
    out.print(Text("What would change it", style="bold"))
    rows = table("", "", "", header=False)
    for one in found.open[:SHOWN_OPEN]:
        would = "; ".join(f"{_answer(value)}: {route}" for value, route in one.would.items())
        rows.add_row(Text(one.name, style="cyan"), Text(one.question), Text(would))
    out.print(Padding(rows, (0, 0, 0, 2)))
    if len(found.open) > SHOWN_OPEN:
        others = ", ".join(one.name for one in found.open[SHOWN_OPEN:])
        out.print(Padding(Text(f"and {others}", style="dim"), (0, 0, 0, 2)))
    out.print()


def _answer(value: str) -> str:
    known = {"True": "yes", "False": "no"}
    return f"{int(value):,}" if value.isdecimal() else known.get(value, value)


def _print_commands(out: Console, found: Advice) -> None:
    note = ("; the figures of the bar are yours to set", "dim")
    out.print(Text.assemble(("Measure it", "bold"), note))
    for command in found.commands:
        out.print(Text(f"  {command}"), soft_wrap=True)
    out.print()


def _print_guides(out: Console, found: Advice) -> None:
    """Say what the short names of guides stand for."""
    note = ("; these are their claims, and nothing that was measured here", "dim")
    out.print(Text.assemble(("The guides behind G0 to G4", "bold"), note))
    rows = table("", "", header=False)
    for name, title in found.guides.items():
        rows.add_row(Text(f"  {name}"), Text(title), style="dim")
    out.print(rows)


def worded(question: Asked) -> Text:
    """Word a question for a person, with what may be answered."""
    return Text.assemble((question.question, "bold"), (f" ({_hint(question)}) ", "dim"))


def _hint(question: Asked) -> str:
    if question.kind is bool:
        return "yes, no"
    return ", ".join(question.choices) or ("a share" if question.kind is float else "a number")
