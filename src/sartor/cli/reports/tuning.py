"""What a training brought, in the terminal: the version, the proof, and the next commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.guarding import Next, print_guard, renamed
from sartor.cli.reports.tables import named_lines, printable, table

if TYPE_CHECKING:
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.recipes import Recipe
    from sartor.tuning.registry import About, DataFacts
    from sartor.types import Adapter

SHOWN_DROPPED = 10
USUAL_FILE = "examples.jsonl"  # what `tune run` reads unless another file is named


def print_tuned(about: About) -> None:
    """Print the new version, what the guard says of it, and how it is used."""
    adapter, card, out = about.adapter, about.card, console()
    out.print(Text.assemble((adapter.id, "bold"), f"  {adapter.method}, {adapter.path}"))
    out.print()
    if adapter.guard is not None:
        print_guard(adapter.guard, card.looked_for, _next(about))
    _print_tried(card.data)
    out.print()
    out.print(Text("Use it", style="bold"))
    rows = table("", "", header=False)
    rows.columns[0].no_wrap = True
    for command, what in _commands(adapter):
        rows.add_row(Text(f"  {command}"), Text(what, style="dim"))
    out.print(rows)


def print_recipe(recipe: Recipe) -> None:
    """Print every value of a recipe with the reason for it."""
    out = console()
    out.print()
    out.print(Text(f"Recipe {recipe.name!r} for {recipe.method}", style="bold"))
    rows = table("", "", "", header=False)
    rows.columns[0].no_wrap = rows.columns[1].no_wrap = True
    for name, reason in recipe.reasons.items():
        value = getattr(recipe, name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        rows.add_row(Text(f"  {name}"), Text(shown), Text(reason, style="dim"))
    out.print(rows)


def _next(about: About) -> Next:
    """Name what to try next: more general text than the last time, or half the learning rate."""
    card = about.card
    file = "" if card.data.file in ("", USUAL_FILE) else f" {card.data.file}"
    return Next(
        about.adapter.id,
        f"sartor tune run{file} --name {about.adapter.name}",
        replay=max(1.0, 2 * card.data.replay.value),
        rate=card.training.recipe["learning_rate"] / 2,
    )


def _print_tried(data: DataFacts) -> None:
    """Say with how much general text it was tried, and what came of it."""
    if not data.tried:
        return
    out = console()
    out.print()
    out.print(Text("General text mixed in, for each token learned", style="bold"))
    rows = (
        (f"{one.value:g}", Text(printable(renamed(one.reason)), style="dim")) for one in data.tried
    )
    out.print(named_lines(rows))
    out.print(Text(f"  Taken: {data.replay.value:g}, {data.replay.reason}."))


def _commands(adapter: Adapter) -> list[tuple[str, str]]:
    passed = adapter.guard is not None and adapter.guard.passed
    means = f"let {adapter.name}@production mean this version"
    promote = [(f"sartor adapters promote {adapter.id}", means)]
    return [
        (f'sartor ask --adapter {adapter.id} "..."', "answer with it"),
        (f"sartor adapters show {adapter.id}", "everything that is known of it"),
        *(promote if passed else []),
    ]


def print_grounded(found: Grounded, target: str) -> None:
    """Say how many examples were made, and why some questions gave none."""
    out = console(stderr=True)
    for reason in found.dropped[:SHOWN_DROPPED]:
        out.print(Text(f"left out: {printable(reason)}", style="yellow"))
    if len(found.dropped) > SHOWN_DROPPED:
        out.print(Text(f"... and {len(found.dropped) - SHOWN_DROPPED:,} more", style="dim"))
    abstaining = sum("abstains" in example.tags for example in found.examples)
    told = f"{len(found.examples):,} examples written to {target}, {abstaining:,} of them say "
    out.print(Text(f"{told}that the passages do not hold the answer.", style="bold"))
    out.print(Text(f"  -> sartor tune check {target}"))
