"""Adapters: a line each, a card to read, two side by side, and what was written for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sartor.tuning.registry import About, Card, Difference, Exported
    from sartor.tuning.registry.merged import Merged
    from sartor.types import Adapter, GuardReport, Measurement

MINUTE = len("2026-01-31T12:00")
SHORT = 12  # characters of a hash
SPARE = ("base", "method")  # left out in this order where the terminal is narrow
WIDEST = 10_000  # columns: what a table would take if there were room
INDENT = 2
MEGABYTE, GIGABYTE = 2**20, 2**30


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
        return Text("not looked at", style="dim")
    if adapter.guard.passed:
        return Text("passed", style="green")
    return Text("failed, forced" if adapter.aliases else "failed", style="bold red")


# --- show ---------------------------------------------------------------------------------------


def print_about(about: About) -> None:
    """Print everything worth knowing of one version, what it does first."""
    out = console()
    adapter, card = about.adapter, about.card
    made = f"{card.method} on {printable(card.base.model)}, {_minute(adapter.created)} UTC"
    out.print(Text.assemble((adapter.id, "bold"), f"  {made}"))
    out.print(_verdict(adapter.guard))
    for line in _aliases(about):
        out.print(line)
    if card.before or card.after:
        out.print()
        out.print(_measured(card.before, card.after))
    if card.guard is not None and card.guard.findings:
        out.print()
        out.print(_guarded(card.guard))
    out.print()
    _print_facts(out, adapter, card)
    for note in card.notes:
        out.print(Text(f"Note: {printable(note)}", style="yellow"))


def _verdict(guard: GuardReport | None) -> Text:
    if guard is None:
        return Text("The guard has not looked at it.", style="yellow")
    if guard.passed:
        return Text("The guard passed.", style="green")
    failed = ", ".join(one.name for one in guard.findings if not one.passed)
    return Text(f"The guard failed: {printable(failed)}.", style="bold red")


def _aliases(about: About) -> Iterator[Text]:
    for alias in about.adapter.aliases:
        last = about.aliases[alias][-1]
        forced = ", by force" if last.forced else ""
        since = f"{about.adapter.name}@{alias} since {_minute(last.when)} UTC{forced}"
        yield Text(since, style="red" if last.forced else "")


def _measured(before: Mapping[str, Measurement], after: Mapping[str, Measurement]) -> Table:
    rows = table("measure", "before", "95 %", "after", "95 %", "n", right=("before", "after", "n"))
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        known = other or one
        rows.add_row(
            Text(printable(name)), *_mean(one), *_mean(other), f"{known.n:,}" if known else ""
        )
    return rows


def _mean(measured: Measurement | None) -> tuple[str, str]:
    if measured is None:
        return "", ""
    return f"{measured.mean:.3f}", f"{measured.low:.3f} to {measured.high:.3f}"


def _guarded(guard: GuardReport) -> Table:
    rows = table("", "guard", "limit", "found")
    for one in guard.findings:
        mark = Text("ok", style="green") if one.passed else Text("!!", style="bold red")
        rows.add_row(mark, *(Text(printable(text)) for text in (one.name, one.limit, one.reason)))
    return rows


def _print_facts(out: Console, adapter: Adapter, card: Card) -> None:
    rows = table("", "", header=False)
    for name, value in _facts(adapter, card):
        shown = value if isinstance(value, Text) else Text(printable(value))
        rows.add_row(Text(name, style="dim"), shown)
    out.print(rows)


def _facts(adapter: Adapter, card: Card) -> Iterator[tuple[str, str | Text]]:
    """Name what it was made of and how, in the order in which one asks."""
    data, training = card.data, card.training
    yield "examples", f"{data.file} ({data.fingerprint[:SHORT]})"
    yield "", f"{data.train:,} to train, {data.dev:,} to choose, {data.test:,} to measure"
    yield "replay", f"{data.replay.value:g} times as many tokens: {data.replay.reason}"
    if data.supervised is not None:
        yield "learned", f"{_percent(data.supervised)} of all tokens"
    if data.sample:
        yield "sample", _sample(data.sample)
    yield "recipe", _recipe(training.recipe)
    if training.trainable:
        share = training.trainable / max(training.parameters, 1)
        yield (
            "weights",
            f"{training.trainable:,} of {training.parameters:,} trained ({_percent(share)})",
        )
    yield "trained", _trained(card)
    yield "arithmetic", f"{training.precision.value}: {training.precision.reason}"
    yield "machine", f"{training.machine}, {training.device.value}{_memory(training.peak_memory)}"
    yield "seeds", _pairs(training.seeds)
    yield "versions", _pairs(training.versions)
    yield "base", f"{card.base.model} ({card.base.fingerprint[:SHORT]})"
    yield "licence", card.base.licence or "not stated by the base"
    if card.parent:
        yield "parent", card.parent
    yield "files", str(adapter.path)


def _sample(pieces: Sequence[tuple[str, bool]]) -> Text:
    """Show an example as it was learned: what counted stands out."""
    return Text.assemble(
        *((printable(piece), "green" if learned else "dim") for piece, learned in pieces)
    )


def _recipe(recipe: Mapping[str, object]) -> str:
    """Write what was chosen; what is switched off goes without saying."""
    aside = ("name", "method", "reasons")
    shown = {name: value for name, value in recipe.items() if name not in aside and value}
    named = f"{recipe['name']}: " if "name" in recipe else ""
    return named + _pairs(shown)


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in values.items())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _trained(card: Card) -> str:
    one = card.training
    parts = [f"{one.steps:,} steps", f"{one.epochs:g} epochs", f"{one.seconds:,.0f} s"]
    if one.tokens:
        parts.append(f"{one.tokens:,} tokens")
    if one.best_step:
        parts.append(f"best at step {one.best_step:,}")
    return ", ".join([*parts, one.ended] if one.stopped else parts)


def _memory(size: int) -> str:
    if not size:
        return ""
    if size >= GIGABYTE:
        return f", {size / GIGABYTE:.1f} GiB at most"
    return f", {size / MEGABYTE:.0f} MiB at most"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _minute(when: str) -> str:
    return when[:MINUTE].replace("T", " ")


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
    forced = adapter.guard is not None and not adapter.guard.passed
    out.print(f"{adapter.name}@{alias} is {adapter.id}.")
    if forced:
        out.print(Text("The guard had failed it.", style="bold red"))


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
        f"{merged.tokens} tokens of {merged.prompts} prompts, in {merged.arithmetic.value} "
        f"({merged.arithmetic.reason})",
    )
    rows.add_row("saved in", f"{merged.precision.value}: {merged.precision.reason}")
    rows.add_row(
        "rounding",
        f"moves logits by {merged.rounding:.2g} at most; the likeliest token stays at "
        f"{_percent(merged.agreeing)} of all places",
    )
    out.print(rows)
