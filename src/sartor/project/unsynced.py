"""The sources of a project -> how many of their files are not as they were read.

Told by names and sizes, and by content for those that were modified last: an edit that leaves the
size as it was is young. Nothing is read into the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import InputError
from sartor.knowledge.ledger import FileRecord
from sartor.knowledge.reading.walk import FoundFile, content_hash, files

if TYPE_CHECKING:
    from sartor.project.project import Project

MOST_READ = 50_000_000  # bytes of a source: a fraction of a second


def unsynced(project: Project) -> Iterator[str]:
    """Say of each source that is there how many files changed since it was read."""
    for source in project._ledger.sources():
        try:
            found = files(Path(source.location), source.include, source.exclude).files
        except InputError:  # a disk that is not plugged in, a copy of a project elsewhere
            continue
        known = project._ledger.files(source.name)
        gone = known.keys() - {file.relative for file in found}
        count = len(gone) + _changed(found, known)
        if count:
            many = "1 file" if count == 1 else f"{count:,} files"
            yield f"{many} of {source.name} changed since the last sync: sartor sync"


def _changed(found: list[FoundFile], known: Mapping[str, FileRecord]) -> int:
    """Count the files that are new or edited."""
    count, left = 0, MOST_READ
    for file in sorted(found, key=lambda file: file.modified, reverse=True):
        record = known.get(file.relative)
        if record is None or record.size != file.size:
            count += 1
        elif file.size <= left:
            left -= file.size
            count += _is_edited(file, record)
    return count


def _is_edited(file: FoundFile, record: FileRecord) -> bool:
    try:
        return content_hash(file.path) != record.content_hash
    except OSError:  # whoever may not read it cannot tell
        return False
