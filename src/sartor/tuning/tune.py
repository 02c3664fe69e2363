"""Examples and a base model in, an adapter with its proof out: every step of tuning, in order.

    split -> measure the base -> mix in replay -> train -> measure again -> guard -> registry

What is measured before is measured after, on the same examples, which training never saw. It
knows no project: where things are kept is handed in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sartor.errors import TrainingFailed
from sartor.protocols import Progress
from sartor.tuning.bench import Bench
from sartor.tuning.guard import judge
from sartor.tuning.loop import Watch
from sartor.tuning.loop.memory import ran_out
from sartor.tuning.order import Attempt, Order, card_of
from sartor.tuning.registry import Registry
from sartor.tuning.under_way import alone
from sartor.types import Adapter, Chosen, GuardReport

# General tokens for each token of the user's that is learned, tried until the guard passes.
REPLAY_SHARES = (2.0, 4.0)
ENOUGH = "the guard passed on the part that chooses; its report is of another part"
NEVER_ENOUGH = "the most that was tried; the guard failed with each share"


def tune(
    order: Order,
    registry: Registry,
    *,
    folder: Path,
    resume: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Adapter:
    """Train, prove and register a version of an adapter; what the guard fails is kept as well.

    `folder` holds what a training that was broken off needs to go on with `resume`. Two trainings
    of one name at once are refused.
    """
    with alone(order.name, folder), _memory_told(order):
        say = watch.say if watch else _nobody
        say(f"measuring {order.base_name or order.base.name} as it is")
        bench = Bench.prepared(order, folder)
        before = bench.reporting.measured(bench.base.network)
        attempt = _good_enough(bench, order, resume=resume, progress=progress, watch=watch)
        say("measuring what became of it")
        after = bench.reporting.measured(attempt.trained.network, before)
        report = judge(before, after, order.limits)
        card = card_of(order, attempt, bench.split, bench.base, before, after, report)
        adapter = registry.add(order.name, card, attempt.save)
        shutil.rmtree(folder, ignore_errors=True)
    return adapter


def _good_enough(
    bench: Bench, order: Order, *, resume: bool, progress: Progress | None, watch: Watch | None
) -> Attempt:
    """Train with the share of replay that is asked for, or with ever more until the guard passes.

    What decides is measured on examples and texts that the final proof does not use: what passes
    there may still fail in the end.
    """
    if order.replay is not None:
        asked = Chosen(order.replay, "set by the user")
        return bench.trained(asked, resume=resume, progress=progress, watch=watch)
    before = bench.choosing.measured(bench.base.network)
    tried: list[Chosen[float]] = []
    for share in REPLAY_SHARES:
        chosen = Chosen(share, ENOUGH)
        attempt = bench.trained(chosen, resume=resume, progress=progress, watch=watch)
        after = bench.choosing.measured(attempt.trained.network, before)
        report = judge(before, after, order.limits)
        tried.append(Chosen(share, _outcome(report)))
        if report.passed:
            return replace(attempt, tried=tuple(tried))
        if watch:
            watch.say(f"with {share:g} general tokens for each one learned: {_outcome(report)}")
    return replace(attempt, replay=Chosen(share, NEVER_ENOUGH), tried=tuple(tried))


def _outcome(report: GuardReport) -> str:
    broken = [f"{one.name} ({one.reason})" for one in report.findings if not one.passed]
    return f"the guard fails on {', '.join(broken)}" if broken else "the guard passes"


@contextmanager
def _memory_told(order: Order) -> Iterator[None]:
    """Name what helps where measuring does not fit; training says itself what is smaller."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out(error):
            raise
        raise TrainingFailed(
            f"{order.base_name or order.base.name} and what is measured on it do not fit into the "
            "memory",
            hint="end other programs, or take a smaller base; sartor tune plan says what fits; "
            "what was trained is kept: --resume",
        ) from error


def _nobody(_: str) -> None:
    """Tell nobody."""
