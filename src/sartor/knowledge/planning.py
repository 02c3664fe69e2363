"""A look at the files, before any is read: what is new, unchanged, moved or gone.

In go the files that are there and what the ledger knows of them; out comes a plan. Files are told
apart by content, never by date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sartor.knowledge.ledger import FileRecord
from sartor.knowledge.reading.walk import FoundFile, content_hash
from sartor.types import Trouble


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be done with the files of a source."""

    read: list[FoundFile] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    known: list[FileRecord] = field(default_factory=list)  # unchanged since the last time
    moved: dict[str, str] = field(default_factory=dict)  # old path -> new path
    gone: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def plan_files(
    found: Sequence[FoundFile], known: Mapping[str, FileRecord], fingerprint: str
) -> Plan:
    """Compare the files that are there with what the ledger knows of them, by content."""
    plan = Plan()
    fresh = []
    for file in found:
        try:
            digest = plan.hashes[file.relative] = content_hash(file.path)
        except OSError as error:
            plan.troubles.append(Trouble("", file.relative, f"cannot be opened: {error.strerror}"))
            continue
        record = known.get(file.relative)
        if record and (record.content_hash, record.reader) == (digest, fingerprint):
            plan.known.append(record)
        else:
            fresh.append(file)
    paths = {file.relative for file in found}
    vanished = [record for path, record in known.items() if path not in paths]
    _match_moves(plan, fresh, vanished, known, fingerprint)
    return plan


def _match_moves(
    plan: Plan,
    fresh: Sequence[FoundFile],
    vanished: Sequence[FileRecord],
    known: Mapping[str, FileRecord],
    fingerprint: str,
) -> None:
    """A new file with the content of a vanished one is that file under another name."""
    origin: dict[str, list[str]] = {}
    for record in vanished:
        if record.outcome == "read" and record.reader == fingerprint:
            origin.setdefault(record.content_hash, []).append(record.path)
    for file in fresh:
        candidates = origin.get(plan.hashes[file.relative], [])
        same_kind = [p for p in candidates if PurePosixPath(p).suffix == file.path.suffix]
        if file.relative not in known and same_kind:
            plan.moved[same_kind[0]] = file.relative
            candidates.remove(same_kind[0])
        else:
            plan.read.append(file)
    plan.gone.extend(record.path for record in vanished if record.path not in plan.moved)
