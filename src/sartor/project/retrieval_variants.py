"""Other settings of retrieval -> the project as if they were set, without touching it.

    candidates_of   what can be tried, one change at a time, around the settings in use
    Variants        changes -> search, documents and assistants that answer by them

Changes of search are made on the project's own index. Another splitting or embedder needs an index
of its own: it is made of the ledger's documents in a folder beside, known again by its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.errors import ConfigError
from sartor.knowledge.ledger import Ledger, NewPassage, PutDocument
from sartor.knowledge.splitting import STRATEGIES, header, splitter
from sartor.knowledge.sync import embed_waiting, silent
from sartor.ladder.rungs import Rung
from sartor.ladder.searching import Candidate, Changes
from sartor.project.embedders import embedder_of
from sartor.project.knowledge_base import FOREVER, KnowledgeBase
from sartor.project.rungs import Climbing
from sartor.protocols import Embedder, Progress, Splitter
from sartor.types import Reading, Scalar

if TYPE_CHECKING:
    from sartor.project.project import Project

IN_USE = Candidate("what is in use")
DEFAULTS = Settings()
LEAST_SIZE = 32  # tokens; smaller passages say too little
REPEATED = 5  # one part in so many of a passage is repeated, where overlap is tried
WEIGHTS = (0.3, 0.7)  # of the dense leg
DIVERSITY = 0.3
TOGETHER = 200  # documents that share one transaction
KEY_LENGTH = 16


# --- what can be tried ------------------------------------------------------------------------


def candidates_of(project: Project) -> list[Candidate]:
    """List the changes that can be tried here, behind what is in use."""
    settings = project.settings
    changes = [*_splittings(settings), *_searches(settings)]
    if _is_ours(project._embedder):
        changes += _embedders(project)
    return [IN_USE, *(Candidate(_named(one), one) for one in changes)]


def needs_index(changes: Changes) -> bool:
    """Tell whether the documents must be split or embedded anew for it."""
    return any(name.startswith(("splitting.", "embedding.")) for name in changes)


def _splittings(settings: Settings) -> Iterator[Changes]:
    chosen = settings.splitting
    for size in _around(chosen.size, DEFAULTS.splitting.size):
        if size >= LEAST_SIZE and size > chosen.overlap:
            yield {"splitting.size": size}
    yield {"splitting.overlap": 0 if chosen.overlap else chosen.size // REPEATED}
    for strategy in STRATEGIES:
        if strategy != chosen.strategy:
            yield {"splitting.strategy": strategy}


def _searches(settings: Settings) -> Iterator[Changes]:
    chosen = settings.search
    for passages in _around(settings.ask.passages, DEFAULTS.ask.passages):
        yield {"ask.passages": passages}
    if chosen.mode == "hybrid" and chosen.fusion == "weighted":
        for weight in WEIGHTS:
            if weight != chosen.weight:
                yield {"search.weight": weight}
    yield {"search.mmr": 0.0 if chosen.mmr else DIVERSITY}


def _around(value: int, default: int) -> list[int]:
    """Give twice and half of a value, and the default; none of them twice."""
    others = dict.fromkeys((2 * value, value // 2, default))
    return [one for one in others if one not in (0, value)]


def _embedders(project: Project) -> Iterator[Changes]:
    """Give the embedders that are at hand: what would have to be made or fetched is not tried."""
    settings = project.settings
    other = "auto" if settings.embedding.precision == "int8" else "int8"
    wanted: list[Changes] = [{"embedding.precision": other}]
    wanted += [{"embedding.path": path} for path in settings.eval.embedders]
    for changes in wanted:
        try:
            opened = embedder_of(changed(settings, changes), project._folder)
        except ConfigError:
            if "embedding.path" in changes:  # somebody named it: a mistake must be heard of
                raise
            continue
        opened.close()
        if opened.fingerprint != project._embedder.fingerprint:
            yield changes


def _is_ours(embedder: Embedder) -> bool:
    """Tell an embedder on this machine from one at an endpoint, or one that was handed in."""
    from sartor.knowledge.embedding.local import LocalEmbedder

    return isinstance(embedder, LocalEmbedder)


def _named(changes: Changes) -> str:
    return ", ".join(f"{name} = {value}" for name, value in changes.items())


def changed(settings: Settings, changes: Changes) -> Settings:
    """Give the settings with these changes."""
    for name, value in changes.items():
        section, _, key = name.partition(".")
        settings = replace(
            settings, **{section: replace(getattr(settings, section), **{key: value})}
        )
    return settings


def lines(changes: Changes) -> tuple[str, ...]:
    """Write the changes as they stand in sartor.toml."""
    return tuple(
        "[{}] {} = {}".format(*name.split(".", 1), _toml(value)) for name, value in changes.items()
    )


def _toml(value: Scalar) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


# --- making it so -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variant:
    """The project by other settings: what searches, and what rungs are built from."""

    knowledge: KnowledgeBase
    climbing: Climbing
    settings: Settings

    def rung(self, name: str) -> Rung:
        """Give a rung of the climb as it is by these settings."""
        return next(self.climbing.rungs(lambda other: other == name))


class Variants:
    """Opens variants of a project; what is opened stays open until `open_until` is closed.

    An index that is begun and not finished is gone on with by the next one who needs it.
    """

    def __init__(
        self,
        project: Project,
        climbing: Climbing,
        open_until: ExitStack,
        progress: Progress | None = None,
    ) -> None:
        self._project = project
        self.climbing = climbing
        self._open_until = open_until
        self._progress = progress or silent
        self._opened: dict[str, Variant] = {}
        self._indexed: dict[str, KnowledgeBase] = {}
        self._embedders = {project.settings.embedding: project._embedder}

    def open(self, changes: Changes) -> Variant:
        """Open the project as it would be with these changes."""
        key = repr(sorted(changes.items()))
        if key not in self._opened:
            settings = changed(self._project.settings, changes)
            base = self._apart(settings) if needs_index(changes) else self._project
            knowledge = _by(settings, base)
            answering = self._project._answering.elsewhere(
                settings,
                knowledge=knowledge,
                ledger=knowledge._ledger,
                embedder=lambda: knowledge._embedder,
            )
            climbing = replace(self.climbing, answering=answering)
            self._opened[key] = Variant(knowledge, climbing, settings)
        return self._opened[key]

    def told(self, changes: Changes) -> object:
        """Say all that these changes decide, so that what was measured can be known again."""
        settings = changed(self._project.settings, changes)
        apart = self._told(settings) if needs_index(changes) else ()
        return (sorted(changes.items()), apart)

    def _apart(self, settings: Settings) -> KnowledgeBase:
        """Open the index of another splitting or embedder; make what is missing of it."""
        place = self._project._folder.variants / self._key(settings)
        if place.name not in self._indexed:
            self._indexed[place.name] = self._made(place, settings)
        return self._indexed[place.name]

    def _made(self, place: Path, settings: Settings) -> KnowledgeBase:
        knowledge = KnowledgeBase.init(
            place, embedder=self._embedder(settings), **{"storage.synchronous": "NORMAL"}
        )
        ledger, original = knowledge._ledger, self._project._ledger
        self._open_until.callback(ledger.close)
        chosen = settings.splitting
        cut = splitter(chosen.strategy, size=chosen.size, overlap=chosen.overlap)
        _copy(original, ledger, cut, knowledge._embedder, self._progress)
        embed_waiting(ledger, knowledge._embedder, progress=self._progress)
        self._open_until.callback(knowledge._index.close)
        knowledge._index.catch_up(FOREVER)
        return knowledge

    def _embedder(self, settings: Settings) -> Embedder:
        if settings.embedding not in self._embedders:
            opened = embedder_of(settings, self._project._folder)
            self._open_until.callback(opened.close)
            self._embedders[settings.embedding] = opened
        return self._embedders[settings.embedding]

    def _told(self, settings: Settings) -> tuple[object, ...]:
        ledger, embedder = self._project._ledger, self._embedder(settings)
        documents = (ledger.identity(), ledger.last_change())
        return (*documents, asdict(settings.splitting), embedder.fingerprint)

    def _key(self, settings: Settings) -> str:
        return sha256(repr(self._told(settings)).encode()).hexdigest()[:KEY_LENGTH]


def _by(settings: Settings, base: KnowledgeBase) -> KnowledgeBase:
    """Search the documents of a knowledge base by other settings; its parts stay its own."""
    for part in ("_ledger", "_embedder", "_index"):
        getattr(base, part)  # opened once, for both
    other = copy(base)
    other.settings = settings
    return other


def _copy(
    original: Ledger, target: Ledger, cut: Splitter, embedder: Embedder, progress: Progress
) -> None:
    """Put all documents into another ledger, split otherwise; those that are there stay."""
    for source in original.sources():
        target.put_source(source)
    rows = original.documents()
    there = {row.id for row in target.documents()}
    waiting = [row for row in rows if row.id not in there]
    for start in range(0, len(waiting), TOGETHER):
        changes = []
        for row in waiting[start : start + TOGETHER]:
            document, blocks = original.document(row.id, boxes=False), original.blocks(row.id)
            reading = Reading(document.text, blocks, title=document.title, pages=document.pages)
            passages = tuple(
                NewPassage(span, header(document.title, span.headings))
                for span in cut.split(reading, embedder)
            )
            changes.append(PutDocument(document, passages, blocks, row.file))
        target.commit(changes)
        progress("splitting", min(start + TOGETHER, len(waiting)), len(waiting))
