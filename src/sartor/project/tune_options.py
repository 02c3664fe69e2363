"""What may be chosen for one training, by name. Plain data; it knows no project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sartor.tuning.loop import Watch


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """What may be chosen for one training; None or empty: what the settings say.

    `changes` are values of the recipe, by name. `general` is a file of examples of the user's own
    that shall keep their answers. `resume` goes on with a training that was broken off,
    `fresh` throws it away; without either it is refused to begin anew.
    """

    name: str = "tuned"
    base: str | None = None
    method: str | None = None
    recipe: str | None = None
    replay: float | None = None
    minutes: float | None = None
    seed: int | None = None
    general: str | Path | None = None
    questions: str | Path | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, object] = field(default_factory=dict)
    resume: bool = False
    fresh: bool = False
    watch: Watch | None = None


def options_of(chosen: Mapping[str, object]) -> TuneOptions:
    """Sort what is chosen by name: options, and values of the recipe."""
    own = {one.name for one in fields(TuneOptions)} - {"changes"}
    options = {key: value for key, value in chosen.items() if key in own and value is not None}
    changes = {key: value for key, value in chosen.items() if key not in own}
    return TuneOptions(**options, changes=changes)  # type: ignore[arg-type]
