"""A training while it runs: a display that stays in place, or plain lines where nobody looks."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import printable

if TYPE_CHECKING:
    from sartor.tuning.loop import Standing, Step, Watch

SPARKS = "▁▂▃▄▅▆▇█"
SPARKLINE = 40  # columns
LINE_SECONDS = 30.0  # between two plain lines, unless something was measured
REFRESHES = 4  # of the display, a second
GIGABYTE = 1e9


@contextmanager
def watching(*, brief: bool = False) -> Iterator[Watch]:
    """Give a watch that shows a training on stderr; `brief` where it is one of many."""
    out = console(stderr=True)
    if not sys.stderr.isatty():
        yield Lines(out, brief=brief)
        return
    with Live(console=out, refresh_per_second=REFRESHES, transient=True) as live:
        yield Display(live)


class Display:
    """Steps drawn over each other; what is said stands above them and stays."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._steps: list[Step] = []

    def see(self, standing: Standing) -> None:
        """Draw how far training has come."""
        self._steps = with_step(self._steps, standing.step)
        self._live.update(training(standing, self._steps))

    def say(self, note: str) -> None:
        """Print a sentence above the display."""
        self._live.console.print(Text(printable(note), style="dim"))


class Lines:
    """One line when something was measured, and one now and then; if `brief`, only the latter."""

    def __init__(self, out: Console, *, brief: bool = False) -> None:
        self._out = out
        self._brief = brief
        self._shown = time.monotonic() if brief else -math.inf

    def see(self, standing: Standing) -> None:
        """Print a line if it is time for one."""
        now = time.monotonic()
        measured = standing.step.dev_loss is not None or standing.step.measure is not None
        first_or_last = standing.step.number in {1, standing.steps}
        due = (measured or first_or_last) and not self._brief
        if due or now - self._shown >= LINE_SECONDS:
            self._shown = now
            self._out.print(Text(line(standing)), soft_wrap=True)

    def say(self, note: str) -> None:
        """Print a sentence."""
        self._out.print(Text(printable(note)), soft_wrap=True)


def training(standing: Standing, steps: Sequence[Step]) -> RenderableType:
    """Draw a training: how far, how fast, the loss and what was measured."""
    step = standing.step
    head = Table.grid(padding=(0, 2), expand=True)
    head.add_column(no_wrap=True)
    head.add_column(ratio=1)
    head.add_column(no_wrap=True, justify="right")
    done = f"step {step.number:,} of {standing.steps:,}"
    bar = ProgressBar(total=standing.steps, completed=step.number)
    head.add_row(Text(done, style="bold"), bar, f"{duration(standing.seconds_left)} left")
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(no_wrap=True)
    losses = [one.loss for one in steps]
    rows.add_row("loss", f"{step.loss:.3f}", Text(sparkline(losses), style="cyan"))
    for name, values in _measured(steps):
        rows.add_row(name, f"{values[-1]:.3f}", Text(sparkline(values)))
    if standing.best:
        rows.add_row("best", f"step {standing.best:,}")
    rows.add_row("speed", _speed(standing), Text(_memory(standing), style="dim"))
    return Group(head, rows)


def line(standing: Standing) -> str:
    """Say in one line how far training has come."""
    step = standing.step
    parts = [f"step {step.number:,} of {standing.steps:,}", f"loss {step.loss:.3f}"]
    if step.dev_loss is not None:
        parts.append(f"dev loss {step.dev_loss:.3f}")
    if step.measure is not None:
        parts.append(f"task {step.measure:.3f}")
    parts += [_speed(standing), _memory(standing), f"{duration(standing.seconds_left)} left"]
    return ", ".join(parts)


def with_step(steps: Sequence[Step], step: Step) -> list[Step]:
    """Add a step in place of itself and of all after it: it may be measured now, or a new run."""
    return [*(one for one in steps if one.number < step.number), step]


def sparkline(values: Sequence[float], width: int = SPARKLINE) -> str:
    """Draw numbers as a line of blocks; more than fit are averaged."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return ""
    count = min(width, len(known))
    edges = [round(len(known) * number / count) for number in range(count + 1)]
    means = [sum(known[begin:end]) / (end - begin) for begin, end in pairwise(edges)]
    low, spread = min(means), (max(means) - min(means)) or 1.0
    return "".join(SPARKS[int((mean - low) / spread * (len(SPARKS) - 1))] for mean in means)


def duration(seconds: float) -> str:
    """Say how long something takes, as exactly as anybody wants to know."""
    if not math.isfinite(seconds):
        return "unknown time"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def _measured(steps: Sequence[Step]) -> Iterator[tuple[str, list[float]]]:
    dev = [step.dev_loss for step in steps if step.dev_loss is not None]
    task = [step.measure for step in steps if step.measure is not None]
    yield from ((name, values) for name, values in (("dev loss", dev), ("task", task)) if values)


def _speed(standing: Standing) -> str:
    return f"{standing.tokens_per_second:,.0f} tokens/s"


def _memory(standing: Standing) -> str:
    return f"{standing.memory / GIGABYTE:.1f} GB"
