"""Documents that leave for good -> what was measured, without a byte of them.

Runs are cleaned while the documents are still there: they tell what came from them, and whoever is
interrupted can purge them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sartor.evaluation.runs import Gone
from sartor.project.folder import Folder
from sartor.project.shelf import Shelf
from sartor.types import Document

if TYPE_CHECKING:
    from sartor.project.measuring import Measuring

SQLITE_FILES = ("", "-wal", "-shm")


def purge_measured(folder: Folder, measuring: Measuring, documents: Iterable[Document]) -> None:
    """Clean stored runs and their reports, and drop what a judge said of answers."""
    gone = Gone.of(documents)
    Shelf(folder.climbing, measuring.runs).choosing.purge(gone)
    for id in measuring.runs.purge(gone):
        measuring.report(id)
    for ending in SQLITE_FILES:
        folder.judgements.with_name(folder.judgements.name + ending).unlink(missing_ok=True)
