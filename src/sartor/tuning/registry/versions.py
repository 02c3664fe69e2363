"""A reference in, one version of an adapter out, whole and unchanged. It changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sartor.errors import NotFound, StateError, nearest
from sartor.tuning.registry import aliases, records
from sartor.tuning.registry.aliases import Named
from sartor.tuning.registry.names import check_name, parse
from sartor.tuning.registry.records import Record
from sartor.types import Adapter


class Versions:
    """What stands below the folder of a registry; half-written versions are not seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> Sequence[str]:
        """List the names that have, or had, versions."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def of(self, name: str) -> Sequence[int]:
        """List the versions of a name, the newest last."""
        folder = self.folder / name
        if not folder.is_dir():
            return []
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())

    def required(self, name: str) -> Sequence[int]:
        """List the versions of a name; raises `NotFound` if there are none."""
        versions = self.of(check_name(name))
        if not versions:
            known = [one for one in self.names() if self.of(one)]
            raise NotFound(
                f"there is no adapter {name!r} (known: {', '.join(known) or 'none'})"
                f"{nearest(name, known)}",
                "sartor adapters list" if known else "sartor tune run EXAMPLES",
            )
        return versions

    def find(self, reference: str) -> tuple[str, int]:
        """Say which name and version are meant; raises `NotFound`."""
        meant = parse(reference)
        versions = self.required(meant.name)
        version = meant.version or versions[-1]
        if meant.alias:
            version = self.named(meant.name).version(meant.name, meant.alias)
        if version not in versions:
            known = ", ".join(map(str, versions))
            raise NotFound(
                f"{meant.name} has no version {version} (it has {known})", "sartor adapters list"
            )
        return meant.name, version

    def named(self, name: str) -> Named:
        """Read the aliases of a name."""
        return aliases.read(self.folder).get(name, Named())

    def place(self, name: str, version: int) -> Path:
        """Say where a version stands."""
        return self.folder / name / str(version)

    def record(self, name: str, version: int) -> Record:
        """Read the card of a version, and see that the card itself was not changed."""
        record = records.read(self.place(name, version))
        if record.id != f"{name}@{version}":
            raise StateError(f"{self.place(name, version)} holds {record.id}", records.AGAIN)
        return record

    def whole(self, name: str, version: int) -> Record:
        """Read the card of a version, and see that no file was changed; `StateError` says which."""
        record = self.record(name, version)
        records.require_unchanged(self.place(name, version), record)
        return record

    def adapter(self, record: Record) -> Adapter:
        """Say what the rest of the program wants to know of a version."""
        card, (name, version) = record.card, record.id.split("@")
        return Adapter(
            id=record.id,
            name=name,
            version=int(version),
            base_model=card.base.model,
            base_fingerprint=card.base.fingerprint,
            method=card.method,
            path=self.place(name, int(version)),
            parent=card.parent,
            data_fingerprint=card.data.fingerprint,
            measurements=card.after,
            before=card.before,
            guard=card.guard,
            aliases=self.named(name).of(int(version)),
            created=record.created,
        )
