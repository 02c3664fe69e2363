"""A child process that reads one file after another: requests on stdin, readings on stdout.

It imports a reader when the first file of its kind arrives, limits itself, and knows nothing
but paths and options. It ends when stdin does, so it does not outlive its parent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

from sartor.errors import ReadingError, SartorError
from sartor.knowledge.reading.frames import (
    Header,
    pack_reading,
    read_lengths,
    read_parts,
    write_frame,
)
from sartor.knowledge.reading.kinds import Kind
from sartor.knowledge.reading.limits import allow_cpu, bind_for_good
from sartor.protocols import Reader, ReadOptions
from sartor.types import Reading, Trouble


def main() -> None:
    """Serve requests until there are no more."""
    requests = sys.stdin.buffer
    answers = _private_stdout()
    limits = _next_request(requests)
    if limits is None:
        return
    bind_for_good(limits["memory"], limits["open_files"])
    while (request := _next_request(requests)) is not None:
        healthy = _serve(request, answers)
        if not healthy:
            return  # a process that ran out of memory is not to be trusted with the next file


def _private_stdout() -> BinaryIO:
    """Take stdout for the answers alone; what a native library prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return answers


def _next_request(requests: BinaryIO) -> Header | None:
    lengths = read_lengths(requests)
    return None if lengths is None else read_parts(requests, lengths)[0]


def _serve(request: Header, answers: BinaryIO) -> bool:
    """Answer one request; say whether this process is fit for another."""
    cpu_seconds = int(request["cpu_seconds"])
    allow_cpu(cpu_seconds)
    try:
        for found in _read(request):
            _answer(answers, found)
            allow_cpu(cpu_seconds)
        write_frame(answers, {"answer": "done"})
    except MemoryError:
        _refuse(answers, "it needs more memory than is allowed")
        return False
    except RecursionError:
        _refuse(answers, "it is nested too deeply")
    except SartorError as error:
        _refuse(answers, "; ".join(filter(None, [error.args[0], error.hint])))
    except OSError as error:
        _refuse(answers, f"it cannot be opened: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - whatever a parser throws costs this file alone
        _refuse(answers, f"the reader failed: {type(error).__name__}: {error}"[:500])
    return True


def _read(request: Header) -> Iterator[Reading | Trouble]:
    path = Path(request["path"])
    options = ReadOptions(**request["options"])
    return _reader(request["reader"]).read(path, options)


@cache
def _reader(address: str) -> Reader:
    try:
        return Kind("", (), address).load()
    except ImportError as error:
        raise ReadingError(f"its reader {address} cannot be imported: {error}") from error


def _answer(answers: BinaryIO, found: Reading | Trouble) -> None:
    if isinstance(found, Trouble):
        write_frame(answers, {"answer": "trouble", "item": found.item, "reason": found.reason})
    else:
        write_frame(answers, *pack_reading(found))


def _refuse(answers: BinaryIO, reason: str) -> None:
    safe = reason.encode("utf-8", "backslashreplace").decode()
    write_frame(answers, {"answer": "failed", "item": "", "reason": safe})


if __name__ == "__main__":
    main()
