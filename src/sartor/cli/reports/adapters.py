"""Adapters: a line each, two side by side, what came in, what went out, what cannot forget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sartor.tuning.registry import About, Difference, Exported
    from sartor.tuning.registry.merged import Merged
    from sartor.types import Adapter, Purged

SPARE = ("base", "method")  # left out in this order where the terminal is narrow
WIDEST = 10_000  # columns: what a table would take if there were room
INDENT = 2


# --- list ---------------------------------------------------------------------------------------


def print_adapters(adapters: Sequence[Adapter], faults: Sequence[str]) -> None:
    """Print a line a version, then what is damaged."""
    out = console()
    if adapters:
        out.print(_listed(out, adapters))
    elif not faults:
        out.print("No adapters yet.  ->  sartor tune run EXAMPLES")
    for fault in faults:
        out.print(Text(f"!! {printable(fault)}", style="red"))
    if faults:
        out.print("->  sartor adapters delete ADAPTER")


def _listed(out: Console, adapters: Sequence[Adapter]) -> Table:
    columns = {
        "adapter": [Text(one.id, style="bold") for one in adapters],
        "aliases": [Text(", ".join(one.aliases)) for one in adapters],
        "method": [Text(one.method) for one in adapters],
        "base": [Text(_base(one.base_model)) for one in adapters],
        "task": [Text(_task(one)) for one in adapters],
        "guard": [_guard_word(one) for one in adapters],
    }
    unlimited = out.options.update(max_width=WIDEST)
    for spare in ("", *SPARE):
        columns.pop(spare, None)
        rows = table(*columns)
        for row in zip(*columns.values(), strict=True):
            rows.add_row(*row)
        if out.measure(rows, options=unlimited).maximum <= out.width:
            break
    return rows


def _base(model: str) -> str:
    """Shorten a folder to its name; a name at the hub stays whole."""
    return printable(PurePath(model).name if PurePath(model).is_absolute() else model)


def _task(adapter: Adapter) -> str:
    """Write the first measure of the task: format 0.01 -> 0.96."""
    after = next((one for one in adapter.measurements if one.startswith("task.")), None)
    if after is None:
        return ""
    before = adapter.before.get(after)
    begun = f"{before.mean:.2f} -> " if before else ""
    return printable(f"{after.removeprefix('task.')} {begun}{adapter.measurements[after].mean:.2f}")


def _guard_word(adapter: Adapter) -> Text:
    if adapter.guard is None:
        return Text("unproven", style="yellow")
    if adapter.guard.passed:
        return Text("passed", style="green")
    return Text("failed, forced" if adapter.aliases else "failed", style="bold red")


# --- the rest -----------------------------------------------------------------------------------


def print_differences(first: str, second: str, found: Sequence[Difference]) -> None:
    """Print what differs, both sides of it."""
    out = console()
    if not found:
        out.print(f"{first} and {second} differ in nothing that is on their cards.")
        return
    rows = table("", first, second)
    for one in found:
        cells = (Text(printable(text)) for text in (one.first, one.second))
        rows.add_row(Text(printable(one.name), style="dim"), *cells)
    out.print(rows)


def print_promoted(adapter: Adapter, alias: str) -> None:
    """Print what an alias means now."""
    out = console()
    out.print(f"{adapter.name}@{alias} is {adapter.id}.")
    if adapter.guard is None:
        out.print(Text("No guard has looked at it.", style="bold red"))
    elif not adapter.guard.passed:
        out.print(Text("The guard had failed it.", style="bold red"))


def print_imported(about: About) -> None:
    """Print under which name an adapter came in, what is not known of it, and what proves it."""
    out, adapter = console(), about.adapter
    out.print(f"{adapter.id} is a {adapter.method} adapter of {printable(adapter.base_model)}.")
    for note in about.card.notes:
        out.print(Text(f"Note: {printable(note)}", style="yellow"))
    out.print(f"->  sartor --set model.adapter={adapter.id} eval QUESTIONS")


def print_purged(purged: Purged) -> None:
    """Print which adapters learned from what was purged, and what takes it out of them."""
    if not purged.adapters:
        return
    out = console()
    out.print(Text("Weights cannot forget. These learned from what was purged:", style="bold red"))
    rows = table("adapter", "aliases", "how that is known")
    for one in purged.adapters:
        rows.add_row(one.adapter, ", ".join(one.aliases), Text(printable(one.reason)))
    out.print(rows)
    forced = " --force" if any(one.aliases for one in purged.adapters) else ""
    named = " ".join(one.adapter for one in purged.adapters)
    out.print("Take the documents out of your examples, train again, then delete these:")
    for name in dict.fromkeys(one.adapter.partition("@")[0] for one in purged.adapters):
        out.print(f"->  sartor tune run EXAMPLES --name {name}")
    out.print(f"->  sartor adapters delete {named}{forced}", soft_wrap=True)
    out.print("What was exported or merged from them is to be deleted where it lies.")


def print_exported(exported: Exported) -> None:
    """Print what was written, and the lines to type next."""
    out = console()
    out.print(f"{exported.id} as {exported.kind}: {exported.path}")
    out.print(
        Padding(Text(" ".join(map(printable, exported.files)), style="dim"), (0, 0, 0, INDENT))
    )
    if exported.counts:
        out.print(", ".join(f"{count:,} {name}" for name, count in exported.counts.items()))
    for name, line in exported.lines.items():
        out.print()
        out.print(Text(name, style="bold"))
        out.print(Text(printable(line)), soft_wrap=True)
    if exported.notes:
        out.print()
    for note in exported.notes:
        out.print(Text(f"Note: {printable(note)}", style="yellow"))


def print_merged(merged: Merged) -> None:
    """Print where the model is, and how far it is from base and adapter side by side."""
    out = console()
    out.print(f"{merged.id} merged into {printable(merged.base)}: {merged.path}")
    rows = table("", "", header=False)
    rows.add_row(
        "difference",
        f"{merged.difference:.1e} at most between logits up to {merged.largest:.0f}, over "
        f"{merged.tokens} tokens of {merged.prompts} prompts; fp32 weights, sums in "
        f"{merged.arithmetic.value} ({merged.arithmetic.reason})",
    )
    if merged.fp32_alone is not None:
        rows.add_row(
            "in fp32",
            f"{merged.in_fp32:.1e} at most, where fp32 sums alone, without any merging, make "
            f"{merged.fp32_alone:.1e}",
        )
    rows.add_row("saved in", f"{merged.precision.value}: {merged.precision.reason}")
    rows.add_row(
        "rounding",
        f"moves logits by {merged.rounding:.2g} at most; the likeliest token stays at "
        f"{100 * merged.agreeing:.1f} % of all places",
    )
    out.print(rows)
