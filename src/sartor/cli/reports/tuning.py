"""What a training brought, in the terminal: the version, the proof, and the next commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.guarding import print_guard
from sartor.cli.reports.tables import printable, table

if TYPE_CHECKING:
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.recipes import Recipe
    from sartor.types import Adapter

SHOWN_DROPPED = 10


def print_tuned(adapter: Adapter) -> None:
    """Print the new version, what the guard says of it, and how it is used."""
    out = console()
    out.print(Text.assemble((adapter.id, "bold"), f"  {adapter.method}, {adapter.path}"))
    out.print()
    if adapter.guard is not None:
        print_guard(adapter.guard)
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


def _commands(adapter: Adapter) -> list[tuple[str, str]]:
    passed = adapter.guard is not None and adapter.guard.passed
    promote = [(f"sartor adapters promote {adapter.id}", "let NAME@production mean this version")]
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
