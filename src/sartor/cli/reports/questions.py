"""Test questions on the terminal: what was made, what is wrong, one candidate to decide about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.evaluation.questions.findings import QuestionFinding
    from sartor.evaluation.questions.making import Estimate, Made
    from sartor.evaluation.questions.reviewing import Progress
    from sartor.types import Question

AROUND = 200  # characters shown on either side of the evidence
KEYS = "[a]ccept  [e]dit  [d]rop  [s]kip  [b]ack  [q]uit"
COLOURS = {"error": "red", "warning": "yellow"}


def print_made(made: Made, wanted: int, output: str) -> None:
    """Say what was made, of which kinds, and what was rejected."""
    out = console(stderr=True)
    kinds = Counter(question.tags[1] for question in made.questions if len(question.tags) > 1)
    out.print(f"{len(made.questions)} candidates of {wanted} wanted", markup=False)
    for kind, count in kinds.most_common():
        out.print(f"  {count:5} {kind}", markup=False)
    for reason, count in made.rejected.items():
        out.print(f"  {count:5} rejected: {reason}", style="dim", markup=False)
    if not made.questions:
        out.print("The documents give nothing to ask for.  ->  sartor documents")
    elif len(made.questions) < wanted:
        out.print(
            "No more was found for sure.  ->  sartor questions make --with-model", style="dim"
        )
    if made.questions and output:
        out.print(f"They count once they are reviewed.  ->  sartor questions review {output}")


def print_estimate(found: Estimate, *, stderr: bool) -> None:
    """Say what a model will take at most."""
    price = "price unknown" if found.cost is None else f"${found.cost:.4f}"
    told = (
        f"up to {found.calls:,} calls of {found.model}: {found.input_tokens:,} tokens read, "
        f"{found.output_tokens:,} written, {price}"
    )
    told = told if found.model else "questions by patterns take no model: 0 calls, $0"
    console(stderr=stderr).print(told, markup=False, soft_wrap=True)


def print_findings(found: Sequence[QuestionFinding], path: str) -> None:
    """Print one line for each finding, what to do below it."""
    out = console()
    for finding in found:
        where = f"line {finding.line}" if finding.line else ""
        named = f"question {finding.question_id}" if finding.question_id else ""
        place = ", ".join(part for part in (where, named) if part)
        told = printable(f"{place}: {finding.message}" if place else finding.message)
        colour = COLOURS[finding.severity]
        out.print(Text.assemble((finding.severity, colour), " ", told), soft_wrap=True)
        if finding.hint:
            out.print(Text(f"        -> {printable(finding.hint)}", style="dim"), soft_wrap=True)
    errors = sum(finding.severity == "error" for finding in found)
    if found:
        out.print(f"{path}: {errors} errors, {len(found) - errors} warnings", markup=False)
    else:
        out.print(Text(f"{path}: nothing is wrong", style="green"))


def print_candidate(
    out: Console, question: Question, progress: Progress, context: tuple[str, int, int] | None
) -> None:
    """Show a candidate, what is expected, and the evidence inside its text."""
    kinds = ", ".join(tag for tag in question.tags if tag != "unreviewed")
    out.print()
    out.print(Text(f"{progress.waiting} of {progress.total} to decide ({kinds})", style="dim"))
    out.print(Text(printable(question.text), style="bold"), soft_wrap=True)
    if question.answerable:
        out.print(Text(f"expected: {printable(' | '.join(question.expected))}", style="green"))
    else:
        out.print(Text("expected: no answer; the documents must not have one", style="yellow"))
    if context:
        out.print(_highlighted(*context), soft_wrap=True)
    for piece in question.evidence[:1]:
        out.print(Text(printable(piece.document), style="dim"))
    out.print(Text(KEYS, style="cyan"))


def print_reviewed(progress: Progress, target: str) -> None:
    """Say how far the review is."""
    out = console(stderr=True)
    told = f"{progress.accepted} accepted, {progress.dropped} dropped, {progress.waiting} to decide"
    out.print(told, markup=False)
    if progress.accepted:
        out.print(f"Accepted ones are in {target}.  ->  sartor questions check", markup=False)


def _highlighted(text: str, start: int, end: int) -> Text:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    lead = "…" if start > AROUND else ""
    tail = "…" if end + AROUND < len(text) else ""
    return Text.assemble(
        (printable(lead + before), "dim"),
        (printable(text[start:end]), "bold black on yellow"),
        (printable(after + tail), "dim"),
    )
