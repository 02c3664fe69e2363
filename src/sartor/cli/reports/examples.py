"""Checked examples in the terminal: how many and how long, what of them is learned, what is wrong.

Goes in the `Report` of a check, come out renderables. What is learned is set in colour and between
marks, so that it can be read without colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from sartor.tuning.examples import Lengths, Report
    from sartor.types import ExampleFinding, Severity

BAR = 30  # columns of the longest bar
BLOCKS = " ▏▎▍▌▋▊▉█"
MARKS = ("⟦", "⟧")  # around what is learned
COLOURS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "note": "cyan"}
SHOWN_OF_A_KIND = 3
SHOWN_CHANGES = 20
SHOWN_LEARNED, SHOWN_FRAME = 600, 300  # characters of one piece of the sample
INDENT = 2  # columns


def print_examples(report: Report) -> None:
    """Print a whole report on stdout."""
    out = console()
    out.print(examples_report(report, ascii_only=out.options.ascii_only))


def print_fixed(report: Report, target: str) -> None:
    """Say on stderr what was changed, where the copy lies, and what is still wrong in it."""
    out = console(stderr=True)
    for change in report.changes[:SHOWN_CHANGES]:
        out.print(Text(printable(change)), soft_wrap=True)
    if len(report.changes) > SHOWN_CHANGES:
        out.print(Text(f"... and {len(report.changes) - SHOWN_CHANGES:,} more", style="dim"))
    told = f"{_count(report.counts['written'], 'example')} written to {target}"
    told += f", {_count(len(report.changes), 'change')}"
    if report.left:
        out.print(Text(f"{told}; {_count(len(report.left), 'error')} left:", style="bold red"))
        for same in _kinds(report.left):
            out.print(_indented(_kind(same)))
    else:
        out.print(Text(f"{told}; nothing stands against training on it", style="bold green"))


def examples_report(report: Report, *, ascii_only: bool = False) -> RenderableType:
    """Put the parts of a report below each other."""
    parts: list[RenderableType] = [_header(report)]
    if report.lengths.bins:
        parts += [Text(), _lengths_title(report.lengths), _histogram(report.lengths, ascii_only)]
    if report.sample:
        parts += [Text(), *_sample(report, ascii_only)]
    parts += _findings(report.findings)
    return Group(*parts, Text(), _conclusion(report))


# --- what there is ----------------------------------------------------------------------------


def _header(report: Report) -> Text:
    counts = report.counts
    told = [_count(counts.get("examples", 0), "example")]
    told += [f"{counts[name]:,} {name}" for name in _TOLD if counts.get(name)]
    told += [f"{_count(counts[LEFT_OUT], 'row')} left out"] if counts.get(LEFT_OUT) else []
    named = (printable(report.name or "examples"), "bold")
    return Text.assemble(named, (f"  {report.kind}\n", "dim"), ", ".join(told))


_TOLD = ("with system", "several answers")
LEFT_OUT = "rows left out"


def _lengths_title(lengths: Lengths) -> Text:
    told = f"{lengths.total:,} in all, middle {lengths.median:,}, "
    told += f"95 % up to {lengths.long:,}, longest {lengths.longest:,}"
    return Text.assemble((f"Lengths in {lengths.unit}", "bold"), (f"  {told}", "dim"))


def _histogram(lengths: Lengths, ascii_only: bool) -> Table:
    rows = table("from", "to", "", "", right=("from", "to"), header=False)
    rows.columns[0].justify = rows.columns[1].justify = "right"
    most = max(found.count for found in lengths.bins)
    for found in lengths.bins:
        bar = _bar(found.count / most, ascii_only)
        rows.add_row(
            Text(f"  {found.low:,}", style="dim"),
            Text(f"{found.high:,}" if found.high > found.low else "", style="dim"),
            Text(bar, style="cyan"),
            Text(f"{found.count:,}" if found.count else ""),
        )
    return rows


def _bar(share: float, ascii_only: bool) -> str:
    """Draw a bar in eighths of a column; what is there at all is seen."""
    eighths = max(round(share * BAR * 8), 1 if share else 0)
    if ascii_only:
        return "#" * -(-eighths // 8)
    return BLOCKS[-1] * (eighths // 8) + BLOCKS[eighths % 8].strip()


# --- what is learned --------------------------------------------------------------------------


def _sample(report: Report, ascii_only: bool) -> Iterator[RenderableType]:
    left, right = ("[[", "]]") if ascii_only else MARKS
    shown = Text()
    for piece, learned in report.sample:
        text = printable(_shortened(piece, SHOWN_LEARNED if learned else SHOWN_FRAME))
        if learned:
            shown.append_text(Text.assemble((left, "dim"), (text, "green"), (right, "dim")))
        else:
            shown.append(text, style="dim")
    share = report.supervised_share or 0.0
    yield Text.assemble(
        (f"{100 * share:.1f} % of the tokens are learned", "bold"),
        ("  as in this example, between ", "dim"),
        (f"{left} {right}", "green"),
    )
    yield _indented(shown)


def _shortened(text: str, most: int) -> str:
    """Leave out the middle of a long text."""
    if len(text) <= most:
        return text
    left = len(text) - most
    return f"{text[: most // 2]} [... {left:,} characters ...] {text[-most // 2 :]}"


# --- what is wrong ----------------------------------------------------------------------------


def _findings(findings: Sequence[ExampleFinding]) -> Iterator[RenderableType]:
    for severity, found in groupby(findings, key=lambda one: one.severity):
        kinds = _kinds(found)
        many = sum(map(len, kinds))
        title = {"error": "Errors: training is refused", "warning": "Warnings", "note": "Notes"}
        yield Text()
        yield Text(f"{title[severity]} ({many:,})", style=f"bold {COLOURS[severity]}")
        for same in kinds:
            yield _indented(_kind(same))


def _kinds(findings: Iterable[ExampleFinding]) -> list[list[ExampleFinding]]:
    return [list(same) for _, same in groupby(findings, key=lambda one: one.kind)]


def _kind(same: Sequence[ExampleFinding]) -> RenderableType:
    """Show the findings of one kind: the first few, with the next step below those it is for."""
    from sartor.tuning.examples.found import folded

    first = same[0]
    count = f" ({len(same):,})" if len(same) > 1 else ""
    title = Text.assemble((first.kind, COLOURS[first.severity]), (count, "dim"))
    lines: list[Text] = []
    lines_of = folded(same)
    for fix, told in groupby(lines_of[:SHOWN_OF_A_KIND], key=lambda one: one[2]):
        for what, where, _ in told:
            lines.append(Text.assemble((f"{where}: " if where else "", "dim"), printable(what)))
        lines.append(Text(f"-> {printable(fix)}" if fix else "", style="dim"))
    if len(lines_of) > SHOWN_OF_A_KIND:
        lines.append(Text(f"and {len(lines_of) - SHOWN_OF_A_KIND:,} more", style="dim"))
    return Group(title, _indented(Group(*filter(None, lines))))


def _indented(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, INDENT), expand=False)


def _conclusion(report: Report) -> Text:
    findings = report.findings
    counts = {name: sum(one.severity == name for one in findings) for name in COLOURS}
    fixable = sum(one.fixable for one in findings)
    told = ", ".join(_count(count, name) for name, count in counts.items() if count)
    mends = f"; --fix mends {fixable:,} of them in a copy" if fixable and not report.changes else ""
    if counts["error"]:
        return Text(f"{told}{mends}", style="bold red")
    sure = "nothing stands against training"
    return Text(f"{told}{mends}; {sure}" if told else sure.capitalize(), style="bold green")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
