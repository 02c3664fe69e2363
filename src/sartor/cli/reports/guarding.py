"""What the guard found in the terminal: before and after, which limits held, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import named_lines, printable, table

if TYPE_CHECKING:
    from sartor.types import GuardFinding, GuardReport, Measurement

PERPLEXITY = "general.perplexity"
MISSING = "-"
NO_WORDS: Mapping[str, str] = {}
HELD, BROKEN = Text("\N{CHECK MARK}", style="green"), Text("\N{BALLOT X}", style="bold red")
NOTHING = Text(MISSING, style="dim")  # neither lost nor gained
UP, DOWN, SAME = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}", "\N{RIGHTWARDS ARROW}"
NAMES = {  # what a finding is called where a person reads it
    "task": "task as a whole",
    PERPLEXITY: "perplexity",
    "general.probe": "small tasks",
    "general.leak": "leak",
}
LOWER_IS_BETTER = {PERPLEXITY, "general.leak"}
LEARN_MORE = "give it more examples, or more epochs; sartor tune curve says whether that would help"
MIX_IN = "mix in more general text: {again} --replay {replay:g}"
LEARN_SLOWLY = "or let it change less: {again} --with learning_rate={rate:g}"
STEPS = {  # a limit that broke -> what to do about it
    "task": (LEARN_MORE,),
    PERPLEXITY: (MIX_IN, LEARN_SLOWLY),
    "general.probe": (MIX_IN, LEARN_SLOWLY),
    "general.leak": (MIX_IN,),
}
UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Next:
    """What the next commands name: this version, the training to run again, what to try in it."""

    id: str = "ADAPTER"
    again: str = "sartor tune run"
    replay: float = 4.0
    rate: float = 1e-4


def print_guard(
    report: GuardReport, looked_for: Mapping[str, str] = NO_WORDS, then: Next = Next()
) -> None:
    """Print the verdict, the table of what was looked at, why, and what to do next."""
    out = console()
    out.print(_verdict(report))
    out.print()
    rows = table("", "before", "after", "", "n", "limit", "", right=("before", "after", "n"))
    for column in (0, 1, 2, 4):
        rows.columns[column].no_wrap = True
    for found in report.findings:
        rows.add_row(
            Text(_name(found)),
            *(Text("" if found.name == "task" else _figure(one)) for one in _both(found)),
            _arrow(found),
            _count(found),
            Text(found.limit, style="dim"),
            _mark(found),
        )
    out.print(rows)
    out.print()
    _print_reasons(report)
    if looked_for:
        _print_looked_for(report, looked_for)
    steps = list(next_steps(report, then))
    if steps:
        out.print()
        out.print(Text("What to do next", style="bold"))
        listed = table("", "", header=False)
        for number, step in enumerate(steps, start=1):
            listed.add_row(Text(f"  {number}."), Text(step))
        out.print(listed)


def next_steps(report: GuardReport, then: Next = Next()) -> Iterator[str]:
    """Say what would mend each limit that broke, every remedy once."""
    broken = [found for found in report.findings if not found.passed]
    measured = [found for found in broken if not _unmeasured(found)]
    remedies = [step for found in measured for step in STEPS.get(found.name, STEPS["task"])]
    for step in dict.fromkeys(remedies):
        yield step.format(again=then.again, replay=then.replay, rate=then.rate)
    yield from (f"{_name(found)} was {found.reason}" for found in broken if _unmeasured(found))
    if broken:
        forced = f"sartor adapters promote {then.id} --force"
        yield f"to use it all the same: {forced} (its card will say so)"


def _verdict(report: GuardReport) -> Text:
    broken = [_name(found) for found in report.findings if not found.passed]
    if not broken:
        return Text("The guard passes: it does what it should, and nothing else.", "bold green")
    return Text(f"The guard fails on {', '.join(broken)}.", style="bold red")


def _print_reasons(report: GuardReport) -> None:
    rows = (
        (_name(found), Text(printable(found.reason), style="" if found.passed else "red"))
        for found in report.findings
    )
    console().print(named_lines(rows))


def _print_looked_for(report: GuardReport, looked_for: Mapping[str, str]) -> None:
    """Say what the names mean here: a form is another one for every task."""
    out = console()
    out.print()
    out.print(Text("What was looked for", style="bold"))
    rows = (
        (_name(found), Text(printable(looked_for[found.name]), style="dim"))
        for found in report.findings
        if found.name in looked_for
    )
    out.print(named_lines(rows))


def renamed(told: str) -> str:
    """Call what a sentence names as the table does."""
    for name, word in NAMES.items():
        if "." in name:
            told = told.replace(name, word)
    return told


def gained_nothing(found: GuardFinding) -> bool:
    """Tell whether all was wrong before and is: that nothing got worse is no merit then."""
    if found.name in LOWER_IS_BETTER or not (found.before and found.after):
        return False
    return found.before.mean == found.after.mean == 0


def _mark(found: GuardFinding) -> Text:
    if not found.passed:
        return BROKEN
    return NOTHING if gained_nothing(found) else HELD


def _count(found: GuardFinding) -> Text:
    known = found.after or found.before
    return Text(f"{known.n:,}" if known else "", style="dim")


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
