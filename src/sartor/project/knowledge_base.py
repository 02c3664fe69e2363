"""The documents of a project: sources, ledger, index, search, and keeping them in order.

Parts are built when first needed: listing documents loads no model, a BM25 search no OpenVINO.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sartor.config import Settings, load
from sartor.errors import InputError, NotFound, nearest
from sartor.knowledge.ledger import DocumentSummary, Ledger
from sartor.project import archive, embedders
from sartor.project import folder as folders
from sartor.project.describing import describe
from sartor.storage.lock import exclusive
from sartor.types import (
    NO_METADATA,
    Document,
    Hit,
    Mode,
    Passage,
    Purged,
    Scalar,
    Source,
    SyncReport,
)

if TYPE_CHECKING:
    from sartor.knowledge.index.owner import SharedIndex
    from sartor.knowledge.index.verify import Comparison
    from sartor.knowledge.search import SearchResult
    from sartor.project.doctor import Finding
    from sartor.protocols import Embedder, Index, Progress

FOREVER = 86_400.0  # seconds; no catching up takes a day


class KnowledgeBase:
    """Documents that can be found: sources in, hits out, kept in order.

    `Project(folder)` opens one, `Project.here()` finds the one around the current folder,
    `Project.init(folder)` makes one. Settings given as `section.key` keywords win over the file:
    `Project("helpdesk", **{"search.k": 5})`. An `embedder` of one's own replaces the one
    configured. Close it, or use it in a `with` block.
    """

    def __init__(
        self,
        folder: str | Path = ".",
        *,
        embedder: Embedder | None = None,
        **flags: Any,  # noqa: ANN401
    ) -> None:
        self._folder = folders.existing(Path(folder))
        self.settings: Settings = load(self._folder.root, flags=flags)
        if embedder is not None:
            self._embedder = embedder

    @classmethod
    def init(
        cls,
        folder: str | Path = ".",
        *,
        embedder: Embedder | None = None,
        **flags: Any,  # noqa: ANN401
    ) -> Self:
        """Make a project in a folder, or open the one that is there."""
        return cls(folders.make(Path(folder)).root, embedder=embedder, **flags)

    @classmethod
    def here(cls, **flags: Any) -> Self:  # noqa: ANN401
        """Open the project that the current folder lies in."""
        return cls(folders.nearest_above(Path.cwd()).root, **flags)

    @classmethod
    def restore(cls, backup: str | Path, folder: str | Path) -> Self:
        """Make a project out of a file that `backup` wrote."""
        return cls(archive.read(Path(backup), Path(folder)).root)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files, models and processes; the project can be opened again."""
        for part in ("_index", "_embedder", "_ledger"):  # the index reads the ledger: it goes first
            if part in self.__dict__:
                self.__dict__.pop(part).close()

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self._folder.root

    # --- documents in and out -----------------------------------------------------------------

    def add(
        self,
        location: str | Path,
        *,
        collection: str | None = None,
        labels: Sequence[str] | None = None,
        fields: Mapping[str, str] | None = None,
        include: Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Make a folder or file a source, and read, commit and embed what is in it.

        A location that is a source already keeps the options that are not given; documents that
        were deleted from it by hand come back. With `wait=False` it returns once everything is
        committed and searchable by BM25; the next `sync` embeds.
        """
        place = Path(location).resolve()
        if not place.exists():
            raise InputError(f"{location} does not exist", "sartor add FOLDER_OR_FILE")
        known = self._ledger.sources()
        source = describe(
            place,
            known,
            collection=collection,
            labels=labels,
            fields=fields,
            include=include,
            exclude=exclude,
        )
        self._ledger.put_source(source)
        self._ledger.readmit(source.name)
        report = self._sync([source], wait=wait, progress=progress)
        new_file = place.is_file() and source.name not in {other.name for other in known}
        if new_file and not self._ledger.documents(source=source.name):
            self._ledger.drop_source(source.name)  # one file that gave nothing: no use to ask again
        return report

    def sync(
        self,
        names: Sequence[str] = (),
        *,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Make the knowledge base equal to its sources, all of them or those named."""
        return self._sync(self._chosen(names), wait=wait, progress=progress)

    def preview(self, names: Sequence[str] = ()) -> SyncReport:
        """Say what `sync` would do, without doing it; files stand where documents would.

        `waiting` counts the passages that are committed but not embedded; at an endpoint,
        `estimated_tokens` and `estimated_cost` say what embedding them will use.
        """
        from sartor.project.intake import estimate, preview

        report = preview(
            self._chosen(names),
            ledger=self._ledger,
            embedder=self._embedder,
            settings=self.settings,
        )
        return estimate(report, self._ledger, self._embedder)

    def delete(self, *ids: str) -> None:
        """Take documents out: text, vectors and words, in one step.

        They stay out when their source is synced, until it is added again.
        """
        self._ledger.withdraw(ids)
        self._index.catch_up(1.0)

    def purge(self, *ids: str) -> Purged:
        """Delete documents and leave no byte of them in any file of the project."""
        self._ledger.purge(ids)
        self._index.rebuild()
        return Purged(ids)

    def documents(self) -> list[DocumentSummary]:
        """List all documents, without their text."""
        return self._ledger.documents()

    def document(self, id: str) -> Document:
        """Fetch one document; raises `NotFound`."""
        return self._ledger.document(id)

    def passage(self, id: str) -> Passage:
        """Fetch one passage; raises `NotFound`."""
        return self._ledger.passage(id)

    def sources(self) -> list[Source]:
        """List the sources."""
        return self._ledger.sources()

    def remove_source(self, name: str) -> int:
        """Remove a source and its documents; return how many those were."""
        removed = self._ledger.drop_source(name)
        self._index.catch_up(1.0)
        return len(removed.documents)

    # --- finding ------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        k: int | None = None,
        mode: Mode | None = None,
        filters: Mapping[str, Scalar] = NO_METADATA,
        labels: Sequence[str] | None = (),
        collections: Sequence[str] = (),
    ) -> list[Hit]:
        """Find passages; see `find` for how they came about."""
        found = self.find(
            query, k=k, mode=mode, filters=filters, labels=labels, collections=collections
        )
        return list(found.hits)

    def find(
        self,
        query: str,
        *,
        k: int | None = None,
        mode: Mode | None = None,
        filters: Mapping[str, Scalar] = NO_METADATA,
        labels: Sequence[str] | None = (),
        collections: Sequence[str] = (),
    ) -> SearchResult:
        """Find passages and say how.

        `filters` are on metadata, or on `source`, `document` or `collection`. Passages with access
        labels are found only by a caller who has one of them; `labels=None` is the owner, who
        sees all.
        """
        from sartor.knowledge.search import SearchOptions, search
        from sartor.knowledge.terms import query_terms
        from sartor.project.filters import where

        if not self._ledger.last_change():
            raise NotFound("this project has no documents yet", "sartor add DOCUMENTS")
        chosen = self.settings.search
        options = SearchOptions(
            k=chosen.k if k is None else k,
            mode=mode or chosen.mode,
            where=where(self._ledger, filters, labels, collections),
            fusion=chosen.fusion,
            weight=chosen.weight,
            depth=chosen.depth,
            fold=chosen.fold,
            mmr=chosen.mmr,
            per_document=chosen.per_document,
        )
        return search(
            query,
            options,
            index=self._index,
            embedder=None if options.mode == "bm25" else self._embedder,
            analyse=partial(query_terms, languages=self._languages()),
            passages=self._ledger.passages,
        )

    # --- in order -----------------------------------------------------------------------------

    def verify_index(self, *, repair: bool = False) -> Comparison:
        """Compare the index with the ledger row by row, and mend what differs if asked to."""
        from sartor.knowledge.index import verify as checks
        from sartor.knowledge.terms import terms

        self._index.catch_up(FOREVER)
        parts = (self._index, self._ledger, terms, self._embedder.fingerprint)
        found = checks.verify(*parts)
        if repair and not found.equal:
            checks.repair(*parts, found)
        return found

    def rebuild_index(self, *, progress: Progress | None = None) -> None:
        """Embed what the configured embedder has not embedded, and build the index anew."""
        from sartor.knowledge.sync import embed_waiting, silent

        embed_waiting(self._ledger, self._embedder, progress=progress or silent)
        self._index.rebuild()

    def backup(self, target: str | Path) -> None:
        """Write settings, ledger and runs into one file while the project goes on working."""
        archive.write(self._folder, self._ledger, Path(target))

    def doctor(self) -> list[Finding]:
        """Check the project and the machine; say what was chosen and why."""
        from sartor.project.doctor import examine

        return examine(self._folder, self._ledger, self._embedder, self._index)

    def build_int8(self) -> Path:
        """Make the int8 model out of the configured one and passages of this project."""
        return embedders.build_int8(self.settings, self._folder, self._ledger)

    # --- the parts ----------------------------------------------------------------------------

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self._folder.ledger, synchronous=self.settings.storage.synchronous)

    @cached_property
    def _embedder(self) -> Embedder:
        return embedders.embedder_of(self.settings, self._folder)

    @cached_property
    def _index(self) -> SharedIndex:
        from sartor.knowledge.index.card import Card
        from sartor.knowledge.index.follow import follow
        from sartor.knowledge.index.owner import SharedIndex
        from sartor.knowledge.terms import VERSION, terms

        embedder, ledger = self._embedder, self._ledger
        card = Card(
            fingerprint=embedder.fingerprint,
            dimension=embedder.dimension,
            analyser=VERSION,
            ledger=ledger.identity(),
        )

        def catch_up(index: Index, seconds: float) -> bool:
            return follow(index, ledger, terms, embedder.fingerprint, seconds)

        return SharedIndex(self._folder.index, card, catch_up)

    # --- steps --------------------------------------------------------------------------------

    def _sync(
        self, sources: Iterable[Source], *, wait: bool, progress: Progress | None
    ) -> SyncReport:
        from sartor.knowledge.sync import embed_waiting, silent
        from sartor.project.intake import read_and_commit, self_retrieval

        show = progress or silent
        started = monotonic()
        report = read_and_commit(
            sources,
            ledger=self._ledger,
            embedder=self._embedder,
            settings=self.settings,
            progress=show,
        )
        new = report.added + report.changed
        if not wait:
            waiting = self._ledger.waiting(self._embedder.fingerprint)
            return replace(report, waiting=waiting, seconds=monotonic() - started)
        with exclusive(self._folder.embedding_lock):
            embedded = embed_waiting(self._ledger, self._embedder, progress=show)
        if new or embedded or report.deleted:
            show("indexing", 0, 1)
            self._index.catch_up(FOREVER)
            self._index.optimize()
            show("indexing", 1, 1)
        found = self_retrieval(new, self._ledger, partial(self.search, k=10, labels=None))
        return replace(
            report, embedded=embedded, self_retrieval=found, seconds=monotonic() - started
        )

    def _chosen(self, names: Sequence[str]) -> list[Source]:
        """Find the sources of those names, all when there are none."""
        known = {source.name: source for source in self._ledger.sources()}
        for name in names:
            if name not in known:
                raise NotFound(f"no source {name!r}{nearest(name, known)}", "sartor sources")
        if not known:
            raise NotFound("this project has no sources yet", "sartor add DOCUMENTS")
        return [known[name] for name in names] if names else list(known.values())

    def _languages(self) -> tuple[str, ...]:
        """Name the languages of the documents: a query is stemmed in each of them."""
        return tuple(sorted(self._ledger.counts().languages))
