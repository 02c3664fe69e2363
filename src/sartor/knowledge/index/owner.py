"""One index for all processes: whoever comes first owns it, the others ask the owner.

In: the index's home folder and `follow`. Out: an `Index` that behaves the same in every process.
When the owner ends, however it ends, the next process that asks takes its place. It knows neither
engine nor ledger.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sartor.errors import IndexBusy
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.build import Follow, rebuilt
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.election import connect, owner_process, take_lock
from sartor.knowledge.index.owned import OwnedIndex
from sartor.knowledge.index.remote import ANSWER_SECONDS, OwnerGone, RemoteIndex
from sartor.knowledge.index.server import Server
from sartor.protocols import Entry, Scored, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

RETRY_SECONDS = 0.02

T = TypeVar("T")


class SharedIndex:
    """An `Index` for any process. Threads may share it; it opens nothing until it is asked."""

    def __init__(self, home: Path, card: Card, follow: Follow) -> None:
        self._home = home
        self._card = card
        self._follow = follow
        self._place: OwnedIndex | RemoteIndex | None = None
        self._server: Server | None = None
        self._lock: int | None = None
        self._placing = threading.RLock()

    @property
    def owns(self) -> bool:
        """Say whether this process has the index open."""
        return self._lock is not None

    def applied(self) -> int:
        """Say up to which change searches see the ledger."""
        return self._ask(lambda place: place.applied())

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None:
        """Put and drop, for a repair; the ledger's changes come by following."""
        return self._ask(lambda place: place.apply(upto, put, drop))

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]:
        """Rank by BM25."""
        return self._ask(lambda place: place.search_terms(terms, k, where))

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]:
        """Rank by the best window of a passage."""
        return self._ask(lambda place: place.search_vector(vector, k, where))

    def keys(self) -> Mapping[int, bool]:
        """Give every key and whether it has a vector."""
        return self._ask(lambda place: place.keys())

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Give the stored vectors of those keys that have some."""
        return self._ask(lambda place: place.vectors(keys))

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back as the index holds them."""
        return self._ask(lambda place: place.entries(keys))

    def catch_up(self, seconds: float) -> bool:
        """Have what is committed applied and on disk; False when that takes longer."""
        return self._ask(lambda place: place.catch_up(seconds))

    def optimize(self) -> None:
        """Wait for graphs to be built, if so much was added that they are worth it."""
        self._ask(lambda place: place.optimize())

    def rebuild(self) -> None:
        """Build the index anew from the ledger, whatever state it is in, and swap it in."""
        with self._placing:
            if self._place is None and self._take_lock():
                self._own(anew=True)
                return
        self._ask(lambda place: place.rebuild())

    def close(self) -> None:
        """Let go; an owner answers what it was asked first."""
        with self._placing:
            if self._server is not None:
                self._server.close()
                self._server = None
            try:
                self._leave()
            finally:
                self._drop_lock()

    def _ask(self, do: Callable[[OwnedIndex | RemoteIndex], T]) -> T:
        """Ask whoever owns the index; when the owner is lost meanwhile, ask the next one."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            place = self._find_place(deadline)
            try:
                return do(place)
            except OwnerGone:
                self._leave(place)
                if time.monotonic() > deadline:
                    raise self._nobody() from None

    def _find_place(self, deadline: float) -> OwnedIndex | RemoteIndex:
        with self._placing:
            while self._place is None:
                if self._take_lock():
                    self._own()
                elif not self._join() and time.monotonic() > deadline:
                    raise self._nobody()
            return self._place

    def _own(self, *, anew: bool = False) -> None:
        """Open the index and answer for it; the lock goes back if it cannot be opened."""
        try:
            if anew:
                homes.swap(self._home, rebuilt(self._home, self._card, self._follow))
            self._place = owned = OwnedIndex(self._home, self._card, self._follow)
            self._server = Server(self._home, owned)
        except BaseException:
            self._drop_lock()
            raise

    def _join(self) -> bool:
        """Become a client of the owner, if it is listening already."""
        with suppress(OSError):
            connect(self._home, ANSWER_SECONDS).close()
            self._place = RemoteIndex(self._home)
            return True
        time.sleep(RETRY_SECONDS)
        return False

    def _leave(self, place: OwnedIndex | RemoteIndex | None = None) -> None:
        with self._placing:
            if self._place is not None and place in (None, self._place):
                self._place.close()
                self._place = None

    def _take_lock(self) -> bool:
        if self._lock is None:
            self._lock = take_lock(self._home)
        return self._lock is not None

    def _drop_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _nobody(self) -> IndexBusy:
        return IndexBusy(
            f"process {owner_process(self._home)} has the index open and does not answer yet",
            hint="try again in a moment",
        )
