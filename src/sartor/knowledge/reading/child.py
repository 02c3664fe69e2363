"""One child process of the pool: start it, ask it, and say in words how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, cast

from sartor.knowledge.reading.frames import (
    BrokenFrame,
    Header,
    read_lengths,
    read_parts,
    write_frame,
)
from sartor.knowledge.reading.limits import Limits

GRACE_SECONDS = 5.0  # between the end of a child's answers and its own

# A parser that has been taken over must find no keys: children see these variables alone.
_INHERITED = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG",
              "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")  # fmt: skip
# -P: the current folder, which may hold the very documents, is no place to import from.
_COMMAND = (sys.executable, "-P", "-m")
READING = "sartor.knowledge.reading.worker"
_KILLED_BY = {
    signal.SIGSEGV: "the parser crashed",
    signal.SIGABRT: "the parser gave up (often: out of memory)",
    signal.SIGBUS: "the parser crashed",
    signal.SIGILL: "the parser crashed",
    signal.SIGTRAP: "the parser gave up (often: out of memory)",
}


class Child:
    """A process that serves hostile files, by default one that reads them.

    Only its own thread talks to it; `overdue` and `kill` are for others.
    """

    def __init__(self, limits: Limits, module: str = READING) -> None:
        self.limits = limits
        self.served = 0
        self.killed_because = ""
        self._deadline = float("inf")
        self._process = subprocess.Popen(
            (*_COMMAND, module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            start_new_session=True,  # Ctrl-C is for the parent, which then ends its children
        )
        self._requests = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)
        self._send({"memory": limits.memory, "open_files": limits.open_files})

    def ask(self, request: Mapping[str, object]) -> None:
        """Send a request; its answers are read one by one."""
        self.served += 1
        self._send({**request, "cpu_seconds": self.limits.cpu_seconds})

    def next_lengths(self) -> tuple[int, int] | None:
        """Wait for the next answer and return its lengths; None: the child is gone.

        Only this waiting is held against the child's wall clock.
        """
        self._deadline = time.monotonic() + self.limits.seconds
        try:
            return read_lengths(self._answers)
        except BrokenFrame as error:
            self.kill(f"the parser answered nonsense: {error}")
            return None
        finally:
            self._deadline = float("inf")

    def next_parts(self, lengths: tuple[int, int]) -> tuple[Header, bytes]:
        """Read the answer itself; raises `BrokenFrame`."""
        self._deadline = time.monotonic() + self.limits.seconds
        try:
            return read_parts(self._answers, lengths)
        finally:
            self._deadline = float("inf")

    def overdue(self, now: float) -> bool:
        """Say whether an answer has been waited for too long."""
        return now > self._deadline

    def kill(self, reason: str) -> None:
        """End the process at once; `reason` is what the report will say of its file."""
        self.killed_because = self.killed_because or reason
        self._deadline = float("inf")
        self._process.kill()

    def why_it_ended(self) -> str:
        """Wait for the end of the process and say in words what ended it."""
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill("the parser stopped answering")
            code = self._process.wait()
        if self.killed_because:
            return self.killed_because
        if code == -signal.SIGXCPU:
            self.killed_because = f"it took more than {self.limits.cpu_seconds} s of CPU time"
            return self.killed_because
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        what = _KILLED_BY.get(cast("signal.Signals", -code), "the parser ended early")
        return f"{what} ({name})"

    def close(self) -> None:
        """End the process and leave nothing open."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with suppress(OSError):  # what was still to be flushed has nobody to read it
                pipe.close()

    def _send(self, message: Mapping[str, object]) -> None:
        with suppress(OSError):  # it has ended already; reading its answers will say why
            write_frame(self._requests, message)
