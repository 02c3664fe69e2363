"""A plan in the terminal: every method on every machine, where memory and time go, what fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.types.packing import plain

if TYPE_CHECKING:
    from rich.console import Console

    from sartor.tuning.planning import Duration, Plan

Plans = Sequence[Sequence["Plan"]]  # a row for each method, in it a plan for each machine

BAR = 34  # columns of the longest bar
BESIDE_BAR = 62  # columns of what stands beside it
BLOCKS = " ▏▎▍▌▋▊▉█"
COLOURS = {
    "weights": "blue",
    "adapter": "green",
    "gradients": "yellow",
    "optimiser": "magenta",
    "activations": "cyan",
    "working": "cyan",
    "runtime": "white",
}
WORK = {  # parts of a run -> what is done in them
    "training": "with evaluations in between",
    "measuring": "before and after: the task, the language, what leaks",
    "replay": "general prompts that the base answers",
}
MEANINGS = {
    "weights": "of the base",
    "adapter": "in fp32",
    "gradients": "of what is trained",
    "optimiser": "its states",
    "activations": "kept for the backward pass",
    "working": "scores, copies, one layer's own",
    "runtime": "Python, torch and libraries",
}


def print_plans(plans: Plans) -> None:
    """Print all plans; those of the first machine decide what is recommended."""
    from sartor.tuning.planning import CORRECTION, choose

    out = console()
    here = [row[0] for row in plans]
    chosen, reason = choose(here)
    shown = chosen or min(here, key=lambda one: one.peak)
    _print_heading(out, shown)
    _print_machines(out, plans, chosen)
    mark = "> " if chosen else ""
    out.print(Padding(Text(printable(f"{mark}{reason}."), style="bold"), (1, 0)))
    _print_memory(out, shown)
    _print_time(out, shown)
    _print_smaller(out, here)
    if shown.recipe.method in {"lora", "qlora"}:
        _print_ranks(out, shown)
        out.print(Text(CORRECTION, style="dim"))


def plans_data(plans: Plans) -> dict[str, Any]:
    """Give all plans as plain values."""
    from sartor.tuning.planning import CORRECTION, choose, ranks

    here = [row[0] for row in plans]
    chosen, reason = choose(here)
    lora = next((one for one in here if one.recipe.method in {"lora", "qlora"}), None)
    return {
        "chosen": chosen.recipe.method if chosen else None,
        "reason": reason,
        "shape": plain(here[0].shape),
        "plans": [_plan_data(one) for row in plans for one in row],
        "ranks": plain(ranks(lora.shape, lora.recipe)) if lora else [],
        "correction": CORRECTION,
    }


def _plan_data(one: Plan) -> dict[str, Any]:
    named = (
        "trainable", "total", "share", "tokens", "length", "parts", "peak", "seconds", "duration",
        "steps",
    )  # fmt: skip
    return {
        "method": one.recipe.method,
        "machine": plain(one.machine),
        **{name: plain(getattr(one, name)) for name in named},
        "fits": one.fits,
        "reason": one.reason,
        "smaller": plain(one.smaller),
        "recipe": plain(one.recipe),
    }


# --- every method on every machine -------------------------------------------------------------


def _print_heading(out: Console, shown: Plan) -> None:
    out.print(
        Text.assemble(
            (f"{shown.shape.architecture}, {_count(shown.total)} parameters", "bold"),
            f"; {shown.tokens:,} tokens at once, rows up to {shown.length:,}; "
            f"{shown.steps:,} steps",
        )
    )
    out.print()


def _print_machines(out: Console, plans: Plans, chosen: Plan | None) -> None:
    heads = [_machine_head(one) for one in plans[0]]
    rows = table("method", "trained", *heads, right=("trained", *heads))
    for column in rows.columns:
        column.no_wrap = True
    for row in plans:
        first, marked = row[0], chosen is not None and row[0] is chosen
        trained = f"{_count(first.trainable)}\n{_share(first.share)}"
        name = Text(f"{'>' if marked else ' '} {first.recipe.method}", style="bold" * marked)
        rows.add_row(name, Text(trained), *(_cell(one) for one in row))
    out.print(rows)
    if plans[0][0].seconds is not None:
        cards = "; elsewhere they are estimated from what the makers publish"
        others = cards if len(plans[0]) > 1 else ""
        out.print(Text(f"Times are {plans[0][0].machine.reason}{others}.", style="dim"))


def _machine_head(one: Plan) -> str:
    name, _, size = one.machine.name.partition(", ")
    if one.machine.device == "cpu":
        return f"here\n{_gigabytes(one.machine.memory)} free"
    return f"{name}\n{size or _gigabytes(one.machine.memory)}"


def _cell(one: Plan) -> Text:
    """Write what is needed, and below it how long it takes or that it does not fit."""
    below = _range(one.duration, "-") if one.fits else "too big"
    style = "green" if one.fits else "red"
    return Text.assemble((_gigabytes(one.peak), style), "\n", (below, "" if one.fits else style))


# --- where the memory goes ---------------------------------------------------------------------


def _print_memory(out: Console, shown: Plan) -> None:
    share = shown.peak / shown.machine.memory
    out.print(
        Text.assemble(
            (f"Memory of {shown.recipe.method}", "bold"),
            f", {_gigabytes(shown.peak)}: {share:.0%} of {_gigabytes(shown.machine.memory)}",
        )
    )
    longest = max(shown.parts.values())
    width = min(BAR, max(8, out.width - BESIDE_BAR))
    rows = table("", "", "", "", header=False, right=("size",))
    for column in rows.columns:
        column.no_wrap = True
    for name, size in shown.parts.items():
        if not size:
            continue
        bar = Text(_bar(size / longest, width), style=COLOURS[name])
        meaning = Text(MEANINGS[name], style="dim")
        rows.add_row(Text(f"  {name}"), Text(f"{_gigabytes(size):>8}"), bar, meaning)
    out.print(Padding(rows, (0, 0, 1, 0)))


def _bar(share: float, width: int) -> str:
    eighths = max(1, round(share * width * 8))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (BLOCKS[rest] if rest else "")


# --- where the time goes -----------------------------------------------------------------------


def _print_time(out: Console, shown: Plan) -> None:
    """Print what a run takes, part by part: more where the guard asks for a second training."""
    if shown.duration is None:
        return
    least, most = shown.duration.least, shown.duration.most
    heading = Text.assemble(
        (f"Time of {shown.recipe.method}", "bold"), f", {_range(shown.duration, ' to ')}"
    )
    if least != most:
        heading.append(": the more if the guard asks for a second training, with more general text")
    out.print(heading)
    rows = table("", "", "", header=False, right=("size",))
    for name, seconds in least.items():
        taken = _between(seconds, most[name], " to ")
        rows.add_row(Text(f"  {name}"), Text(taken), Text(WORK[name], style="dim"))
    out.print(Padding(rows, (0, 0, 1, 0)))


# --- what would fit ----------------------------------------------------------------------------


def _print_smaller(out: Console, here: Sequence[Plan]) -> None:
    lines = list(_smaller(here))
    if not lines:
        return
    out.print(Text("What would fit here", style="bold"))
    rows = table("", "", "", header=False)
    for method, text, peak in lines:
        rows.add_row(Text(f"  {method}"), Text(text), Text(peak, style="green"))
    out.print(Padding(rows, (0, 0, 1, 0)))


def _smaller(here: Sequence[Plan]) -> Iterator[tuple[str, str, str]]:
    for one in here:
        if not one.fits and not one.smaller:
            yield one.recipe.method, "nothing smaller of it does; take a smaller base", ""
        for number, proposal in enumerate(one.smaller):
            name = "" if number else one.recipe.method
            yield name, proposal.text, _gigabytes(proposal.peak)


def _print_ranks(out: Console, shown: Plan) -> None:
    from sartor.tuning.planning import ranks

    targets = ", ".join(shown.recipe.targets)
    out.print(Text.assemble(("Ranks", "bold"), f" on {printable(targets)}"))
    counted = ranks(shown.shape, shown.recipe)
    heads = [str(one.rank) for one in counted]
    rows = table("  rank", *heads, right=heads)
    rows.add_row("  trained", *(f"{one.trained:,}" for one in counted))
    rows.add_row("  of the model", *(_share(one.share) for one in counted))
    out.print(Padding(rows, (0, 0, 1, 0)))


# --- figures -----------------------------------------------------------------------------------


def _count(number: int) -> str:
    """Write a count with three digits that matter."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("K", 1e3)):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return str(number)


def _share(share: float) -> str:
    return f"{100 * share:.3g} %"


def _gigabytes(size: float) -> str:
    from sartor.tuning.planning.machines import gigabytes

    return gigabytes(size)


def _range(duration: Duration | None, between: str) -> str:
    if duration is None:
        return "time unknown"
    return _between(*duration.seconds, between)


def _between(least: float, most: float, between: str) -> str:
    """Write both ends, or one where nobody could tell them apart."""
    low, high = _duration(least), _duration(most)
    if low == high:
        return high
    (first, unit), (_, other) = low.split(" "), high.split(" ")
    return f"{first if unit == other else low}{between}{high}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
