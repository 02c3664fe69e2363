"""What a climb would take, in the terminal: rung by rung, and all of it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.cli.reports.training import duration

if TYPE_CHECKING:
    from sartor.ladder.estimate import Estimate

UNKNOWN = "unknown"
HEADS = ("questions", "tokens", "training", "answering", "dollars")


def print_estimate(estimate: Estimate) -> None:
    """Print what each rung and all of them would take, and what cannot be measured."""
    from sartor.ladder.levers import by_reason

    out = console()
    rows = table("rung", *HEADS, right=HEADS)
    for one in estimate.rungs:
        cells = (
            f"{one.questions:,}",
            _count(one.answering.tokens),
            _time(one.building.seconds),
            _time(one.answering.seconds),
            _money(one.dollars),
        )
        rows.add_row(Text(one.rung), *map(Text, cells))
    out.print(rows)
    total = (
        f"At most {estimate.questions:,} answers, {_count(estimate.tokens)} tokens, "
        f"{_time(estimate.building)} of training, {_money(estimate.dollars)} for models; training "
        "starts only when nothing cheaper is enough (--all: always)."
    )
    out.print()
    out.print(Text(total))
    for one in estimate.rungs:
        if one.building.seconds or one.building.reason:
            out.print(Text(f"{one.rung}: {printable(one.reason)}", style="dim"))
    for why, names in by_reason(estimate.missing).items():
        out.print(Text(f"Cannot be measured: {', '.join(names)}: {printable(why)}"))


def _count(number: float | None) -> str:
    return UNKNOWN if number is None else f"{round(number):,}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    return duration(seconds) if seconds else "-"


def _money(dollars: float | None) -> str:
    return f"{UNKNOWN} $" if dollars is None else f"${dollars:,.2f}"
