"""What models wrote while climbing, kept: the same prompt is not paid and waited for again.

    Completions   prompts, by hash -> what was written, and how long it took
    Remembering   a model that looks there first
    Retimed       a system whose answers take as long as they took when they were written

A prompt that is the same to the letter gives the same completion; its seconds are those measured
then, so that no figure ever tells the speed of this memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import local
from time import perf_counter

from sartor.evaluation.systems import Reply, System
from sartor.protocols import Generation, Model
from sartor.storage import Database, Schema, SqliteDriver
from sartor.types import Completion, Message, Question, Usage

COMPLETIONS = Schema(
    name="completions of climbs",
    application=int.from_bytes(b"SRTC"),
    migrations=(
        (
            "CREATE TABLE completion (key BLOB PRIMARY KEY, told TEXT NOT NULL)",
            "CREATE TABLE note (key BLOB PRIMARY KEY, told TEXT NOT NULL)",
        ),
    ),
)
GENERATE = "generate"  # the step of an answer in which the model writes
# Passages stand between lines with a code word that is drawn anew for each prompt.
_CODE_WORD = re.compile(r"^<<<[0-9a-f]{12} ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """A completion, and the seconds that its first word and all of it were waited for."""

    completion: Completion
    first: float
    seconds: float


class Replayed(local):
    """What the answer that this thread is at has been given from memory."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin with the next answer."""
        self.seconds = 0.0
        self.first = 0.0


class Completions:
    """Completions on disk, by the hash of all that decides them; any thread may use it.

    With `fresh` nothing is looked up, and what is written replaces what was there.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = Database(SqliteDriver(path, synchronous="NORMAL"), COMPLETIONS)
        self._fresh = fresh
        self.replayed = Replayed()
        self.given = 0

    def get(self, key: bytes) -> Written | None:
        """Find what was written, and note that it was."""
        if self._fresh:
            return None
        with self._database.read() as connection:
            rows = connection.execute("SELECT told FROM completion WHERE key = ?", (key,))
            row = next(rows, None)
        if row is None:
            return None
        written = _read(str(row[0]))
        if not self.replayed.seconds:
            self.replayed.first = written.first
        self.replayed.seconds += written.seconds
        self.given += 1
        return written

    def put(self, key: bytes, written: Written) -> None:
        """Keep it; what somebody cut short is no completion."""
        if written.completion.finish_reason == "filtered":
            return
        told = json.dumps(asdict(written))
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO completion VALUES (?, ?)", (key, told))

    def noted(self, about: Sequence[object], tell: Callable[[], str]) -> str:
        """Say what was found out about these things before, or find it out and note it."""
        key = sha256(repr(list(about)).encode()).digest()
        with self._database.read() as connection:
            rows = connection.execute("SELECT told FROM note WHERE key = ?", (key,))
            row = next(rows, None)
        if row is not None:
            return str(row[0])
        told = tell()
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, told))
        return told

    def close(self) -> None:
        """Close the database."""
        self._database.close()


class Remembering:
    """Implements `Model`: what this model wrote to the very same prompt is given again.

    `identity` names the model beyond its name. It is opened when it is first needed.
    """

    def __init__(
        self, opened: Callable[[], Model], kept: Completions, *, name: str, identity: str
    ) -> None:
        self.name = name
        self.identity = identity
        self._opened = opened
        self._kept = kept

    @cached_property
    def inner(self) -> Model:
        """The model itself."""
        return self._opened()

    @property
    def window(self) -> int | None:
        """What the model sees at once."""
        return self.inner.window

    @property
    def counts_exactly(self) -> bool:
        """Whether its counts are exact."""
        return self.inner.counts_exactly

    def count(self, messages: Sequence[Message]) -> int:
        """Count as the model does."""
        return self.inner.count(messages)

    def complete(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Completion:
        """Remember, or let the model write."""
        key = self._key(messages, options)
        if known := self._kept.get(key):
            return known.completion
        since = perf_counter()
        completion = self.inner.complete(messages, options)
        seconds = perf_counter() - since
        self._kept.put(key, Written(completion, seconds, seconds))
        return completion

    def stream(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Iterator[str | Completion]:
        """Remember, or let the model write; what nobody listened to until its end is not kept."""
        key = self._key(messages, options)
        if known := self._kept.get(key):
            yield known.completion.text
            yield known.completion
            return
        waits: list[float] = []  # for each piece: what the listener does between is not waiting
        pieces = self.inner.stream(messages, options)
        try:
            since = perf_counter()
            for piece in pieces:
                waits.append(perf_counter() - since)
                if isinstance(piece, Completion):
                    self._kept.put(key, Written(piece, waits[0], sum(waits)))
                yield piece
                since = perf_counter()
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()

    def close(self) -> None:
        """Leave the model to whoever opened it."""

    def _key(self, messages: Sequence[Message], options: Generation) -> bytes:
        said = [(one.role, _CODE_WORD.sub("<<<", one.content)) for one in messages]
        told = [self.name, self.identity, said, asdict(replace(options, deadline=None))]
        return sha256(json.dumps(told, sort_keys=True, default=str).encode()).digest()


class Retimed:
    """A system whose remembered completions take as long as they took when they were written."""

    def __init__(self, inner: System, kept: Completions) -> None:
        self.name = inner.name
        self._inner = inner
        self._replayed = kept.replayed

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Ask, and add the seconds that were not waited for again."""
        self._replayed.start()
        reply = self._inner.ask(question, deadline)
        seconds, first = self._replayed.seconds, self._replayed.first
        if not seconds:
            return reply
        timings = dict(reply.answer.timings)
        if GENERATE in timings:
            timings[GENERATE] += seconds
        return replace(
            reply,
            answer=replace(reply.answer, timings=timings),
            seconds=None if reply.seconds is None else reply.seconds + seconds,
            first_token=None if reply.first_token is None else reply.first_token + first,
        )


def _read(told: str) -> Written:
    row = json.loads(told)
    said = row.pop("completion")
    usage = Usage(**said.pop("usage"))
    return Written(Completion(**said, usage=usage), **row)
