"""How a folder comes to stand whole in its place, or not at all, whatever happens meanwhile.

It is written beside its place under a name that no reader looks at, brought to the disk, and moved
in one step. Who writes holds a lock on the folder: what nobody holds was left behind and is swept.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sartor.errors import InputError, StorageError

UNFINISHED = ".part-"  # how the names of folders begin that are being written, or deleted
READ_ONLY = 0o444


@contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """Give a new folder to write into; it is gone afterwards, unless it was moved away."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def put(folder: Path, place: Path) -> None:
    """Make the files of a folder read-only, bring them to the disk, and move it to its place."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(READ_ONLY)
        _to_disk(path)
    folder.chmod(0o755)
    _to_disk(folder)
    os.rename(folder, place)
    for above in (place.parent, place.parent.parent):
        _to_disk(above)


@contextmanager
def delivered(place: Path) -> Iterator[Path]:
    """Give a folder to write into; it stands in its place, for others to use, once it is whole."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError(f"{place} is there already, and not empty", "choose another folder")
    with refusals(place), unfinished(place.parent) as folder:
        yield folder
        for path in folder.rglob("*"):
            _to_disk(path)
        folder.chmod(0o755)
        os.rename(folder, place)
        _to_disk(place.parent)


def remove(folder: Path) -> None:
    """Take a folder away in one step; a reader sees all of it or nothing."""
    gone = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    os.rename(folder, gone / folder.name)
    _to_disk(folder.parent)
    shutil.rmtree(gone, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Delete what processes left behind that were stopped while they wrote."""
    for folder in parent.glob(f"{UNFINISHED}*"):
        with suppress(OSError):  # somebody holds it, or has just moved it away
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def write_json(value: dict[str, Any], path: Path) -> None:
    """Replace a file of JSON in one step."""
    write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Replace a file in one step; who was interrupted and does it again leaves nothing behind."""
    part = path.with_name(f"{UNFINISHED}{path.name}")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    _to_disk(path.parent)


def hashes(folder: Path, *, but: str) -> dict[str, str]:
    """Hash every file below a folder, but the one that will hold the hashes."""
    return {
        path.relative_to(folder).as_posix(): hash_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / but
    }


def hash_of(path: Path) -> str:
    """Hash one file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Say in plain words what the disk refused."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StorageError(
            f"{path} cannot be written: {error.strerror}",
            "make room, then run it again" if full else "see that this folder can be written",
        ) from error


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
