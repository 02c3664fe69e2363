"""Which of two rungs is cheaper, in the terminal: from which volume on, or everywhere alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, log10
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.ladder.costing.breaking_even import BreakEven
    from sartor.ladder.costing.report import CostReport, RungCost

LEAST = 0.01  # dollars a month: less is not worth a figure
SAME = "cost the same at each of these volumes, to the cent"


def print_break_even(out: Console, report: CostReport) -> None:
    """Print where the cheaper of two rungs changes; of the others, only who is cheaper."""
    same = _same(report)
    turns = [_turn(one) for one in report.break_even if one.volume]
    lines = [*turns, *_always(report, same), *((", ".join(names), SAME) for names in same)]
    if not lines:
        return
    title(out, "Which is cheaper", "by questions a month [95 % range]")
    rows = table("", "", header=False)
    for names, told in lines:
        rows.add_row(Text(f"  {printable(names)}"), Text(printable(told)))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _turn(one: BreakEven) -> tuple[str, str]:
    at, low = (rounded(volume or 0, 3) for volume in (one.volume, one.low))
    high = "never" if one.high is None else rounded(one.high, 3)
    reach = f" [{low}, {high}]" if low != high else ""
    again = "; it turns again further up, as machines come whole" if one.returns else ""
    return f"{one.first}, then {one.then}", f"from {at}{reach} on{again}"


def _always(report: CostReport, same: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Gather the pairs in which one rung is never dearer, by where it is cheaper."""
    rungs = {rung.rung: rung for rung in report.rungs}
    found: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for one in report.break_even:
        alike = any({one.first, one.then} <= {*names} for names in same)
        if one.first and one.volume is None and not alike:
            apart = tuple(_apart(report, rungs[one.first], rungs[one.then]))
            found.setdefault((one.first, apart), []).append(one.then)
    for (first, apart), dearer in found.items():
        others = ", ".join(dearer)
        if len(apart) == len(report.volumes):
            yield first, f"at any volume, beside {others}"
        else:
            where = " and ".join(f"{volume:,}" for volume in apart) or "larger volumes"
            yield first, f"never dearer than {others}, and cheaper at {where}"


def _same(report: CostReport) -> list[list[str]]:
    """Put the rungs together that cost the same at every volume shown."""
    groups: list[list[RungCost]] = []
    for rung in report.rungs:
        if any(month.total is None for month in rung.months):
            continue
        group = next((one for one in groups if not [*_apart(report, one[0], rung)]), [])
        if not group:
            groups.append(group)
        group.append(rung)
    return [[rung.rung for rung in group] for group in groups if len(group) > 1]


def _apart(report: CostReport, first: RungCost, second: RungCost) -> Iterator[int]:
    """Give the volumes at which two rungs differ by as much as can be written."""
    for volume, one, other in zip(report.volumes, first.months, second.months, strict=True):
        if one.total and other.total and abs(one.total.mean - other.total.mean) >= LEAST:
            yield volume


def title(out: Console, said: str, more: str = "") -> None:
    """Print a title, and beside it what its figures are."""
    out.print(Text.assemble((said, "bold"), (f"  {more}" if more else "", "dim")))


def rounded(value: float, figures: int) -> str:
    """Write so many figures of a number: more would promise what nobody knows."""
    places = max(0, floor(log10(value)) + 1 - figures) if value >= 1 else 0
    return f"{round(value, -places):,.0f}"
