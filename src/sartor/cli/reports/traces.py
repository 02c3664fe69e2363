"""How an answer came about: its steps, what became of each passage, tokens, cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.types import Answer, Scalar

if TYPE_CHECKING:
    from sartor.assistants.tracing import Trace

CONTENT_SHOWN = 500  # characters of what a step said
MINUTE = len("2026-01-31T12:00")
NARROW = 80  # columns; with fewer a passage takes two lines, so that its id stays whole
WORDS = {  # of counts whose names are not plain
    "marks_without_passage": "marks without a passage",
    "cut": "left out",
    "hits": "found",
}
SECONDS = frozenset({"checking"})  # counts that are a time


def print_trace(trace: Trace) -> None:
    """Print one trace: the totals, then step by step, then passage by passage."""
    out = console()
    totals = table("", "", header=False)
    for name, value in _totals(trace).items():
        if value:
            totals.add_row(Text(name, style="dim"), Text(printable(value)))
    out.print(totals)
    if trace.steps:
        out.print()
        out.print(_steps(trace))
    if trace.retrieved or trace.cut:
        out.print()
        out.print(_passages(trace, narrow=out.width < NARROW))
    for title, said in (("Question", trace.question), ("Answer", trace.answer)):
        if said:
            out.print(Text(f"\n{title}", style="dim"))
            out.print(Text(printable(said)))


def print_explanation(answer: Answer, *, began: datetime, seconds: float, turns: int = 0) -> None:
    """Print how an answer at hand came about, whether or not traces are kept."""
    from sartor.assistants.tracing import trace_of

    print_trace(
        trace_of(
            replace(answer, text=""),  # it stands above already
            question="",
            turns=turns,
            started=began,
            seconds=seconds,
            hashes={},
            cached="cache" in answer.timings,
        )
    )


def print_traces(traces: Sequence[Trace]) -> None:
    """Print one line a trace; a narrow terminal gets fewer columns, not broken words."""
    out = console()
    columns = {
        "answer": [trace.id for trace in traces],
        "when (UTC)": [trace.started[:MINUTE].replace("T", " ") for trace in traces],
        "seconds": [f"{trace.seconds:.3f}" for trace in traces],
        "by": [_by(trace) for trace in traces],
        "sentences": [_outcome(trace) for trace in traces],
        "cost": [_cost(trace.cost) for trace in traces],
    }
    if out.width < NARROW:
        del columns["seconds"], columns["cost"]
    rows = table(*columns, right=("seconds",))
    for column in rows.columns[:2]:
        column.no_wrap = True  # an id is copied whole
    for row in zip(*columns.values(), strict=True):
        rows.add_row(*(Text(printable(cell)) for cell in row))
    out.print(rows if traces else 'No traces yet.  ->  sartor ask "..."')


def _totals(trace: Trace) -> dict[str, str]:
    used = trace.usage
    tokens = f"{used.input_tokens:,} in, {used.output_tokens:,} out"
    if used.cached_tokens:
        tokens += f", {used.cached_tokens:,} of them cached"
    return {
        "answer": trace.id,
        "asked": f"{trace.started[:MINUTE].replace('T', ' ')} UTC",
        "by": _by(trace),
        "took": f"{1000 * trace.seconds:.1f} ms",
        "sentences": _outcome(trace),
        "confidence": "" if trace.confidence is None else f"{trace.confidence:.2f}",
        "tokens": tokens,
        "cost": _cost(trace.cost),
        "rules": ", ".join(trace.flags),
        "notes": "; ".join(trace.notes),
    }


def _by(trace: Trace) -> str:
    parts = [trace.rung, trace.model, "from memory" if trace.cached else ""]
    return ", ".join(part for part in parts if part)


def _outcome(trace: Trace) -> str:
    if trace.error or trace.abstained:
        return trace.error or "abstained"
    return ", ".join(f"{count} {support}" for support, count in sorted(trace.support.items()))


def _cost(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:.6f}".rstrip("0").rstrip(".")


def _steps(trace: Trace) -> Table:
    rows = table("step", "at ms", "took ms", "", right=("at ms", "took ms"))
    for step in trace.steps:
        cells = (
            step.name,
            f"{1000 * step.started:.1f}",
            f"{1000 * step.seconds:.1f}",
            _counts(step.counts),
        )
        rows.add_row(*(Text(printable(cell)) for cell in cells))
        if step.content:
            rows.add_row("", "", "", Text(_clipped(step.content), style="dim"))
    return rows


def _clipped(content: str) -> str:
    shown = printable(content)
    return shown if len(shown) <= CONTENT_SHOWN else f"{shown[:CONTENT_SHOWN]} ... (--json has all)"


def _counts(counts: Mapping[str, Scalar]) -> str:
    """Say counts in words: what there is none of is left out."""
    return ", ".join(_count(name, value) for name, value in counts.items() if value)


def _count(name: str, value: Scalar) -> str:
    words = WORDS.get(name, name.replace("_", " "))
    if name in SECONDS and isinstance(value, int | float):
        return f"{words}: {1000 * value:.1f} ms"
    return words if value is True else f"{words}: {value}"


def _passages(trace: Trace, *, narrow: bool) -> Table:
    """Say of each passage how it was found and what became of it."""
    legs = sorted({leg for hit in trace.retrieved for leg in hit.ranks})
    fate = _fates(trace)
    found = [
        (
            str(number),
            hit.passage_id,
            f"{hit.score:.3f}",
            *(_rank(hit.ranks.get(leg), hit.scores.get(leg)) for leg in legs),
            fate.pop(hit.passage_id, "no"),
        )
        for number, hit in enumerate(trace.retrieved, 1)
    ]
    found += [("", passage, "", *("" for _ in legs), what) for passage, what in fate.items()]
    return _stacked(found, legs) if narrow else _side_by_side(found, legs)


def _side_by_side(found: Sequence[Sequence[str]], legs: Sequence[str]) -> Table:
    rows = table("#", "passage", "score", *legs, "used", right=("#", "score"))
    for cells in found:
        rows.add_row(*(Text(printable(cell)) for cell in cells))
    return rows


def _stacked(found: Sequence[Sequence[str]], legs: Sequence[str]) -> Table:
    """Give the id of a passage a line of its own and everything else the next one."""
    rows = table("#", "passage", right=("#",))
    for number, passage, *cells in found:
        named = zip(("score", *legs, ""), cells, strict=True)
        about = ", ".join(f"{name} {cell}".strip() for name, cell in named if cell)
        shown = Text.assemble(printable(passage), "\n", (printable(about), "dim"))
        rows.add_row(Text(number), shown)
    return rows


def _fates(trace: Trace) -> dict[str, str]:
    cut = {cut.passage_id: f"cut: {cut.reason}" for cut in trace.cut}
    read = dict.fromkeys(trace.packed, "read")
    cited = {cited.passage_id: "cited" for cited in trace.cited}
    return cut | read | cited


def _rank(rank: int | None, score: float | None) -> str:
    if rank is None:
        return "-"
    return f"{rank}" if score is None else f"{rank} ({score:.3f})"
