"""What climbs found <-> a folder for each below .sartor/climbs: verdict.json and report.html.

A scorecard stands in its stored run, and a verdict only names that run: what is read back is the
verdict with its cards over the documents as they are now.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from sartor.errors import NotFound, StateError, StorageError
from sartor.evaluation.runs.file import put_whole
from sartor.ladder.verdict import Verdict
from sartor.project.folder import Folder
from sartor.types import Scorecard
from sartor.types.packing import plain

if TYPE_CHECKING:
    from sartor.project.project import Project

CLIMBS = "climbs"
VERDICT = "verdict.json"
REPORT = "report.html"
AGAIN = "sartor climb   measures only what is not there any more"
SHARED_NAMES = 1000  # climbs that end in one second


def keep(project: Project, verdict: Verdict, html: str) -> Path:
    """Store a verdict and the page about it; return the path of the page."""
    folder = _new_folder(project._folder.state / CLIMBS)
    put_whole([html], folder / REPORT)
    runs = {name: card.run for name, card in verdict.cards.items()}
    kept = {**plain(replace(verdict, cards={}, page="")), "cards": runs}
    put_whole([json.dumps(kept, ensure_ascii=False)], folder / VERDICT)
    return folder / REPORT


def last(project: Project) -> Verdict:
    """Read back what the last climb found.

    Raises `NotFound` when there was none, `StateError` when a run that it names is gone.
    """
    climbs = (project._folder.state / CLIMBS).glob(f"*/{VERDICT}")
    path = max(climbs, key=lambda one: (one.stat().st_mtime_ns, one.parent.name), default=None)
    if path is None:
        raise NotFound("nothing was climbed here yet", "sartor climb QUESTIONS")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        cards = {name: _card(project, name, run) for name, run in kept.pop("cards").items()}
        found: Verdict = _read(Verdict, {**kept, "cards": {}})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(f"{path} is damaged ({type(error).__name__}: {error})", AGAIN) from None
    return replace(found, cards=cards, page=str(path.with_name(REPORT)))


def forget(folder: Folder) -> None:
    """Delete what all climbs found; the runs behind it stay."""
    shutil.rmtree(folder.state / CLIMBS, ignore_errors=True)


def _new_folder(climbs: Path) -> Path:
    now = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for id in (now, *(f"{now}-{number}" for number in range(2, SHARED_NAMES))):
        try:
            (climbs / id).mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise StorageError(f"{climbs} cannot be written: {error.strerror}") from None
        return climbs / id
    raise StorageError(f"{SHARED_NAMES} climbs ended in this second", "wait a second")


def _card(project: Project, name: str, run: str) -> Scorecard:
    try:
        return project.run(run).card
    except (NotFound, StateError) as error:
        told = error.args[0]
        raise StateError(f"what was measured of {name} is not there: {told}", AGAIN) from None


# --- reading ----------------------------------------------------------------------------------


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401  # any type that a verdict is made of
    """Make a value of a type out of what `plain` wrote; fields that are not known are left out."""
    origin, inside = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        types = get_type_hints(kind)
        known = [field.name for field in fields(kind) if field.name in value]
        return kind(**{name: _read(types[name], value[name]) for name in known})
    if origin is tuple:
        return tuple(_read(inside[0], one) for one in value)
    if origin is Mapping:
        return {name: _read(inside[1], one) for name, one in value.items()}
    if NoneType in inside and value is not None:
        return _read(inside[0], value)
    return value
