"""Rungs in the order in which they are taken: what is there first, what must be built if needed.

Knows what building takes (an effort, or none) and what is decided so far, and no name of a rung.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sartor.ladder.measuring import Measured
from sartor.ladder.rungs import Rung
from sartor.ladder.weighing import Weighing
from sartor.protocols import Progress

STAGE = "rungs"
NO_BAR = "without a bar nobody can say whether it is needed"
NOT_YET = "rungs that need no building are not all measured yet"


def walk(
    rungs: Sequence[Rung],
    found: Measured,
    *,
    measure: Callable[[Measured, Rung], None],
    weighing: Weighing,
    everything: bool = False,
    progress: Progress | None = None,
) -> None:
    """Measure all rungs that are ready: first those without an effort, each kind in its order.

    Before one is built it is decided anew whether that is needed; `everything` needs all.
    """
    ready = sorted(
        (rung for rung in rungs if not rung.needs),
        key=lambda one: (one.effort is not None, one.order),
    )
    for done, rung in enumerate(ready):
        if progress:
            progress(STAGE, done, len(ready))
        if rung.effort and not everything and (why := _needless(found, weighing)):
            found.unbuilt[rung.name] = f"{why}; {weighing.again('--all')} builds it anyway"
        else:
            measure(found, rung)
    if progress:
        progress(STAGE, len(ready), len(ready))


def _needless(found: Measured, weighing: Weighing) -> str:
    """Say why nothing more has to be built; empty where something has."""
    if weighing.bar is None:
        return NO_BAR
    if any(weighing.rungs[name].effort is None for name in found.cut_short):
        return NOT_YET
    decision = weighing.decide(found.cards)
    if decision.chosen is None:
        return ""
    return f"not needed: {decision.chosen} is {decision.status}"
