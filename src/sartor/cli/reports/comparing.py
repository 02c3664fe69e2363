"""Two systems side by side, and one system against a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.evaluation.reporting.figures import points
from sartor.evaluation.reporting.wording import CORRECT, verdict

if TYPE_CHECKING:
    from sartor.project.comparing import Difference, Gate
    from sartor.types import Comparison

STYLES = {"better": "green", "worse": "red", "cannot tell": ""}
STANDINGS = {"proved": "green", "likely": "green", "unlikely": "yellow", "unmeasured": "yellow"}
FLIPS_SHOWN = 10
LONGEST_QUESTION = 70  # characters


def print_difference(found: Difference) -> None:
    """Print the verdict on each measure, and the questions that only one got right."""
    out = console()
    out.print(Text(f"{found.first} against {found.second}, {_questions(found)}", style="bold"))
    for name, count in zip((found.first, found.second), found.unanswered, strict=True):
        if count:
            told = f"{name} has no answer recorded to {count} of them"
            out.print(Text(f"{told}: they count as wrong.", style="yellow"))
    for one in found.comparisons:
        if one.metric == CORRECT:
            out.print(Text(_verdict(found, one)))
    out.print()
    heads = ("measure", "difference", "95 % interval", "n", "p", "verdict")
    rows = table(*heads, right=("difference", "n"))
    rows.columns[0].no_wrap = True
    differing = [one for one in found.comparisons if one.differing]
    for one in differing:
        rows.add_row(
            one.metric,
            f"{one.difference.mean:+.3f}",
            f"{one.difference.low:+.3f} to {one.difference.high:+.3f}",
            f"{one.difference.n:,}",
            f"{one.p:.3f}" if one.p >= 0.001 else "< 0.001",
            Text(f"{verdict(one)}{_why_open(found, one)}", style=STYLES[one.outcome]),
        )
    if differing:
        out.print(rows)
    alike = len(found.comparisons) - len(differing)
    if alike:
        those = "1 measure is" if alike == 1 else f"{alike} measures are"
        out.print(Text(f"{those} the same on every question.", style="dim"))
    _print_flips(found)


def print_gate(held: Gate) -> None:
    """Print each requirement with its standing, and whether the bar is met."""
    out = console()
    out.print()
    rows = table("requirement", "standing", "why")
    for standing in held.standings:
        style = STANDINGS.get(standing.status, "red")
        more = f"; about {standing.more:,} more questions would prove it" if standing.more else ""
        rows.add_row(
            Text(standing.requirement.text),
            Text(standing.status, style=style),
            Text(printable(f"{standing.reason}{more}")),
        )
    out.print(rows)
    out.print(Text("The bar is met." if held.met else "The bar is not met.", style="bold"))


def _questions(found: Difference) -> str:
    left_out = f"; {found.left_out} that only one was asked are left out" if found.left_out else ""
    return f"on {found.shared} questions both were asked{left_out}"


def _why_open(found: Difference, one: Comparison) -> str:
    """Say why an interval without 0 does not tell."""
    if one.outcome != "cannot tell" or one.difference.low <= 0 <= one.difference.high:
        return ""
    if one.metric in found.fallen:
        return f" (corrected for {found.corrected} comparisons)"
    return f" ({one.test}, which decides, is stricter)"


def _verdict(found: Difference, one: Comparison) -> str:
    if one.outcome == "cannot tell":
        more = f"; about {one.more:,} more questions would tell" if one.more else ""
        return f"Which one answers correctly more often cannot be told{more}."
    return f"{found.first} is {one.outcome}: {points(one.difference)} of correct answers."


def _print_flips(found: Difference) -> None:
    out = console()
    names = {"first": found.first, "second": found.second}
    for side, name in names.items():
        flips = [flip for flip in found.flips if flip.right == side]
        if not flips:
            continue
        out.print(Text(f"\nOnly {name} is right on {len(flips)}:", style="bold"))
        for flip in flips[:FLIPS_SHOWN]:
            asked = printable(flip.question)
            shown = asked if len(asked) <= LONGEST_QUESTION else f"{asked[:LONGEST_QUESTION]}..."
            out.print(Text(f"  {printable(flip.question_id)}  {shown}"))
        if len(flips) > FLIPS_SHOWN:
            out.print(Text(f"  ... and {len(flips) - FLIPS_SHOWN} more (--json has all)"))
