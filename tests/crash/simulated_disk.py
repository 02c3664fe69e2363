"""A disk in memory that forgets what was not synced when its power fails, and that can be full.

SQLite writes through it (apsw lets a file system be written in Python). A write stays in flight
until its file is synced; at a power failure each sector in flight is kept, lost or torn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import apsw

from sartor.protocols import Synchronous
from sartor.storage.sqlite import RawConnection, SqliteDriver

SECTOR = 512
CHECKPOINT_PAGES = 20  # far below SQLite's 1,000: checkpoints must happen in a small test

_serial = count()


@dataclass
class StoredFile:
    """What a program sees of a file, what the platter holds, and the writes in between."""

    seen: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    in_flight: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: truncated here
    is_open: bool = False

    def write(self, offset: int, data: bytes | None) -> None:
        _apply(self.seen, offset, data)
        self.in_flight.append((offset, data))

    def sync(self) -> None:
        for write in self.in_flight:
            _apply(self.durable, *write)
        self.in_flight.clear()

    def lose_power(self, random: Random) -> None:
        share = random.choice((0.0, 1.0, random.random()))
        for offset, data in self.in_flight:
            for start, piece in _sectors(offset, data):
                if random.random() < share:
                    _apply(self.durable, start, _torn(piece, random))
        self.in_flight.clear()
        self.seen = bytearray(self.durable)


class SimulatedDisk(apsw.VFS):
    """Files by path. Power fails at the operation `fails_at`; writes from `full_from` on fail."""

    def __init__(self) -> None:
        self.name = f"simulated-disk-{next(_serial)}"
        self.files: dict[str, StoredFile] = {}
        self.operations = 0
        self.writes = 0
        self.fails_at: int | None = None
        self.full_from: int | None = None
        super().__init__(self.name, "")

    @property
    def dead(self) -> bool:
        return self.fails_at is not None and self.operations >= self.fails_at

    def operate(self) -> None:
        self.operations += 1
        if self.dead:
            raise apsw.exception_for(apsw.SQLITE_IOERR)

    def lose_power(self, random: Random) -> None:
        """Keep of the writes in flight what chance decides, then come back."""
        for file in self.files.values():
            file.lose_power(random)
        self.fails_at = None

    def export(self, folder: Path) -> Path:
        """Write the files, as they are seen now, to a new folder on a real disk."""
        found = folder / f"{self.name}-{self.operations}"
        found.mkdir()
        for path, file in self.files.items():
            (found / Path(path).name).write_bytes(file.seen)
        return found

    def excepthook(self, kind, error, trace):
        """Stay silent: SQLite goes on where it cannot report an error, as on a real disk."""

    # --- what SQLite calls --------------------------------------------------------------------

    def xOpen(self, name, flags):
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        file = StoredFile() if path is None else self.files.setdefault(path, StoredFile())
        if file.is_open:
            raise apsw.exception_for(
                apsw.SQLITE_CANTOPEN
            )  # no locks here: one connection at a time
        file.is_open = True
        return OpenFile(self, file)

    def xDelete(self, name, sync_folder):
        self.operate()
        self.files.pop(name, None)

    def xAccess(self, name, flags):
        return name in self.files

    def xFullPathname(self, name):
        return name


class OpenFile:
    """A file as SQLite holds it. One connection at a time, so locks have nothing to do."""

    def __init__(self, disk: SimulatedDisk, file: StoredFile) -> None:
        self.disk = disk
        self.file = file

    def excepthook(self, kind, error, trace):
        """Stay silent, as above."""

    def xRead(self, amount, offset):
        if self.disk.dead:
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        return bytes(self.file.seen[offset : offset + amount])

    def xWrite(self, data, offset):
        self.disk.operate()
        self.disk.writes += 1
        if self.disk.full_from is not None and self.disk.writes >= self.disk.full_from:
            raise apsw.exception_for(apsw.SQLITE_FULL)
        self.file.write(offset, bytes(data))

    def xTruncate(self, size):
        self.disk.operate()
        self.file.write(size, None)

    def xSync(self, flags):
        self.disk.operate()
        self.file.sync()

    def xFileSize(self):
        return len(self.file.seen)

    def xDeviceCharacteristics(self):
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xSectorSize(self):
        return SECTOR

    def xFileControl(self, operation, pointer):
        return False

    def xCheckReservedLock(self):
        return False

    def xLock(self, level):
        pass

    def xUnlock(self, level):
        pass

    def xClose(self):
        self.file.is_open = False


class SimulatedDiskDriver(SqliteDriver):
    """Sartor's SQLite driver over apsw and a simulated disk."""

    failures = (apsw.Error,)

    def __init__(
        self, disk: SimulatedDisk, path: Path, *, synchronous: Synchronous = "FULL"
    ) -> None:
        super().__init__(path, synchronous=synchronous, patience=0.0)
        self.disk = disk

    def open(self) -> RawConnection:
        connection = apsw.Connection(str(self.path), vfs=self.disk.name)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # no shared memory on this disk
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection

    def keep_name(self) -> None:
        """Do nothing: on this disk names are durable at once."""

    def result_code(self, error: Exception) -> int:
        return int(getattr(error, "result", 0))


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset : offset + len(data)] = data


def _sectors(offset: int, data: bytes | None) -> list[tuple[int, bytes | None]]:
    if data is None:
        return [(offset, None)]
    return [(offset + at, data[at : at + SECTOR]) for at in range(0, len(data), SECTOR)]


def _torn(piece: bytes | None, random: Random) -> bytes | None:
    if piece is None or random.random() < 0.8:
        return piece
    return piece[: random.randrange(1, len(piece) + 1)]
