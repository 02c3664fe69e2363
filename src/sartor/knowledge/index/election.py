"""Who owns the index, and where to ask: one lock file and one Unix socket.

In: the home folder. Out: the lock, a listening socket, or a connection to the owner. It does not
know what is said over them. This is the one file that would differ on Windows.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

LOCK = "owner.lock"
SOCKET = "owner.socket"
ADDRESS = "owner.address"  # where the socket is: next to this file, unless that path is too long
LONGEST_ADDRESS = 100  # bytes; the system's limit is 104 to 108
WAITING = 64
OUTSIDE = "sartor-index-"


def take_lock(home: Path) -> int | None:
    """Become the owner if there is none; the lock goes with the process, however it ends."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def owner_process(home: Path) -> str:
    """Name the process that took the lock last, for a message."""
    with suppress(OSError):
        return (home / LOCK).read_text(encoding="ascii") or "unknown"
    return "unknown"


def listen(home: Path) -> socket.socket:
    """Open the owner's socket, for this user alone. Only the owner may do this."""
    forget_address(home)
    home.chmod(0o700)
    path = home / SOCKET
    if len(os.fsencode(path)) > LONGEST_ADDRESS:
        path = Path(tempfile.mkdtemp(prefix=OUTSIDE)) / SOCKET
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(WAITING)
    (home / ADDRESS).write_bytes(os.fsencode(path))
    return listener


def connect(home: Path, seconds: float) -> socket.socket:
    """Connect to the owner; raises OSError when nobody listens."""
    address = os.fsdecode((home / ADDRESS).read_bytes())
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def forget_address(home: Path) -> None:
    """Remove the socket of this or an earlier owner."""
    with suppress(OSError):
        path = Path(os.fsdecode((home / ADDRESS).read_bytes()))
        if path.parent.name.startswith(OUTSIDE):
            path.unlink(missing_ok=True)
            path.parent.rmdir()
    (home / SOCKET).unlink(missing_ok=True)
    (home / ADDRESS).unlink(missing_ok=True)
