"""What searching found in the terminal: the recipes that were tried, and the learning curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable, table
from sartor.types.packing import plain

if TYPE_CHECKING:
    from sartor.tuning.recipes import Recipe
    from sartor.tuning.searching import Attempt, Curve, Found
    from sartor.types import Measurement

SHOWN = 12  # attempts; the best ones and the one that was started from
CHART = 32  # columns of the learning curve
POINT, WHISKER = "\N{BLACK CIRCLE}", "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
ENDS = ("\N{BOX DRAWINGS LIGHT VERTICAL AND RIGHT}", "\N{BOX DRAWINGS LIGHT VERTICAL AND LEFT}")
MARK = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
NONE = "-"
COLOURS = {"more examples would help": "green", "cannot tell": "yellow"}


# --- search -----------------------------------------------------------------------------------


def print_found(found: Found) -> None:
    """Print the recipe to take, why, how it did where it was not chosen, and what was tried."""
    from sartor.tuning.searching import described

    out = console()
    if _compared(found):
        out.print(Text(f"Take {described(found.recipe)}", style="bold"))
        out.print(Text(f"It is {printable(found.reason)}."))
    else:
        out.print(Text("Nothing was compared.", style="bold yellow"))
        out.print(Text(f"{_alone(found)}."))
    out.print()
    if found.dev:
        _print_optimism(found)
    if found.trials:
        _print_trials(found)


def _print_trials(found: Found) -> None:
    out = console()
    rows = table("", "#", *_HEADS, right=("#", *_HEADS[:4]))
    for column in rows.columns[:-1]:
        column.no_wrap = True
    for attempt in _shown(found):
        chosen = attempt.number == found.chosen
        rows.add_row(*_row(attempt, chosen=chosen), style="bold" if chosen else "")
    out.print(rows)
    hidden = len(found.trials) - len(_shown(found))
    more = f" ({hidden} more are not shown: --json)" if hidden > 0 else ""
    spent = f"{found.seconds / 60:.1f} minutes"
    recipes = f"{len(found.trials)} recipe{'' if len(found.trials) == 1 else 's'}"
    out.print(Text(f"{recipes} in {spent}{more}.", style="dim"))


def found_data(found: Found) -> dict[str, Any]:
    """Give what was found as plain values."""
    return {
        "recipe": plain(found.recipe),
        "chosen": found.chosen,
        **{name: plain(getattr(found, name)) for name in ("dev", "test", "gap", "started")},
        "reason": found.reason,
        "stopped": found.stopped,
        "seconds": found.seconds,
        "trials": [_attempt_data(attempt) for attempt in found.trials],
    }


_HEADS = ("width", "rate", "epochs", "on dev", "trained", "outcome")


def _row(attempt: Attempt, *, chosen: bool) -> list[Text]:
    recipe, measured = attempt.recipe, attempt.trial.dev if attempt.trial else None
    return [
        Text(MARK if chosen else ""),
        Text(str(attempt.number)),
        Text(_width(recipe)),
        Text(f"{recipe.learning_rate:.2g}"),
        Text(f"{recipe.epochs:g}"),
        Text(_figure(measured)),
        Text(_filled(attempt.share)),
        Text(printable(attempt.reason or attempt.outcome)),
    ]


def _print_optimism(found: Found) -> None:
    out = console()
    out.print(Text(f"where it was chosen  {_figure(found.dev)}"))
    if found.test is None or found.gap is None:
        out.print(Text("where it was not     not measured", style="yellow"))
    else:
        low, high = 100 * found.gap.low, 100 * found.gap.high
        told = f"{100 * found.gap.mean:+.1f} points too good [{low:+.1f}, {high:+.1f}]"
        out.print(Text(f"where it was not     {_figure(found.test)}: it looked {told}"))
    if found.started is not None and found.chosen != 0:
        out.print(Text(f"without searching    {_figure(found.started)}, on the same examples"))
    out.print()


def _shown(found: Found) -> Sequence[Attempt]:
    """Keep what came furthest and was best, in the order of trying."""
    ranked = sorted(
        found.trials,
        key=lambda one: (one.number not in {0, found.chosen}, -one.share, -_mean(one)),
    )
    return sorted(ranked[:SHOWN], key=lambda one: one.number)


def _mean(attempt: Attempt) -> float:
    return attempt.trial.dev.mean if attempt.trial else 0.0


def _compared(found: Found) -> bool:
    """Tell whether the one to take was held against another, trained as far."""
    return found.dev is not None and sum(one.trial is not None for one in found.trials) > 1


def _alone(found: Found) -> str:
    if found.dev is None:
        return printable(f"{found.reason[:1].upper()}{found.reason[1:]}")
    ended = (
        "It was interrupted after" if found.stopped == "interrupted" else "The time was enough for"
    )
    return f"{ended} one recipe, the one that was started from: more minutes would compare some"


def _width(recipe: Recipe) -> str:
    widths = {"full": NONE, "bottleneck": str(recipe.size)}
    return widths.get(recipe.method, str(recipe.rank))


def _filled(share: float) -> str:
    """Draw how much of its training a recipe got."""
    cells = round(9 * share)
    return "\N{BLACK RECTANGLE}" * cells + "\N{WHITE RECTANGLE}" * (9 - cells)


def _attempt_data(attempt: Attempt) -> dict[str, Any]:
    recipe = attempt.recipe
    return {
        "number": attempt.number,
        "rank": recipe.rank,
        "size": recipe.size,
        "learning_rate": recipe.learning_rate,
        "epochs": recipe.epochs,
        "share": attempt.share,
        "dev": plain(attempt.trial.dev) if attempt.trial else None,
        "seconds": attempt.seconds,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
    }


# --- curve ------------------------------------------------------------------------------------


def print_curve(curve: Curve) -> None:
    """Print whether more examples would help, and the curve that says so."""
    out = console()
    out.print(Text(f"{curve.helps.capitalize()}.", style=f"bold {COLOURS.get(curve.helps, '')}"))
    out.print(Text(f"{curve.reason[:1].upper()}{curve.reason[1:]}."))
    out.print()
    low, high = _range([point.score for point in curve.points])
    rows = table("share", "examples", "chart", "score", header=False, right=("share", "examples"))
    for column in rows.columns:
        column.no_wrap = True
    for point in curve.points:
        examples = f"{point.examples:,} examples" if point.examples else ""
        drawn = Text(_drawn(point.score, low, high), style="cyan")
        rows.add_row(f"{100 * point.share:g} %", examples, drawn, _figure(point.score))
    rows.add_row("", "", Text(_axis(low, high), style="dim"), "")
    out.print(rows)
    seeds = curve.points[0].seeds if curve.points else 0
    out.print(Text(f"Each from {seeds} training{'s' if seeds != 1 else ''}.", style="dim"))


def curve_data(curve: Curve) -> dict[str, Any]:
    """Give a curve as plain values."""
    data: dict[str, Any] = plain(curve)
    return data


def _range(scores: Sequence[Measurement]) -> tuple[float, float]:
    """Show no more than is needed, on tens of percent."""
    low = int(10 * min(one.low for one in scores)) / 10
    high = min(1.0, (int(10 * max(one.high for one in scores) - 1e-9) + 1) / 10)
    return low, max(high, low + 0.1)


def _drawn(score: Measurement, low: float, high: float) -> str:
    """Draw a mean between the ends of its interval."""
    first, mean, last = (_place(one, low, high) for one in (score.low, score.mean, score.high))
    cells = [" "] * CHART
    cells[first : last + 1] = [WHISKER] * (last + 1 - first)
    cells[first], cells[last] = ENDS
    cells[mean] = POINT
    return "".join(cells)


def _axis(low: float, high: float) -> str:
    left, right = f"{100 * low:.0f}", f"{100 * high:.0f} %"
    return left + " " * (CHART - len(left) - len(right)) + right


def _place(value: float, low: float, high: float) -> int:
    return min(CHART - 1, max(0, round((CHART - 1) * (value - low) / (high - low))))


def _figure(measured: Measurement | None) -> str:
    if measured is None:
        return NONE
    mean, low, high = (100 * one for one in (measured.mean, measured.low, measured.high))
    return f"{mean:.1f} % [{low:.1f}, {high:.1f}]"
