"""An index that another process has open, asked over its socket.

In and out: as every `Index`. It does not know how the owner finds its answers, and it never opens
a file of the index. A lost owner is `OwnerGone`; who takes its place is decided in `owner`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

from sartor import errors
from sartor.errors import IndexBusy, SartorError
from sartor.knowledge.index import wire
from sartor.knowledge.index.election import connect, owner_process
from sartor.protocols import Entry, Scored, Where

if TYPE_CHECKING:
    from sartor.protocols import Vectors

ANSWER_SECONDS = 2.0
READING_SECONDS = 60.0  # for what reads or writes much


class OwnerGone(Exception):
    """The owner has ended, or is about to."""


class RemoteIndex:
    """The owner's index. Threads may share it; each request has a connection of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._idle: list[socket] = []
        self._guard = threading.Lock()

    def applied(self) -> int:
        """Say up to which change searches see the ledger."""
        header, _ = self._ask({"do": "applied"})
        return int(header["applied"])

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None:
        """Put and drop."""
        fields, body = wire.pack_entries(put)
        request = {"do": "apply", "upto": upto, "drop": list(drop), **fields}
        self._ask(request, body, seconds=READING_SECONDS)

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]:
        """Rank by BM25."""
        request = {"do": "search_terms", "terms": list(terms), "k": k, **wire.pack_where(where)}
        header, _ = self._ask(request)
        return [Scored(*pair) for pair in header["found"]]

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]:
        """Rank by the best window of a passage."""
        _, body = wire.pack_vectors([vector])
        header, _ = self._ask({"do": "search_vector", "k": k, **wire.pack_where(where)}, body)
        return [Scored(*pair) for pair in header["found"]]

    def keys(self) -> Mapping[int, bool]:
        """Give every key and whether it has a vector."""
        header, _ = self._ask({"do": "keys"}, seconds=READING_SECONDS)
        return dict(zip(header["keys"], header["embedded"], strict=True))

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Give the stored vectors of those keys that have some."""
        found = ((entry.key, entry.vectors) for entry in self.entries(keys))
        return {key: vectors for key, vectors in found if vectors is not None}

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back as the index holds them."""
        request = {"do": "entries", "keys": list(keys)}
        return wire.unpack_entries(*self._ask(request, seconds=READING_SECONDS))

    def catch_up(self, seconds: float) -> bool:
        """Have what is committed applied and on disk."""
        request = {"do": "catch_up", "seconds": seconds}
        header, _ = self._ask(request, seconds=seconds + ANSWER_SECONDS)
        return bool(header["caught_up"])

    def optimize(self) -> None:
        """Have graphs built if they are worth it, and wait for them."""
        self._ask({"do": "optimize"}, seconds=None)

    def rebuild(self) -> None:
        """Have the index built anew, and wait for it."""
        self._ask({"do": "rebuild"}, seconds=None)

    def close(self) -> None:
        """Hang up."""
        with self._guard:
            while self._idle:
                self._idle.pop().close()

    def _ask(
        self, header: wire.Header, body: bytes = b"", *, seconds: float | None = ANSWER_SECONDS
    ) -> tuple[wire.Header, bytes]:
        """Send one request and wait for its answer; a connection in doubt is not used again."""
        started = time.monotonic()
        connection = self._connection()
        connection.settimeout(seconds)
        try:
            wire.send(connection, header, body)
            answer, numbers = wire.receive(connection)
        except TimeoutError:
            connection.close()
            raise self._busy(time.monotonic() - started) from None
        except (wire.Gone, wire.Malformed, OSError) as error:
            connection.close()
            raise OwnerGone from error
        with self._guard:
            self._idle.append(connection)
        _raise_if_refused(answer)
        return answer, numbers

    def _connection(self) -> socket:
        with self._guard:
            if self._idle:
                return self._idle.pop()
        try:
            return connect(self._home, ANSWER_SECONDS)
        except OSError as error:
            raise OwnerGone from error

    def _busy(self, waited: float) -> IndexBusy:
        return IndexBusy(
            f"process {owner_process(self._home)} has the index open and did not answer "
            f"within {waited:.1f} s",
            hint="try again; if it hangs, end that process: nothing is lost",
        )


def _raise_if_refused(answer: wire.Header) -> None:
    """Raise the owner's error here, if it is one of ours."""
    if "error" not in answer:
        return
    kind = getattr(errors, str(answer["error"]), SartorError)
    if not (isinstance(kind, type) and issubclass(kind, SartorError)):
        kind = SartorError
    raise kind(str(answer["message"]), hint=str(answer["hint"]))
