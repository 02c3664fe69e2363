"""What is to be rated, side by side where there is room, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.evaluation.rating import Item, Rated, Session

SIDE_BY_SIDE = 100  # columns; below it the answers stand one below the other
CHANCE = 0.5
PLACES = ("A", "B")
PAIR_HINT = "better: a  b   t tie   s skip   u undo   q quit"
NAMES = {"first": "for the first", "second": "for the second", "tie": "ties", "skip": "skipped"}
SINGLE_HINT = "right? y  n   s skip   u undo   q quit"


def print_item(out: Console, item: Item, session: Session) -> None:
    """Show a question, what was expected, and one answer or two without their names."""
    question = item.question
    out.print()
    out.rule(f"{session.done + 1} of {len(session.shown)}", style="dim")
    for turn in question.history:
        out.print(Text(f"{turn.role}: {printable(turn.content)}", style="dim"))
    out.print(Text(printable(question.text), style="bold"))
    if question.expected:
        out.print(Text(f"expected: {printable(' | '.join(question.expected))}", style="green"))
    out.print()
    _print_texts(out, item.texts)
    out.print(Text(PAIR_HINT if len(item.texts) == 2 else SINGLE_HINT, style="dim"))


def _print_texts(out: Console, texts: tuple[str, ...]) -> None:
    shown = [Text(printable(text).strip() or "(no answer)") for text in texts]
    if len(shown) == 1:
        out.print(shown[0])
    elif out.width >= SIDE_BY_SIDE:
        columns = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False)
        for place in PLACES:
            columns.add_column(place, ratio=1, overflow="fold")
        columns.add_row(*shown)
        out.print(columns)
    else:
        for place, text in zip(PLACES, shown, strict=True):
            out.print(Text(place, style="bold"))
            out.print(text)
            out.print()


def print_outcome(out: Console, outcome: str, key: str, session: Session) -> None:
    """Say what a key did, where it cannot be seen from the next item."""
    if outcome == "unknown":
        known = ", ".join([*session.keys, "u", "q"])
        out.print(Text(f"{printable(key)!r} means nothing here; {known} do", style="red"))
    elif outcome == "nothing to undo":
        out.print(Text("There is nothing to take back.", style="red"))
    elif outcome == "undone":
        out.print(Text("Taken back.", style="dim"))


def print_rated(result: Rated) -> None:
    """Print the share with its interval, and what it is made of."""
    out = console()
    if result.measured is None:
        out.print("Nothing was rated yet.")
        return
    measured = result.measured
    out.print(Text(_headline(result), style="bold"))
    rows = table("measure", "value", "95 % interval", "rated", right=("value", "rated"))
    interval = f"{measured.low:.3f} - {measured.high:.3f}"
    name = f"{measured.metric} of {printable(result.systems[0])}"
    rows.add_row(name, f"{measured.mean:.3f}", interval, str(measured.n))
    out.print(rows)
    counts = ", ".join(
        f"{count} {NAMES.get(verdict, verdict)}" for verdict, count in result.counts.items()
    )
    out.print(Text(f"{counts}; {result.left} left", style="dim"))


def _headline(result: Rated) -> str:
    measured = result.measured
    if measured is None or len(result.systems) == 1:
        return f"{printable(result.systems[0])}, as people see it:"
    first, second = map(printable, result.systems)
    if measured.low > CHANCE:
        return f"{first} is preferred to {second}."
    if measured.high < CHANCE:
        return f"{second} is preferred to {first}."
    return f"It cannot be told yet which of {first} and {second} is preferred."
