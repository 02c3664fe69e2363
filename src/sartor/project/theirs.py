"""Systems of the user's own -> rungs behind ours: whatever `evaluate` takes may stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.evaluation.systems import RecordedSystem, System
from sartor.evaluation.systems.opening import SCHEMES
from sartor.ladder.rungs import Effort, Rung

if TYPE_CHECKING:
    from sartor.project.project import Project

RECORDED = Effort(0.0, 0.0, "its answers are recorded", 0.0)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A system of the user's own; `identity` names it where it can be known again."""

    system: System
    identity: str | None = None


def opened(
    project: Project, systems: Mapping[str, object], ours: Sequence[str]
) -> dict[str, Foreign]:
    """Open the user's own systems now: a wrong name must not come to light after an hour."""
    taken = sorted({*ours} & systems.keys())
    if taken:
        raise ConfigError(
            f"{taken[0]!r} is the name of a rung, and of a system", f"--system my-{taken[0]}=WHAT"
        )
    return {
        name: Foreign(project._measuring.system(given, name), _identity(project, given))
        for name, given in systems.items()
    }


def rungs_of(systems: Mapping[str, Foreign], ours: Sequence[Rung]) -> list[Rung]:
    """Put the user's own systems behind our rungs, as they were declared."""
    last = max((rung.order for rung in ours), default=0)
    return [
        Rung(name, order, partial(_as_it_is, one.system), each=_expected(one.system))
        for order, (name, one) in enumerate(systems.items(), start=last + 1)
    ]


def _expected(system: System) -> Effort | None:
    """Say what an answer takes: nothing where it was given before; else nobody knows."""
    return RECORDED if isinstance(system, RecordedSystem) else None


def _as_it_is(system: System) -> System:
    return system


def _identity(project: Project, given: object) -> str | None:
    """Name a system that can be known again: a file by its content, an address by itself."""
    if isinstance(given, str) and given.lower().startswith(SCHEMES):
        return given
    if not isinstance(given, str | Path):
        return None
    places = (Path(given), project.folder / given)
    path = next((place for place in places if place.is_file()), None)
    return sha256(path.read_bytes()).hexdigest() if path else None
