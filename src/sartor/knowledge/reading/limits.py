"""What one file may cost, and how a child process binds itself to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one child process. Pages and characters are in `ReadOptions`.

    `seconds` and `cpu_seconds` are for each document: a long file of many rows may take as
    long as it needs, as long as rows keep coming.
    """

    seconds: float = 120.0
    cpu_seconds: int = 60
    memory: int = 1 << 30  # bytes of address space
    open_files: int = 64
    files_per_child: int = 1_000  # then it is replaced: native parsers leak


def bind_for_good(memory: int, open_files: int) -> None:
    """Limit this process for the rest of its life: memory, open files, no core dumps."""
    if sys.platform == "win32":
        return  # no resource limits there; the wall clock of the parent remains
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu(seconds: int) -> None:
    """Let this process use so much CPU time from now on; the kernel kills it beyond."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))
