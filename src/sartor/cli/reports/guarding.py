"""What the guard found in the terminal: before and after, which limits held, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.types.packing import plain

if TYPE_CHECKING:
    from sartor.types import GuardFinding, GuardReport, Measurement

PERPLEXITY = "general.perplexity"
MISSING = "-"
HELD, BROKEN = Text("\N{CHECK MARK}", style="green"), Text("\N{BALLOT X}", style="bold red")
UP, DOWN, SAME = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}", "\N{RIGHTWARDS ARROW}"
NAMES = {  # what a finding is called where a person reads it
    "task": "task as a whole",
    PERPLEXITY: "perplexity",
    "general.probe": "small tasks",
    "general.leak": "leak",
}
LOWER_IS_BETTER = {PERPLEXITY, "general.leak"}
STEPS = {  # a limit that broke -> what to do about it
    "task": "give it more examples, or more epochs; sartor tune curve says whether that would help",
    PERPLEXITY: "mix in more general text: raise replay under [tune], or lower the learning rate",
    "general.probe": "mix in more general text: raise replay under [tune], or lower the rank",
    "general.leak": "mix in more general prompts: raise replay under [tune]",
}
UNMEASURED = "not measured"


def print_guard(report: GuardReport) -> None:
    """Print the verdict, the table of what was looked at, why, and what to do next."""
    out = console()
    out.print(_verdict(report))
    out.print()
    rows = table("", "before", "after", "", "limit", "", right=("before", "after"))
    for column in (0, 1, 2):
        rows.columns[column].no_wrap = True
    for found in report.findings:
        rows.add_row(
            Text(_name(found)),
            *(Text("" if found.name == "task" else _figure(one)) for one in _both(found)),
            _arrow(found),
            Text(found.limit, style="dim"),
            HELD if found.passed else BROKEN,
        )
    out.print(rows)
    out.print()
    _print_reasons(report)
    steps = list(next_steps(report))
    if steps:
        out.print()
        out.print(Text("What to do next", style="bold"))
        listed = table("", "", header=False)
        for number, step in enumerate(steps, start=1):
            listed.add_row(Text(f"  {number}."), Text(step))
        out.print(listed)


def guard_data(report: GuardReport) -> dict[str, Any]:
    """Give the report as plain values, with its verdict and what to do next."""
    data: Mapping[str, Any] = plain(report)
    return {"passed": report.passed, **data, "next_steps": list(next_steps(report))}


def next_steps(report: GuardReport) -> Iterator[str]:
    """Say what would mend each limit that broke, every remedy once."""
    broken = [found for found in report.findings if not found.passed]
    remedies = [STEPS.get(found.name, STEPS["task"]) for found in broken if not _unmeasured(found)]
    yield from dict.fromkeys(remedies)
    yield from (f"{_name(found)} was {found.reason}" for found in broken if _unmeasured(found))
    if broken:
        yield "to use it all the same: sartor adapters promote NAME --force (its card will say so)"


def _verdict(report: GuardReport) -> Text:
    broken = [_name(found) for found in report.findings if not found.passed]
    if not broken:
        return Text("The guard passes: it does what it should, and nothing else.", "bold green")
    return Text(f"The guard fails on {', '.join(broken)}.", style="bold red")


def _print_reasons(report: GuardReport) -> None:
    out = console()
    rows = table("", "", header=False)
    rows.columns[0].no_wrap = True
    for found in report.findings:
        style = "" if found.passed else "red"
        rows.add_row(Text(f"  {_name(found)}"), Text(printable(found.reason), style=style))
    out.print(rows)


def _both(found: GuardFinding) -> tuple[Measurement | None, Measurement | None]:
    return found.before, found.after


def _name(found: GuardFinding) -> str:
    return NAMES.get(found.name, found.name.removeprefix("task."))


def _unmeasured(found: GuardFinding) -> bool:
    return found.reason.startswith(UNMEASURED)


def _figure(measured: Measurement | None) -> str:
    """Write a mean with its interval: shares in percent, a perplexity as it is."""
    if measured is None:
        return MISSING
    if measured.metric == PERPLEXITY:
        return f"{measured.mean:.3g} [{measured.low:.3g}, {measured.high:.3g}]"
    mean, low, high = (100 * one for one in (measured.mean, measured.low, measured.high))
    return f"{mean:.0f} % [{low:.0f}, {high:.0f}]"


def _arrow(found: GuardFinding) -> Text:
    """Show which way it went, and in colour whether that is good."""
    if found.before is None or found.after is None:
        return Text("")
    if _figure(found.before) == _figure(found.after):
        return Text(SAME, style="dim")
    rose = found.after.mean > found.before.mean
    good = rose != (found.name in LOWER_IS_BETTER)
    return Text(UP if rose else DOWN, style="green" if good else "yellow")
