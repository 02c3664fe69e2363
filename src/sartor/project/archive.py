"""A project as one file, and back: settings, ledger, what was measured and what was trained.

The index is rebuilt from the ledger. Remembered answers, traces, judgements and compiled models are
left out: they come again, or nobody misses them.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sartor import __version__
from sartor.config import FILE_NAME
from sartor.errors import ConfigError, InputError
from sartor.knowledge.ledger import Ledger
from sartor.project.folder import Folder, make

FORMAT = 1
CARD, LEDGER = "backup.json", "ledger.db"
UNFINISHED = ".part"  # the end of the name of a file that is being written


def write(folder: Folder, ledger: Ledger, target: Path) -> None:
    """Write settings, runs and a copy of this moment's ledger; others go on working."""
    if target.exists():
        raise InputError(f"{target} exists already", "choose a name that is not taken")
    part = target.with_name(target.name + UNFINISHED)
    card = {"format": FORMAT, "sartor": __version__, "documents": ledger.counts().documents}
    try:
        with TemporaryDirectory(dir=folder.state) as temporary:
            copy = Path(temporary) / LEDGER
            ledger.backup_to(copy)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(CARD, json.dumps(card))
                archive.write(folder.config, FILE_NAME)
                archive.write(copy, LEDGER)
                for path in _costly(folder):
                    with suppress(FileNotFoundError):  # a run that was deleted this moment
                        archive.write(path, path.relative_to(folder.state))
        part.rename(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def read(archive: Path, root: Path) -> Folder:
    """Make a project out of a backup in a folder that holds none."""
    if (root / FILE_NAME).exists():
        raise ConfigError(f"{root} already is a project", "choose a folder that does not exist yet")
    try:
        with zipfile.ZipFile(archive) as opened:
            card = json.loads(opened.read(CARD))
            if card["format"] > FORMAT:
                raise InputError(
                    f"{archive} was written by Sartor {card['sartor']}, which is newer than "
                    f"{__version__}",
                    "pip install --upgrade sartor",
                )
            folder = make(root)
            _unpack(opened, LEDGER, folder.ledger)
            _unpack(opened, FILE_NAME, folder.config)
            for name in filter(_is_costly, opened.namelist()):
                _unpack(opened, name, folder.state / name)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(
            f"{archive} is not a backup of Sartor: {error}", "sartor backup FILE   writes one"
        ) from error
    except OSError as error:
        raise InputError(f"{archive} cannot be restored: {error.strerror}") from error
    return folder


def _costly(folder: Folder) -> Iterator[Path]:
    """Find the files of runs, climbs and adapters: they cannot be made again without their cost."""
    for root in (folder.runs, folder.climbing, folder.adapters):
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        yield from (path for path in found if path.suffix != UNFINISHED)


def _is_costly(name: str) -> bool:
    """Tell members that were measured or trained; a name that leads elsewhere is none."""
    first, *rest = PurePosixPath(name).parts or ("",)
    known = first in ("runs", "climbing", "adapters") and bool(rest)
    return known and ".." not in rest and name[-1] != "/"


def _unpack(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """Write one member under a name of our own choosing, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + UNFINISHED)
    with archive.open(name) as source, part.open("wb") as sink:
        while block := source.read(1 << 20):
            sink.write(block)
    part.replace(target)
