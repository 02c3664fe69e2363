"""Documents that leave for good -> what was measured and trained, without a byte of them.

Runs and cards are cleaned while the documents are still there: they tell what came from them, and
whoever is interrupted can purge them again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sartor.evaluation.runs import Gone
from sartor.project.folder import Folder
from sartor.project.shelf import Shelf
from sartor.project.verdicts import forget
from sartor.types import Document, Unforgotten

if TYPE_CHECKING:
    from sartor.project.measuring import Measuring
    from sartor.tuning.registry import Registry

SQLITE_FILES = ("", "-wal", "-shm")


def purge_measured(folder: Folder, measuring: Measuring, documents: Iterable[Document]) -> None:
    """Clean stored runs and their reports; drop what climbs remember and what a judge said."""
    gone = Gone.of(documents)
    Shelf(folder.climbing, measuring.runs).choosing.purge(gone)
    for id in measuring.runs.purge(gone):
        measuring.report(id)
    forget(folder)  # verdicts name documents, and climbing again asks nothing that is still known
    for copies in (folder.trained, folder.variants):
        shutil.rmtree(copies, ignore_errors=True)
    for path in (folder.judgements, folder.completions):
        for ending in SQLITE_FILES:
            path.with_name(path.name + ending).unlink(missing_ok=True)


def purge_adapters(registry: Registry, documents: Iterable[Document]) -> tuple[Unforgotten, ...]:
    """Take their words off the cards of adapters; name those whose weights may still know them."""
    return tuple(registry.purge(Gone.of(documents)))
