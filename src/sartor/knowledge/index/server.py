"""The owner's side of the socket: requests in, answers out, one thread for each connection.

It performs requests on an index it is handed and does not know which process asks, nor how the
index is kept up to date. A request it cannot make sense of is refused and its connection closed;
nothing that arrives can end the owner.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RD, socket
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sartor.errors import InputError, SartorError
from sartor.knowledge.index import wire
from sartor.knowledge.index.election import connect, forget_address, listen
from sartor.protocols import Index

if TYPE_CHECKING:
    from sartor.protocols import Entry

Answer = tuple[wire.Header, bytes]

GOODBYE_SECONDS = 2.0


class Served(Index, Protocol):
    """What the owner lets others do."""

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """Read entries back."""
        ...

    def catch_up(self, seconds: float) -> bool:
        """Apply what is committed, for so many seconds."""
        ...

    def optimize(self) -> None:
        """Build graphs if they are worth it."""
        ...

    def rebuild(self) -> None:
        """Build everything anew."""
        ...


class Server:
    """Answers on the home's socket until closed."""

    def __init__(self, home: Path, index: Served) -> None:
        self._home = home
        self._index = index
        self._listener = listen(home)
        self._closing = False
        self._open: dict[socket, threading.Thread] = {}
        self._acceptor = threading.Thread(target=self._accept, name="index-server", daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        """Finish the answers being given, then hang up."""
        self._closing = True
        with suppress(OSError):
            connect(self._home, GOODBYE_SECONDS).close()  # wakes the acceptor
        self._acceptor.join(GOODBYE_SECONDS)
        self._listener.close()
        forget_address(self._home)
        for connection, thread in list(self._open.items()):
            with suppress(OSError):
                connection.shutdown(SHUT_RD)
            thread.join(GOODBYE_SECONDS)

    def _accept(self) -> None:
        while not self._closing:
            with suppress(OSError):  # a client that left again, or no descriptor free
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._converse, args=[connection], daemon=True)
                self._open[connection] = thread
                thread.start()

    def _converse(self, connection: socket) -> None:
        with connection, suppress(wire.Gone, OSError):
            try:
                while not self._closing:
                    header, body = wire.receive(connection)
                    wire.send(connection, *answer(self._index, header, body))
            except wire.Malformed as error:
                wire.send(connection, *_error(InputError(str(error))))
        self._open.pop(connection, None)


def answer(index: Served, header: wire.Header, body: bytes) -> Answer:
    """Perform one request; whatever is wrong with it becomes an answer with a name."""
    try:
        perform = OPERATIONS.get(header.get("do"))
        if perform is None:
            raise InputError(f"unknown request {header.get('do')!r}")
        return perform(index, header, body)
    except SartorError as error:
        return _error(error)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return _error(InputError(f"malformed request: {error!r}"))


def _error(error: SartorError) -> Answer:
    message = str(error.args[0]) if error.args else ""
    return {"error": type(error).__name__, "message": message, "hint": error.hint}, b""


def _applied(index: Served, _header: wire.Header, _body: bytes) -> Answer:
    return {"applied": index.applied()}, b""


def _apply(index: Served, header: wire.Header, body: bytes) -> Answer:
    index.apply(header["upto"], wire.unpack_entries(header, body), header["drop"])
    return {}, b""


def _search_terms(index: Served, header: wire.Header, _body: bytes) -> Answer:
    found = index.search_terms(header["terms"], header["k"], wire.unpack_where(header))
    return {"found": [(hit.key, hit.score) for hit in found]}, b""


def _search_vector(index: Served, header: wire.Header, body: bytes) -> Answer:
    vector = np.frombuffer(body, wire.FLOAT).astype(np.float32)
    found = index.search_vector(vector, header["k"], wire.unpack_where(header))
    return {"found": [(hit.key, hit.score) for hit in found]}, b""


def _keys(index: Served, _header: wire.Header, _body: bytes) -> Answer:
    keys = index.keys()
    return {"keys": list(keys), "embedded": list(keys.values())}, b""


def _entries(index: Served, header: wire.Header, _body: bytes) -> Answer:
    return wire.pack_entries(index.entries([int(key) for key in header["keys"]]))


def _catch_up(index: Served, header: wire.Header, _body: bytes) -> Answer:
    return {"caught_up": index.catch_up(float(header["seconds"]))}, b""


def _optimize(index: Served, _header: wire.Header, _body: bytes) -> Answer:
    index.optimize()
    return {}, b""


def _rebuild(index: Served, _header: wire.Header, _body: bytes) -> Answer:
    index.rebuild()
    return {}, b""


OPERATIONS: Mapping[object, Callable[[Served, wire.Header, bytes], Answer]] = {
    "applied": _applied,
    "apply": _apply,
    "search_terms": _search_terms,
    "search_vector": _search_vector,
    "keys": _keys,
    "entries": _entries,
    "catch_up": _catch_up,
    "optimize": _optimize,
    "rebuild": _rebuild,
}
