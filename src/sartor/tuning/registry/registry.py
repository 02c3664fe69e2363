"""Adapters on disk: versions that never change, and aliases that say which of them is meant.

    NAME/VERSION/adapter_config.json, adapter_model.safetensors    what PEFT and servers read
    NAME/VERSION/card.json                                         what is known of it, with hashes
    NAME/VERSION/README.md                                         the same for people
    aliases.json                                                   NAME@ALIAS -> VERSION

A version stands there whole or not at all. Any number of processes may read, add and promote at
the same time. How an adapter is trained it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import BarNotMet, ConfigError, InputError, StateError
from sartor.storage.lock import exclusive
from sartor.tuning.base import find_base
from sartor.tuning.registry import aliases, records
from sartor.tuning.registry.aliases import Named, Promotion
from sartor.tuning.registry.cards import Card
from sartor.tuning.registry.contents import require_contents
from sartor.tuning.registry.differences import Difference, differences
from sartor.tuning.registry.disk import put, refusals, remove, sweep, unfinished
from sartor.tuning.registry.exporting import (
    Exported,
    export_peft,
    export_whole,
    listed,
    model_lines,
    require_kind,
)
from sartor.tuning.registry.importing import base_of, card_of, copy_checked, read_foreign
from sartor.tuning.registry.merged import Merged
from sartor.tuning.registry.names import check_alias, check_name
from sartor.tuning.registry.readme import FILE as README
from sartor.tuning.registry.readme import readme
from sartor.tuning.registry.records import Record
from sartor.tuning.registry.verifying import verify
from sartor.tuning.registry.versions import Versions
from sartor.types import Adapter, Unforgotten

if TYPE_CHECKING:
    from sartor.tuning.registry.purging import Leaving

LOCK = ".lock"
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class About:
    """One version: what it is, all that is known of it, and what the aliases of its name meant."""

    adapter: Adapter
    card: Card
    aliases: Mapping[str, tuple[Promotion, ...]]


class Registry:
    """The adapters below one folder. A reference is voice (the newest), voice@3 or voice@ALIAS.

    `find` gives the folder of a base model by the path or name that a card knows it by. `examples`
    are files that may hold what was learned, and folders that may hold the file a card names.
    """

    def __init__(
        self,
        folder: Path,
        *,
        find: Callable[[str], Path] | None = None,
        examples: Sequence[Path] = (),
    ) -> None:
        self._folder = folder
        self._versions = Versions(folder)
        self._find = find or partial(find_base, root=Path())
        self._examples = examples

    # --- reading -------------------------------------------------------------------------------

    def list(self) -> Sequence[Adapter]:
        """List every version, newest last; one whose card cannot be read is left to `faults`."""
        found = (record for record, _ in self._everything() if record is not None)
        return [self._versions.adapter(record) for record in found]

    def faults(self) -> Sequence[str]:
        """Say which versions cannot be listed, and why; what only `resolve` finds is not here."""
        return [fault for _, fault in self._everything() if fault]

    def resolve(self, reference: str) -> Adapter:
        """Find the version that is meant, and make sure that it is what was trained.

        Raises `NotFound`, or `StateError` that names the file that was changed.
        """
        return self._versions.adapter(self._versions.whole(*self._versions.find(reference)))

    def show(self, reference: str) -> Adapter:
        """Find one version; the same as `resolve`."""
        return self.resolve(reference)

    def card(self, reference: str) -> Card:
        """Read everything that is known of one version."""
        return self._versions.whole(*self._versions.find(reference)).card

    def about(self, reference: str) -> About:
        """Read a version, its card, and what the aliases of its name meant."""
        record = self._versions.whole(*self._versions.find(reference))
        adapter = self._versions.adapter(record)
        return About(adapter, record.card, self.history(adapter.name))

    def diff(self, first: str, second: str) -> Sequence[Difference]:
        """Say in what two versions differ: what they learned from, how, and what came of it."""
        found = (self._versions.whole(*self._versions.find(one)) for one in (first, second))
        return differences(*found)

    def history(self, name: str) -> Mapping[str, tuple[Promotion, ...]]:
        """Say for every alias of a name what it meant, what it means now last."""
        return self._versions.named(check_name(name)).aliases

    # --- changing ------------------------------------------------------------------------------

    def add(self, name: str, card: Card, write: Callable[[Path], object]) -> Adapter:
        """Give what `write` puts into an empty folder the next version of a name."""
        place = self._folder / check_name(name)
        with refusals(place), ExitStack() as until_done:
            with self._changing():
                folder = until_done.enter_context(unfinished(place))
            write(folder)
            require_contents(folder, card.method)
            created = datetime.now(UTC).isoformat(timespec="seconds")
            with self._changing():
                version = max([*self._versions.of(name), self._versions.named(name).deleted, 0]) + 1
                id = f"{name}@{version}"
                (folder / README).write_text(readme(id, created, card), "utf-8")
                record = records.write(folder, id, created, card)
                put(folder, self._versions.place(name, version))
        return self._versions.adapter(record)

    def adopt(self, folder: Path, name: str, base: str | Path = "") -> Adapter:
        """Give an adapter that was trained elsewhere the next version of a name; see `importing`.

        Its base is the one that its folder names, unless given.
        """
        check_name(name)
        foreign = read_foreign(folder)
        place = base_of(foreign, str(base), self._find)
        card = card_of(foreign, place, str(base or foreign.base))
        return self.add(name, card, partial(copy_checked, foreign, place))

    def promote(self, reference: str, alias: str = PRODUCTION, *, force: bool = False) -> Adapter:
        """Let an alias mean a version; raises `BarNotMet` unless its guard passed, or forced.

        That it was forced is kept with the alias.
        """
        check_alias(alias)
        with refusals(self._folder), self._changing():
            adapter = self.resolve(reference)
            doubt = _doubt(adapter)
            if doubt and not force:
                raise BarNotMet(
                    f"{adapter.id} {doubt}",
                    f"sartor adapters show {adapter.id}; promote another version, or --force",
                )
            if alias not in adapter.aliases:
                named = self._versions.named(adapter.name)
                promoted = named.promoted(alias, adapter.version, forced=bool(doubt))
                self._name(adapter.name, promoted)
        return self.resolve(adapter.id)

    def rollback(self, name: str, alias: str = PRODUCTION) -> Adapter:
        """Let an alias mean what it meant before; returns that version."""
        check_alias(alias)
        with refusals(self._folder), self._changing():
            self._versions.required(name)
            named = self._versions.named(name).rolled_back(name, alias)
            adapter = self.resolve(f"{name}@{named.version(name, alias)}")
            self._name(name, named)
        return self.resolve(adapter.id)

    def delete(self, reference: str, *, force: bool = False) -> str:
        """Delete a version, damaged or not, and return its id; its number is not given again.

        Raises `InputError` while an alias means it; with `force` that alias is taken away.
        """
        with refusals(self._folder), self._changing():
            name, version = self._versions.find(reference)
            named = self._versions.named(name)
            pointing = named.of(version)
            if pointing and not force:
                raise InputError(
                    f"{name}@{version} is what {name}@{', '.join(pointing)} means",
                    f"sartor adapters promote {name}@ANOTHER --alias {pointing[0]}, or --force",
                )
            self._name(name, named.without(version))
            remove(self._versions.place(name, version))
        return f"{name}@{version}"

    def purge(self, gone: Leaving) -> Sequence[Unforgotten]:
        """Take words of documents off the cards; name the versions that learned from them."""
        if not self._folder.is_dir():
            return []
        from sartor.tuning.registry.purging import purge  # which reads examples, as nothing here

        with refusals(self._folder), self._changing():
            return purge(self._versions, gone, self._examples)

    # --- using ---------------------------------------------------------------------------------

    def verify(self, reference: str, base: str | Path = "") -> Adapter:
        """See that a version belongs to a base model, its own by default; `AdapterMismatch`."""
        adapter = self.resolve(reference)
        verify(adapter, self._base(adapter, base))
        return adapter

    def merge(self, reference: str, to: Path, base: str | Path = "") -> Merged:
        """Write a model that holds a version in its weights; see `merging`."""
        from sartor.tuning.registry.merging import merge

        adapter = self.resolve(reference)
        return merge(adapter, self._base(adapter, base), to)

    def export(
        self, reference: str, to: Path, kind: str = "peft", *, examples: str | Path = ""
    ) -> Exported:
        """Write a version for others: as "peft", as a "merged" model, or for a "provider".

        A provider trains by itself: `examples` are for it, by default those that were learned
        from, where they still stand.
        """
        require_kind(kind)
        adapter = self.resolve(reference)
        if kind == "peft":
            return export_peft(adapter, to, self._named_base(adapter))
        if kind == "provider":
            from sartor.tuning.registry.providers import export_learned

            given = Path(examples) if examples else None
            return export_learned(adapter.id, self.card(adapter.id), to, given, self._examples)
        if adapter.method == "full":
            return export_whole(adapter, to)
        merged = self.merge(adapter.id, to)
        return Exported(adapter.id, "merged", to, listed(to), model_lines(to), notes=(str(merged),))

    # --- inside --------------------------------------------------------------------------------

    def _named_base(self, adapter: Adapter) -> str:
        """Name the base for another program: its folder, or what the card says where it is gone."""
        try:
            return str(self._find(adapter.base_model))
        except ConfigError:
            return adapter.base_model

    def _base(self, adapter: Adapter, given: str | Path) -> Path:
        return self._find(str(given or adapter.base_model))

    def _everything(self) -> Iterator[tuple[Record | None, str]]:
        """Read the card of every version, or say what is wrong with it."""
        for name in self._versions.names():
            for version in self._versions.of(name):
                try:
                    yield self._versions.record(name, version), ""
                except StateError as error:
                    yield None, str(error.args[0])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Be the only one who changes anything, and clean up after those who could not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / LOCK):
            for name in self._versions.names():
                sweep(self._folder / name)
            yield

    def _name(self, name: str, named: Named) -> None:
        aliases.write(self._folder, {**aliases.read(self._folder), name: named})


def _doubt(adapter: Adapter) -> str:
    """Say what speaks against using it; empty where its guard passed."""
    if adapter.guard is None:
        return "is unproven: no guard has looked at it"
    failed = [f"{one.name}: {one.reason}" for one in adapter.guard.findings if not one.passed]
    return f"failed the guard: {'; '.join(failed)}" if failed else ""
