"""The card of an adapter: what it does, whether that is proved, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.guarding import gained_nothing
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sartor.tuning.registry import About, Card, DataFacts
    from sartor.types import Adapter, GuardReport, Measurement

MINUTE = len("2026-01-31T12:00")
SHORT = 12  # characters of a hash
SHOWN = 3  # documents
MEGABYTE, GIGABYTE = 2**20, 2**30


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
        return Text("Unproven: no guard has looked at it.", style="yellow")
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
        if one.passed and gained_nothing(one):
            mark = Text("-", style="dim")
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
    from sartor.tuning.registry.asked import in_words

    training = card.training
    yield "asked", in_words(card.data.asked)
    for number, (name, told) in enumerate(card.looked_for.items()):
        yield "" if number else "looks for", f"{name}: {told}"
    yield from _learned(card.data)
    yield "recipe", _recipe(training.recipe)
    if training.trainable:
        share = training.trainable / max(training.parameters, 1)
        yield (
            "weights",
            f"{training.trainable:,} of {training.parameters:,} trained ({_percent(share)})",
        )
    if training.steps:
        yield "trained", _trained(card)
    yield "arithmetic", f"{training.precision.value}: {training.precision.reason}"
    if training.machine:
        memory = _memory(training.peak_memory)
        yield "machine", f"{training.machine}, {training.device.value}{memory}"
    if training.seeds:
        yield "seeds", _pairs(training.seeds)
    yield "versions", _pairs(training.versions)
    yield "base", f"{card.base.model} ({card.base.fingerprint[:SHORT]})"
    yield "licence", card.base.licence or "not stated by the base"
    if card.parent:
        yield "parent", card.parent
    yield "files", str(adapter.path)


def _learned(data: DataFacts) -> Iterator[tuple[str, str | Text]]:
    if not data.fingerprint:
        yield "examples", "not known here"
        return
    yield "examples", f"{data.file or 'no file'} ({data.fingerprint[:SHORT]})"
    yield "", f"{data.train:,} to train, {data.dev:,} to choose, {data.test:,} to measure"
    if data.rests_on:
        yield "rests on", _some(data.rests_on)
    yield "replay", f"{data.replay.value:g} times as many tokens: {data.replay.reason}"
    for one in data.tried:
        yield "", f"with {one.value:g}: {one.reason}"
    if data.supervised is not None:
        yield "learned", f"{_percent(data.supervised)} of all tokens"
    if data.sample:
        yield "sample", _sample(data.sample)


def _some(documents: Sequence[str]) -> str:
    """Name a few documents and count the rest."""
    more = f" and {len(documents) - SHOWN:,} more" if len(documents) > SHOWN else ""
    return f"{', '.join(documents[:SHOWN])}{more}"


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
