"""The embedded index: BM25 and vectors in one Qdrant Edge shard inside this process.

In: entries and change numbers. Out: scored passage keys. It does not know the ledger, texts or
other processes: whoever opens a folder must be the only one (see `owner`).

The engine holds Python's lock during every call, so entries go in by small batches, and
`optimize` stops the whole process: a long-running one builds in a child (see `build`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import qdrant_edge as engine

from sartor.errors import IndexDamaged, InputError
from sartor.knowledge.index.card import REBUILD, Card, check_card, read_card, write_card
from sartor.knowledge.index.payload import (
    FIELD_INDEXES,
    TERMS,
    VECTOR,
    entry_of,
    filter_of,
    point_of,
)
from sartor.knowledge.index.seal import break_seal, check_seal, write_seal
from sartor.protocols import Entry, Scored, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

ENGINE = f"qdrant-edge {version('qdrant-edge-py')}"
SHARD = "shard"

BATCH = 64  # points a call: about 9 ms in which no search can run
PAGE = 4_096  # points a call when reading everything
FLUSH_SECONDS = 5.0  # a flush costs 5-50 ms; what a crash takes with it is replayed from the ledger
TIES = 8  # fetched beyond k, so that ties at the cut are seen
THREADS = 2
PANIC = "PanicException"
BM25 = engine.Bm25Params(k=1.2, b=0.75)
EXACT_UP_TO = 10_000  # passages searched one by one: 1 ms, nothing missed, the same after a rebuild
EXACT = engine.SearchParams(exact=True)
# Without ACORN a graph search under a filter that keeps a tenth finds 0.39 of what it should.
ALONG_GRAPHS = engine.SearchParams(hnsw_ef=128, acorn=engine.AcornSearchParams(enable=True))
LOOSE_UP_TO = 4_000  # passages outside the graphs and compact files: beyond, opening takes longer
GROWTH = 0.25  # and this share of those inside


class EdgeIndex:
    """An `Index` in one folder. Not for two processes; threads may share it."""

    def __init__(self, folder: Path, shard: engine.EdgeShard, card: Card) -> None:
        self.folder = folder
        self._shard = shard
        self._points = shard.info().points_count  # at most: one that is put again counts twice
        self._card = card
        self._applied = card.applied
        self._flushed_at = time.monotonic()
        self._unflushed = False
        self._writing = threading.RLock()
        self._closed = False

    @classmethod
    def create(cls, folder: Path, card: Card) -> EdgeIndex:
        """Make an empty index, with the payload indexes that graphs take into account."""
        shard_folder = folder / SHARD
        shard_folder.mkdir(parents=True)
        break_seal(folder)
        with _engine_errors(folder):
            shard = engine.EdgeShard.create(str(shard_folder), _configuration(card.dimension))
            for field, schema in FIELD_INDEXES.items():
                shard.update(engine.UpdateOperation.create_field_index(field, schema))
            shard.flush()
        card = card.made_by(ENGINE)
        write_card(folder, card)
        return cls(folder, shard, card)

    @classmethod
    def open(cls, folder: Path, wanted: Card) -> EdgeIndex:
        """Open what `create` made.

        Raises `EmbedderChanged` or `IndexDamaged` when it does not fit or does not open.
        """
        card = read_card(folder)
        check_card(card, wanted.made_by(ENGINE))
        check_seal(folder, folder / SHARD)
        break_seal(folder)
        with _engine_errors(folder):
            shard = engine.EdgeShard.load(str(folder / SHARD))
        return cls(folder, shard, card)

    # --- following the ledger -----------------------------------------------------------------

    def applied(self) -> int:
        """Say up to which change searches see the ledger.

        The number on disk follows at the next `flush`, never before the data is there.
        """
        return self._applied

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None:
        """Make the index hold `put` and not `drop`; doing it twice changes nothing."""
        with self._writing, _engine_errors(self.folder):
            self._unflushed = True
            self._points += len(put)
            if drop:
                self._shard.update(engine.UpdateOperation.delete_points(list(drop)))
            for start in range(0, len(put), BATCH):
                points = [self._point(entry) for entry in put[start : start + BATCH]]
                self._shard.update(engine.UpdateOperation.upsert_points(points))
            self._applied = upto
            if time.monotonic() - self._flushed_at > FLUSH_SECONDS:
                self.flush()

    def _point(self, entry: Entry) -> engine.Point:
        if entry.vectors is not None:
            self._check_dimension(entry.vectors)
        return point_of(entry)

    def _check_dimension(self, vectors: Vectors) -> None:
        if vectors.shape[-1] != self._card.dimension:
            raise InputError(
                f"a vector of {vectors.shape[-1]} numbers for an index of {self._card.dimension}",
                hint="use the embedder that the index was made with",
            )

    def flush(self) -> None:
        """See everything applied onto the disk, then write down how far that is."""
        with self._writing, _engine_errors(self.folder):
            if self._unflushed:
                self._shard.flush()
                self._card = self._card.at(self._applied)
                write_card(self.folder, self._card)
                self._unflushed = False
            self._flushed_at = time.monotonic()

    def optimize(self) -> bool:
        """Build graphs for large new parts and drop deleted points. The process stands still."""
        with self._writing, _engine_errors(self.folder):
            changed: bool = self._shard.optimize()
            return changed

    def worth_optimizing(self) -> bool:
        """Say whether so much is outside the graphs that searching and opening become slow."""
        with _engine_errors(self.folder):
            embedded = self._shard.count(engine.CountRequest(filter=_EMBEDDED))
            indexed = self._shard.info().indexed_vectors_count
        return bool(embedded - indexed > max(LOOSE_UP_TO, GROWTH * indexed))

    # --- searching ----------------------------------------------------------------------------

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]:
        """Rank by BM25 with the statistics of the whole index."""
        if not terms:
            return []
        query = engine.TextQuery(TERMS, " ".join(terms), BM25)
        return self._search(query, k, where)

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]:
        """Rank by the cosine of a passage's best window."""
        self._check_dimension(vector)
        window: Any = np.asarray(vector, np.float32).reshape(1, -1)  # typed as lists, takes arrays
        return self._search(engine.Query.Nearest(window, VECTOR), k, where)

    def _search(self, query: engine.Query | engine.TextQuery, k: int, where: Where) -> list[Scored]:
        """Fetch until the cut does not fall between equals, so that the key decides there."""
        if k <= 0:
            return []
        how = EXACT if self._points <= EXACT_UP_TO else ALONG_GRAPHS
        limit = k + TIES
        while True:
            request = engine.QueryRequest(limit, query=query, filter=filter_of(where), params=how)
            with _engine_errors(self.folder):
                found = [Scored(int(hit.id), hit.score) for hit in self._shard.query(request)]
            if len(found) < limit or found[-1].score < found[k - 1].score:
                break
            limit *= 4
        return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]

    # --- looking inside -----------------------------------------------------------------------

    def keys(self) -> Mapping[int, bool]:
        """Give every key and whether it has a vector."""
        embedded = set(self._scroll(_EMBEDDED))
        return {key: key in embedded for key in self._scroll(None)}

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Give the stored vectors of those keys that have some."""
        found = ((entry.key, entry.vectors) for entry in self.entries(keys))
        return {key: vectors for key, vectors in found if vectors is not None}

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back as they are stored; a point that is not one of ours is damage."""
        entries: list[Entry] = []
        for start in range(0, len(keys), PAGE):
            with _engine_errors(self.folder):
                records = self._shard.retrieve(
                    list(keys[start : start + PAGE]), with_payload=True, with_vector=True
                )
            entries += [self._entry(record) for record in records]
        return entries

    def _entry(self, record: engine.Record) -> Entry:
        try:
            return entry_of(record)
        except (KeyError, TypeError, ValueError) as error:
            message = f"point {record.id} of the index in {self.folder} is not one of ours"
            raise IndexDamaged(message, hint=REBUILD) from error

    def _scroll(self, condition: engine.Filter | None) -> Iterator[int]:
        offset = None
        while True:
            request = engine.ScrollRequest(
                offset, PAGE, condition, with_payload=False, with_vector=False
            )
            with _engine_errors(self.folder):
                records, offset = self._shard.scroll(request)
            yield from (int(record.id) for record in records)
            if offset is None:
                return

    def close(self) -> None:
        """Flush and let the folder go; closing twice is allowed."""
        with self._writing, _engine_errors(self.folder):
            if self._closed:
                return
            self.flush()
            self._closed = True
            self._shard.close()
            write_seal(self.folder, self.folder / SHARD)


_EMBEDDED = engine.Filter(must=[engine.HasVectorCondition(VECTOR)])


def _configuration(dimension: int) -> engine.EdgeConfig:
    """Settle everything the engine would otherwise choose by the machine.

    Every passage may have several windows, the best one counts: a multivector costs 0.3 ms at
    20,000 passages and nothing once there is a graph. Half precision is what the ledger keeps.
    """
    passage_kilobytes = dimension * 4 / 1024  # as the engine counts, whatever the precision
    return engine.EdgeConfig(
        vectors={
            VECTOR: engine.EdgeVectorParams(
                dimension,
                engine.Distance.Dot,
                datatype=engine.VectorStorageDatatype.Float16,
                multivector_config=engine.MultiVectorConfig(engine.MultiVectorComparator.MaxSim),
                memory=engine.Memory.Cold,  # read when needed: opening halves, searches stay
            )
        },
        hnsw_config=engine.HnswIndexConfig(
            m=16,
            ef_construct=64,
            payload_m=0,  # links along payload values double the build; ACORN does without
            full_scan_threshold=int(LOOSE_UP_TO * passage_kilobytes),
            max_indexing_threads=THREADS,
        ),
        # When to build is decided here, not there: whatever is asked for then is built.
        optimizers=engine.EdgeOptimizersConfig(
            indexing_threshold=max(1, int(LOOSE_UP_TO * passage_kilobytes / 8))  # 0: never
        ),
        max_search_threads=THREADS,
        wal_enabled=False,  # what is lost with it is in the ledger
    )


@contextmanager
def _engine_errors(folder: Path) -> Iterator[None]:
    """Turn what the engine throws into `IndexDamaged`.

    Its errors are bare `Exception`s and its panics not even that; any other class is ours.
    """
    try:
        yield
    except BaseException as error:
        if type(error) is Exception or type(error).__name__ == PANIC:
            raise IndexDamaged(f"the index in {folder} failed: {error}", hint=REBUILD) from error
        raise
