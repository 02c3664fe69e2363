"""Is everything in order? Checks of a project and its machine, each with what was found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sartor.knowledge.ledger import Ledger
from sartor.project.folder import Folder
from sartor.tuning.under_way import waiting

if TYPE_CHECKING:
    from sartor.protocols import Embedder, Index

LOW_DISK = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and what to do if it is not fine."""

    check: str
    found: str
    fine: bool = True
    hint: str = ""


def examine(folder: Folder, ledger: Ledger, embedder: Embedder, index: Index) -> list[Finding]:
    """Check ledger, files, embedder, index and disk."""
    return [
        _ledger(ledger),
        _files(ledger),
        *_embedder(embedder),
        _vectors(ledger, embedder),
        _index(ledger, index),
        _disk(folder),
        *_trainings(folder),
    ]


def _ledger(ledger: Ledger) -> Finding:
    faults = ledger.faults()
    counts = ledger.counts()
    found = f"{counts.documents} documents, {counts.passages} passages, change {counts.change}"
    if not faults:
        return Finding("ledger", f"sound; {found}; SQLite {sqlite3.sqlite_version}")
    return Finding("ledger", "; ".join(faults), fine=False, hint="sartor restore BACKUP FOLDER")


def _files(ledger: Ledger) -> Finding:
    counts = ledger.counts()
    if not counts.failed_files:
        return Finding("files", f"all {counts.files} files were read")
    return Finding(
        "files",
        f"{counts.failed_files} of {counts.files} files could not be read",
        fine=False,
        hint="sartor sync   names them with the reason",
    )


def _embedder(embedder: Embedder) -> Iterator[Finding]:
    yield Finding("embedder", embedder.fingerprint)
    for name in ("precision", "threads"):  # local ones choose these and say why
        chosen = getattr(embedder, name, None)
        if chosen is not None:
            yield Finding(name, f"{chosen.value}: {chosen.reason}")


def _vectors(ledger: Ledger, embedder: Embedder) -> Finding:
    missing = ledger.waiting(embedder.fingerprint)
    if not missing:
        return Finding("vectors", "every passage is embedded")
    return Finding(
        "vectors", f"{missing} passages are not embedded yet", fine=False, hint="sartor sync"
    )


def _index(ledger: Ledger, index: Index) -> Finding:
    applied, last = index.applied(), ledger.last_change()
    if applied == last:
        return Finding("index", f"has applied change {applied}, the last one")
    return Finding("index", f"has applied change {applied} of {last}; catches up when searched")


def _trainings(folder: Folder) -> Iterator[Finding]:
    """Name what was broken off: it takes room until somebody goes on with it."""
    for name, step in waiting(folder.tuning).items():
        told = f"{name!r} was broken off after step {step:,}; --resume goes on, --fresh begins anew"
        yield Finding("training", told)


def _disk(folder: Folder) -> Finding:
    free = shutil.disk_usage(folder.root).free
    files = [file for file in folder.state.rglob("*") if file.is_file()]
    size = sum(512 * file.stat().st_blocks for file in files)  # index files have holes
    found = f"{size / 1e6:.0f} MB used in {folder.state.name}, {free / 1e9:.1f} GB free"
    return Finding("disk", found, fine=free > LOW_DISK, hint="" if free > LOW_DISK else "free some")
