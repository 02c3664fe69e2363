"""Is an index folder as its last owner left it? Asked before its files are mapped into memory.

A truncated memory map kills the process that reads it, and a flipped byte gives wrong hits. So the
owner leaves a seal when it closes: size, time and checksum of every file. In: a generation folder.
Out: nothing, or `IndexDamaged`. It does not know what the files mean.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sartor.errors import IndexDamaged
from sartor.knowledge.index.card import REBUILD, sync_folder

SEAL = "seal.json"
DIRTY = "open"  # exists while an owner has the index open
PROBE_SECONDS = 20
CHUNK = 1 << 20
MAPPED = (".mmap", ".dat", ".bin")  # the engine's memory maps: they only ever grow
REWRITTEN = "journal.dat"  # but for this one

Seal = Mapping[str, tuple[int, int, int]]  # path -> size, time of change, checksum


def check_seal(folder: Path, shard: Path) -> None:
    """Raise `IndexDamaged` unless the files can be trusted.

    After a clean close every file must be as it was. After a crash no memory map may have shrunk,
    and a child process must survive reading everything.
    """
    seal = _read_seal(folder)
    if (folder / DIRTY).exists() or seal is None:
        _refuse_shrunk(shard, seal or {})
        probe(shard)
    else:
        _refuse_altered(shard, seal)


def break_seal(folder: Path) -> None:
    """Note that the files are about to change; the note must be on disk before they do."""
    (folder / DIRTY).touch()
    sync_folder(folder)


def write_seal(folder: Path, shard: Path) -> None:
    """Seal a closed index. Files that look untouched keep their old checksum."""
    old = _read_seal(folder) or {}
    seal = {}
    for name, path in _files(shard):
        stat = path.stat()
        known = old.get(name)
        if known is None or known[:2] != (stat.st_size, stat.st_mtime_ns):
            known = (stat.st_size, stat.st_mtime_ns, _checksum(path))
        seal[name] = known
    (folder / SEAL).write_text(json.dumps(seal), encoding="utf-8")
    (folder / DIRTY).unlink(missing_ok=True)


def damaged_files(folder: Path, shard: Path) -> list[str]:
    """Name the files that should be as sealed and are not; reads every byte."""
    seal = _read_seal(folder) or {}
    there = dict(_files(shard))
    return [
        name for name, known in seal.items() if name in there and not _holds(there[name], known)
    ]


def probe(shard: Path) -> None:
    """Let a child process open and read the shard, so that it is the one to die of it."""
    command = [sys.executable, "-m", "sartor.knowledge.index.probe", str(shard)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _damaged(f"{shard} could not be read within {PROBE_SECONDS} s") from None
    if child.returncode != 0:
        said = child.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"the reading process ended with {child.returncode}"
        raise _damaged(f"{shard} cannot be read: {reason}")


def _refuse_shrunk(shard: Path, seal: Seal) -> None:
    for name, path in _files(shard):
        mapped = name.endswith(MAPPED) and not name.endswith(REWRITTEN)
        if mapped and name in seal and path.stat().st_size < seal[name][0]:
            raise _damaged(f"{path} has shrunk from {seal[name][0]} bytes")


def _refuse_altered(shard: Path, seal: Seal) -> None:
    there = dict(_files(shard))
    if there.keys() != seal.keys():
        names = sorted(there.keys() ^ seal.keys())
        raise _damaged(f"files were added to or removed from {shard}: {', '.join(names[:3])}")
    for name, path in there.items():
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) != seal[name][:2] and not _holds(path, seal[name]):
            raise _damaged(f"{path} was changed by something else")


def _holds(path: Path, known: tuple[int, int, int]) -> bool:
    size, _, checksum = known
    return path.stat().st_size == size and _checksum(path) == checksum


def _read_seal(folder: Path) -> Seal | None:
    try:
        found = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        return {
            name: (int(size), int(time), int(sum_)) for name, (size, time, sum_) in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _files(shard: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(shard.rglob("*")):
        if path.is_file():
            yield path.relative_to(shard).as_posix(), path


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def _damaged(message: str) -> IndexDamaged:
    return IndexDamaged(message, hint=REBUILD)
