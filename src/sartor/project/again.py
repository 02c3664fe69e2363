"""What was chosen for a climb -> the command line that climbs so again, to be pasted as it is.

Budgets are left out, as the next climb needs another one, and so is what was handed in as an
object: no command line can hold it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.ladder.again import Again

if TYPE_CHECKING:
    from sartor.project.climbing import ClimbOptions
    from sartor.project.project import Project

FLAG = "flag"  # where a setting comes from that was given for one call
WORDS = (str, Path)


def again(project: Project, questions: object, chosen: ClimbOptions) -> Again:
    """Write what was given; what was left to the settings stays left to them."""
    own = [str(questions)] if isinstance(questions, WORDS) else []
    words = ("sartor", *_before(project), "climb", *own, *_options(chosen))
    return Again(words, tuple(chosen.rungs or ()))


def _before(project: Project) -> Iterator[str]:
    """Name the project where it would not be found from here, and settings of this call."""
    if not Path.cwd().is_relative_to(project.folder.resolve()):
        yield from ("-C", str(project.folder))
    for name, origin in project.settings.origins.items():
        if origin == FLAG:
            section, _, key = name.partition(".")
            value = getattr(getattr(project.settings, section), key)
            yield from ("--set", f"{name}={_written(value, between=';')}")


def _options(chosen: ClimbOptions) -> Iterator[str]:
    single = {
        "--bar": chosen.bar,
        "--examples": chosen.examples,
        "--models": ",".join(chosen.models),
        "--margin": chosen.margin,
        "--volume": chosen.volume,
        "--seed": chosen.seed,
    }
    for option, given in single.items():
        if given not in (None, ""):
            yield from (option, str(given))
    for name, system in chosen.systems.items():
        if isinstance(system, WORDS):
            yield from ("--system", f"{name}={system}")
    for name, value in chosen.tune.items():
        yield from ("--with", f"{name}={_written(value, between=',')}")
    if chosen.strict:
        yield "--strict"


def _written(value: object, *, between: str) -> str:
    """Write a value as the command line reads it; `between` parts those of a list."""
    if isinstance(value, WORDS):
        return str(value)
    return between.join(map(str, value)) if isinstance(value, Sequence) else json.dumps(value)
