"""The index in the process that owns it: kept up with the ledger, and replaced by better builds.

In: an open index, and `follow`, which catches an index up with the ledger. Out: an index that has
applied everything committed, as far as that takes moments. It does not know other processes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import IndexBusy, SartorError
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.build import (
    FOREVER,
    Child,
    Follow,
    copied,
    rebuilt,
    start_optimizing,
    wait_for,
)
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.protocols import Entry, Scored, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

REQUEST_SECONDS = 0.03  # what a search may wait for changes to be applied
PATIENT = -1.0  # wait for a lock as long as it takes
IDLE_SECONDS = 2.0  # between looks at the ledger when nobody asks


class OwnedIndex:
    """An `Index` that follows its ledger by itself. Threads may share it."""

    def __init__(self, home: Path, card: Card, follow: Follow) -> None:
        self._home = home
        self._card = card
        self._follow = follow
        self._index = _open_current(home, card, follow)
        self._using = threading.RLock()  # held while the engine is asked, so that builds can swap
        self._following = threading.RLock()  # held while changes are applied
        self._building = threading.Lock()
        self._builder: threading.Thread | None = None
        self._child: Child | None = None
        self._weighed = -1  # the change after which a build was last considered
        self._followed_since = 0.0  # when whoever follows now, or did last, began
        self._closing = False
        self._wake = threading.Event()
        self._keeper = threading.Thread(target=self._keep_up, name="index-keeper", daemon=True)
        self._keeper.start()

    # --- searching ----------------------------------------------------------------------------

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]:
        """Rank by BM25."""
        self._freshen()
        with self._using:
            return self._index.search_terms(terms, k, where)

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]:
        """Rank by the best window of a passage."""
        self._freshen()
        with self._using:
            return self._index.search_vector(vector, k, where)

    def keys(self) -> Mapping[int, bool]:
        """Give every key and whether it has a vector."""
        with self._using:
            return self._index.keys()

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Give the stored vectors of those keys that have some."""
        with self._using:
            return self._index.vectors(keys)

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back as the index holds them."""
        with self._using:
            return self._index.entries(keys)

    # --- following ----------------------------------------------------------------------------

    def applied(self) -> int:
        """Say up to which change searches see the ledger."""
        return self._index.applied()

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None:
        """Put and drop, for a repair; the ledger's changes come by following."""
        with self._following:
            self._index.apply(upto, put, drop)

    def catch_up(self, seconds: float) -> bool:
        """Apply what is committed, for at most so long, and see it onto the disk."""
        caught_up = self._follow_within(min(seconds, threading.TIMEOUT_MAX), seconds)
        self._index.flush()
        self._wake.set()
        return caught_up

    def _freshen(self) -> None:
        """Catch up before a search, unless that takes longer than a search may wait."""
        waited = time.monotonic() - self._followed_since
        if not self._follow_within(max(0.0, REQUEST_SECONDS - waited), REQUEST_SECONDS):
            self._wake.set()

    def _follow_within(self, wait: float, seconds: float) -> bool:
        """Follow once nobody else does; False when others took too long or much is left."""
        if not self._following.acquire(timeout=wait):
            return False
        try:
            self._followed_since = time.monotonic()
            return self._follow(self._index, seconds)
        finally:
            self._following.release()

    def _keep_up(self) -> None:
        while not self._closing:
            self._wake.wait(IDLE_SECONDS)
            self._wake.clear()
            with suppress(SartorError):  # the next search meets it too, and has someone to tell
                self._keep_up_once()

    def _keep_up_once(self) -> None:
        self._follow_within(PATIENT, FOREVER)
        self._index.flush()
        if self._builder is not None or self._index.applied() == self._weighed:
            return
        self._weighed = self._index.applied()
        if self._index.worth_optimizing():
            self._builder = threading.Thread(target=self._build, name="index-builder", daemon=True)
            self._builder.start()

    # --- better builds ------------------------------------------------------------------------

    def optimize(self) -> None:
        """Build graphs in a copy, while searches go on here, then swap it in."""
        with self._building:
            if self._closing or not self._index.worth_optimizing():
                return
            with self._following:
                folder = copied(self._home, self._index)
            self._child = start_optimizing(folder)
            wait_for(self._child)
            self._replace_by(folder)

    def _build(self) -> None:
        """Optimise in the background, once; after a failure it is left to the next owner."""
        with suppress(SartorError):
            self.optimize()
            self._builder = None  # the next one may be started

    def rebuild(self) -> None:
        """Build everything anew from the ledger, while searches go on here, then swap it in."""
        with self._building:
            if self._closing:
                raise IndexBusy("the index is being closed", hint="try again")
            self._replace_by(rebuilt(self._home, self._card, self._follow))

    def _replace_by(self, folder: Path) -> None:
        with self._following:
            fresh = EdgeIndex.open(folder, self._card)
            self._follow(fresh, FOREVER)
            fresh.flush()
            with self._using:
                old, self._index = self._index, fresh
                homes.swap(self._home, folder)
                old.close()
        homes.sweep(self._home)

    def close(self) -> None:
        """Stop following, flush, and let the files go."""
        self._closing = True
        self._wake.set()
        self._keeper.join()
        self._end_builds()
        with self._following, self._using:
            self._index.close()

    def _end_builds(self) -> None:
        """End a build that may take minutes; its copy is swept away by the next owner."""
        while not self._building.acquire(timeout=0.02):
            if self._child is not None:
                self._child.kill()
        self._building.release()
        if self._builder is not None:
            self._builder.join()


def _open_current(home: Path, card: Card, follow: Follow) -> EdgeIndex:
    """Open the current generation, or begin the first one, and apply all that is committed.

    What a search would miss now, it would miss in silence. An earlier owner's rests go.
    """
    folder = homes.current(home)
    homes.sweep(home)
    if folder is not None:
        index = EdgeIndex.open(folder, card)
    else:
        folder = homes.fresh(home)
        index = EdgeIndex.create(folder, card)
        homes.swap(home, folder)
    try:
        follow(index, FOREVER)
    except BaseException:
        index.close()
        raise
    return index
