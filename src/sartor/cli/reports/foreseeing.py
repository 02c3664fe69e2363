"""What a climb would take, in the terminal: rung by rung, and all of it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.cli.reports.training import duration

if TYPE_CHECKING:
    from sartor.ladder.estimate import Estimate, Outlook

UNKNOWN = "unknown"
OPEN = {  # what an answer takes -> how it becomes known
    "seconds": 'how long an answer takes, the first one tells: sartor ask --rung RUNG "...", or a '
    "climb with a few questions",
    "dollars": "no price is known: model.prices_file names a file of your own",
}
HEADS = ("questions", "tokens", "training", "answering", "dollars")


def print_estimate(estimate: Estimate) -> None:
    """Print what each rung and all of them would take, what that rests on, what is not known."""
    from sartor.ladder.levers import by_reason

    out = console()
    rows = table("rung", *HEADS, right=HEADS)
    rows.columns[0].no_wrap = True
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
    out.print(Padding(Text(_total(estimate)), (1, 0)))
    reasons = {one.rung: one.reason for one in estimate.rungs if one.reason}
    for why, names in by_reason(reasons).items():
        out.print(Text(f"{', '.join(names)}: {printable(why)}", style="dim"))
    for told in _open(estimate.rungs):
        out.print(Text(told, style="yellow"))
    for why, names in by_reason(estimate.missing).items():
        out.print(Text(f"Cannot be measured: {', '.join(names)}: {printable(why)}"))


def _total(estimate: Estimate) -> str:
    """Add up what is known, and name whose share is missing."""
    rungs = estimate.rungs
    told = [f"At most {estimate.questions:,} answers"]
    told += _sum("tokens", _count, {one.rung: one.answering.tokens for one in rungs})
    told += _sum("for models", _money, {one.rung: one.dollars for one in rungs})
    told += _sum("of answering", _time, {one.rung: one.answering.seconds for one in rungs})
    training = _sum("of training", _time, {one.rung: one.building.seconds for one in rungs})
    if not training:
        return f"{', '.join(told)}."
    when = "starts only when nothing cheaper is enough (--all: always)"
    return f"{', '.join([*told, *training])}, which {when}."


def _sum(
    noun: str, written: Callable[[float | None], str], taken: Mapping[str, float | None]
) -> list[str]:
    """Write a sum with the names whose share nobody knows; nothing where nothing is known."""
    known = [value for value in taken.values() if value is not None]
    lacking = [name for name, value in taken.items() if value is None]
    if not sum(known):
        return []
    more = f" and what {', '.join(lacking)} will take" if lacking else ""
    return [f"{written(sum(known))} {noun}{more}"]


def _open(rungs: Sequence[Outlook]) -> Iterator[str]:
    """Say of what is not known how it can be; of a system of one's own all is open."""
    ours = [one for one in rungs if one.questions and one.answering.tokens is not None]
    for taken, way in OPEN.items():
        if names := [one.rung for one in ours if getattr(one.answering, taken) is None]:
            yield f"{', '.join(names)}: {way}"


def _count(number: float | None) -> str:
    return UNKNOWN if number is None else f"{round(number):,}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    return duration(seconds) if seconds else "-"


def _money(dollars: float | None) -> str:
    return UNKNOWN if dollars is None else f"${dollars:,.2f}"
