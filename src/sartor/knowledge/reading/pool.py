"""Files in, readings out: a reused pool of limited child processes.

Results come in the order of the files, so that the caller is deterministic; children read ahead
while there is room. A child that crashes, hangs or exceeds a limit costs its file alone and is
replaced. The parent holds at most `BUFFER_BYTES` of what has been read ahead, and one document.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType

from sartor.errors import ReadingError
from sartor.knowledge.reading.child import Child
from sartor.knowledge.reading.frames import (
    BrokenFrame,
    Header,
    pack_options,
    unpack_reading,
    unpack_trouble,
)
from sartor.knowledge.reading.kinds import recognise
from sartor.knowledge.reading.limits import Limits
from sartor.knowledge.reading.walk import FoundFile
from sartor.protocols import ReadOptions
from sartor.types import Reading, Trouble

BUFFER_BYTES = 48 * 2**20
FILES_AHEAD = 64
WATCH_EVERY = 0.2  # seconds between two looks at the children's clocks

Frame = tuple[Header, bytes]


@dataclass(eq=False, slots=True)
class _Job:
    """One file on its way through the pool; `frames` ends with None."""

    file: FoundFile
    request: Header
    note: str = ""
    frames: SimpleQueue[Frame | None] = field(default_factory=SimpleQueue)
    held: int = 0  # bytes of its frames that wait for the caller
    answered: bool = False
    cancelled: bool = False


def read_files(
    files: Iterable[FoundFile],
    options: ReadOptions | None = None,
    *,
    workers: int | None = None,
    limits: Limits | None = None,
) -> Iterator[tuple[FoundFile, Reading | Trouble]]:
    """Read files in a pool that lives as long as this iterator."""
    with ReadingPool(workers, limits) as pool:
        yield from pool.read(files, options or ReadOptions())


class ReadingPool:
    """Child processes that read files; they start when needed and stay until `close`."""

    def __init__(self, workers: int | None = None, limits: Limits | None = None) -> None:
        self.workers = workers or max(1, min(8, os.cpu_count() or 1))
        self.limits = limits or Limits()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._children: set[Child] = set()
        self._room = threading.Condition()
        self._held = 0
        self._head: _Job | None = None
        self._closed = threading.Event()

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(
        self, files: Iterable[FoundFile], options: ReadOptions
    ) -> Iterator[tuple[FoundFile, Reading | Trouble]]:
        """Yield each file with each of its readings and troubles, in the order of the files.

        A trouble's item is the file's relative path, with the row where it is about one.
        """
        waiting: deque[_Job] = deque()
        source = iter(files)
        try:
            while True:
                while len(waiting) < FILES_AHEAD and (file := next(source, None)) is not None:
                    waiting.append(self._submit(file, options))
                if not waiting:
                    return
                self._advance(waiting[0])
                yield from self._results(waiting[0])
                waiting.popleft()
        finally:
            self._cancel(waiting)

    def close(self) -> None:
        """End all children; nothing of the pool is left behind."""
        self._closed.set()
        for _ in self._threads:
            self._jobs.put(None)
        with self._room:
            for child in self._children:
                child.kill("the pool was closed")
            self._room.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _submit(self, file: FoundFile, options: ReadOptions) -> _Job:
        """Queue a file for the children, or answer at once for one that no reader takes."""
        try:
            recognised = recognise(file.path)
        except (ReadingError, OSError) as error:
            reason = error.args[0] if isinstance(error, ReadingError) else error.strerror
            job = _Job(file, {})
            job.frames.put(_failure(str(reason)))
            job.frames.put(None)
            return job
        request: Header = {
            "path": str(file.path),
            "reader": recognised.kind.reader,
            "options": pack_options(options),
        }
        job = _Job(file, request, recognised.note)
        self._start_threads()
        self._jobs.put(job)
        return job

    def _start_threads(self) -> None:
        if self._closed.is_set():
            raise RuntimeError("the pool is closed")
        if not self._threads:
            self._threads.append(threading.Thread(target=self._watch, daemon=True))
            self._threads[0].start()
        if len(self._threads) <= self.workers:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()

    def _results(self, job: _Job) -> Iterator[tuple[FoundFile, Reading | Trouble]]:
        while (frame := job.frames.get()) is not None:
            self._release(job, frame[0].get("size", 0))
            yield job.file, _result(job, *frame)

    # --- room: what is read ahead is bounded ------------------------------------------------

    def _advance(self, job: _Job) -> None:
        with self._room:
            self._head = job
            self._room.notify_all()

    def _admit(self, job: _Job, size: int) -> None:
        """Wait for room. The job that the caller waits for always gets one frame through."""
        with self._room:
            self._room.wait_for(
                lambda: (
                    self._held + size <= BUFFER_BYTES
                    or (job is self._head and job.held == 0)
                    or job.cancelled
                    or self._closed.is_set()
                )
            )
            if not job.cancelled:
                self._held += size
                job.held += size

    def _release(self, job: _Job, size: int) -> None:
        with self._room:
            if not job.cancelled:
                self._held -= size
                job.held -= size
            self._room.notify_all()

    def _cancel(self, jobs: Iterable[_Job]) -> None:
        """Forget jobs that nobody waits for any more."""
        with self._room:
            for job in jobs:
                job.cancelled = True
                self._held -= job.held
                job.held = 0
            self._room.notify_all()

    # --- threads: one for each child, and one that watches the clocks -----------------------

    def _watch(self) -> None:
        while not self._closed.wait(WATCH_EVERY):
            now = time.monotonic()
            with self._room:
                late = [child for child in self._children if child.overdue(now)]
            for child in late:
                child.kill(f"no answer within {self.limits.seconds:g} s")

    def _work(self) -> None:
        child: Child | None = None
        while (job := self._jobs.get()) is not None and not self._closed.is_set():
            try:
                child = self._serve(job, child)
            except OSError as error:
                job.frames.put(_failure(f"no process can be started to read it: {error}"))
                child = self._dismiss(child)
            finally:
                job.frames.put(None)  # whatever happens: somebody waits for the end
        self._dismiss(child)

    def _serve(self, job: _Job, child: Child | None) -> Child | None:
        """Have one file read; return the child if it can serve another.

        A child that dies may have been hurt by an earlier file, so a file that ended a used
        child before its first answer is tried once more in a fresh one.
        """
        while not job.cancelled:
            fresh = child is None
            child = child or self._hire()
            if self._transfer(job, child):
                return child if child.served < self.limits.files_per_child else self._dismiss(child)
            reason = child.why_it_ended()
            final = fresh or job.answered or child.killed_because
            child = self._dismiss(child)
            if final:
                job.frames.put(_failure(reason))
                break
        return child

    def _transfer(self, job: _Job, child: Child) -> bool:
        """Pass a child's answers on until it says that it is done; False: it did not."""
        child.ask(job.request)
        while (lengths := child.next_lengths()) is not None:
            size = sum(lengths)
            self._admit(job, size)
            try:
                header, body = child.next_parts(lengths)
            except BrokenFrame as error:
                child.kill(f"the parser answered nonsense: {error}")
                return False
            if header.get("answer") == "done":
                self._release(job, size)
                return True
            job.frames.put(({**header, "size": size}, body))
            job.answered = True
            if header.get("answer") == "failed":
                return True
            if job.cancelled:
                child.kill("nobody waits for it")
                return False
        return False

    def _hire(self) -> Child:
        child = Child(self.limits)
        with self._room:
            self._children.add(child)
        return child

    def _dismiss(self, child: Child | None) -> Child | None:
        """End a child; returns None, which is what is left of it."""
        if child is not None:
            with self._room:
                self._children.discard(child)
            child.close()
        return None


def _failure(reason: str) -> Frame:
    return {"answer": "failed", "item": "", "reason": reason}, b""


def _result(job: _Job, header: Header, body: bytes) -> Reading | Trouble:
    """Make a frame a result; the file's name is ours, whatever the child says."""
    try:
        if header.get("answer") == "reading":
            return _noted(unpack_reading(header, body), job)
        trouble = unpack_trouble(header)
    except BrokenFrame as error:
        trouble = Trouble("", "", f"the parser answered nonsense: {error}")
    item = f"{job.file.relative}, {trouble.item}" if trouble.item else job.file.relative
    return Trouble("", item, trouble.reason)


def _noted(reading: Reading, job: _Job) -> Reading:
    """Add what the pool knows of a file to its first reading."""
    if not job.note:
        return reading
    from dataclasses import replace

    note, job.note = job.note, ""
    return replace(reading, notes=(note, *reading.notes))
