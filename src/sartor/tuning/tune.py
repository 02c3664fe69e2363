"""Examples and a base model in, an adapter with its proof out: every step of tuning, in order.

    split -> measure the base -> mix in replay -> train -> measure again -> guard -> registry

What is measured before is measured after, on the same examples, which training never saw. It
knows no project: where things are kept is handed in.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from sartor.errors import StateError
from sartor.protocols import Progress
from sartor.storage.lock import exclusive
from sartor.tuning.bench import Bench
from sartor.tuning.guard import judge
from sartor.tuning.loop import Watch
from sartor.tuning.order import Attempt, Order, card_of
from sartor.tuning.registry import Registry
from sartor.types import Adapter, Chosen, GuardReport

# General tokens for each token of the user's that is learned, tried until the guard passes.
REPLAY_SHARES = (2.0, 4.0)


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
    folder.mkdir(parents=True, exist_ok=True)
    busy = StateError(f"another process is training {order.name!r}", "wait for it, or use --name")
    with exclusive(folder / "lock", taken=busy):
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

    What decides is measured on examples and texts that the final proof does not use.
    """
    if order.replay is not None:
        asked = Chosen(order.replay, "set by the user")
        return bench.trained(asked, resume=resume, progress=progress, watch=watch)
    before = bench.choosing.measured(bench.base.network)
    for share in REPLAY_SHARES:
        chosen = Chosen(
            share, f"{share:g} general tokens for each that is learned: the guard passes"
        )
        attempt = bench.trained(chosen, resume=resume, progress=progress, watch=watch)
        after = bench.choosing.measured(attempt.trained.network, before)
        report = judge(before, after, order.limits)
        if report.passed:
            return attempt
        if watch:
            watch.say(f"with {share:g} general tokens for each one learned: {_broken(report)}")
    tried = ", ".join(f"{share:g}" for share in REPLAY_SHARES)
    reason = f"the most that was tried ({tried}); the guard does not pass with any"
    return replace(attempt, replay=Chosen(share, reason))


def _broken(report: GuardReport) -> str:
    broken = [one for one in report.findings if not one.passed]
    return "the guard fails on " + ", ".join(f"{one.name} ({one.reason})" for one in broken)


def _nobody(_: str) -> None:
    """Tell nobody."""
