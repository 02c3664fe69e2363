"""Which version an alias means, what it meant before, and which numbers were given away.

All of it stands in one small file that is replaced in one step: a reader sees the state before a
change or after it. It knows no cards and no guard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sartor.errors import NotFound, StateError, nearest
from sartor.tuning.registry.disk import write_json

FILE = "aliases.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Promotion:
    """An alias was set to a version; `forced` past a guard that had failed."""

    version: int
    when: str
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """What is kept of one name: the promotions of each alias, and the highest number deleted.

    The last promotion of an alias is what it means; a number is never given twice.
    """

    aliases: Mapping[str, tuple[Promotion, ...]] = field(default_factory=dict)
    deleted: int = 0

    def of(self, version: int) -> tuple[str, ...]:
        """Name the aliases that mean a version."""
        return tuple(
            sorted(alias for alias, past in self.aliases.items() if past[-1].version == version)
        )

    def version(self, name: str, alias: str) -> int:
        """Say which version an alias means; raises `NotFound`."""
        return self._past(name, alias)[-1].version

    def promoted(self, alias: str, version: int, *, forced: bool) -> Named:
        """Let an alias mean a version from now on."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        past = (*self.aliases.get(alias, ()), Promotion(version, now, forced))
        return self._with(alias, past)

    def rolled_back(self, name: str, alias: str) -> Named:
        """Let an alias mean what it meant before; raises `NotFound` if that was nothing."""
        past = self._past(name, alias)
        if len(past) < 2:
            raise NotFound(
                f"{name}@{alias} has only ever meant version {past[-1].version}",
                f"sartor adapters promote {name}@VERSION --alias {alias}",
            )
        return self._with(alias, past[:-1])

    def without(self, version: int) -> Named:
        """Forget a version that was deleted; an alias that means it is taken away."""
        kept = {
            alias: tuple(one for one in past if one.version != version)
            for alias, past in self.aliases.items()
            if past[-1].version != version
        }
        return Named(kept, max(self.deleted, version))

    def _past(self, name: str, alias: str) -> tuple[Promotion, ...]:
        if alias not in self.aliases:
            known = ", ".join(sorted(self.aliases)) or "none"
            raise NotFound(
                f"{name} has no alias {alias!r} (known: {known}){nearest(alias, self.aliases)}",
                f"sartor adapters promote {name}@VERSION --alias {alias}",
            )
        return self.aliases[alias]

    def _with(self, alias: str, past: tuple[Promotion, ...]) -> Named:
        return replace(self, aliases={**self.aliases, alias: past})


def read(folder: Path) -> dict[str, Named]:
    """Read what is known of every name."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if content["schema"] > SCHEMA:
            raise StateError(
                f"{folder / FILE} was written by a newer Sartor", "pip install --upgrade sartor"
            )
        return {name: _named(row) for name, row in content["names"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(
            f"{folder / FILE} is damaged: {error}",
            "delete it, then promote again: adapters are not touched",
        ) from error


def write(folder: Path, names: Mapping[str, Named]) -> None:
    """Replace what is known."""
    write_json(
        {"schema": SCHEMA, "names": {name: asdict(named) for name, named in names.items()}},
        folder / FILE,
    )


def _named(row: Mapping[str, Any]) -> Named:
    aliases = {
        alias: tuple(Promotion(**one) for one in past) for alias, past in row["aliases"].items()
    }
    return Named(aliases, row["deleted"])
