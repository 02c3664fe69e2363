"""A database error goes in, a `StorageError` comes out: what happened, where, what to do."""

from __future__ import annotations

from sartor.errors import StorageError
from sartor.storage.driver import FailureKind

NOTHING_KEPT = "nothing of the failed step was kept"

_WORDS: dict[FailureKind, tuple[str, str]] = {
    "full": (
        "The disk is full: {place} could not grow",
        f"free some space, then run the same command again ({NOTHING_KEPT})",
    ),
    "locked": (
        "{place} is locked by another process that does not let go",
        "wait for the other `sartor` to finish or end it, then run the same command again",
    ),
    "read-only": (
        "{place} cannot be written: the file, its folder or the disk is read-only",
        "give yourself write access to the file and its folder, then run the same command again",
    ),
    "damaged": (
        "{place} is damaged ({detail})",
        "run `sartor doctor`, then bring a backup back with `sartor restore`",
    ),
    "not a database": (
        "{place} is not a database",
        "move that file away, or name the folder of a Sartor project",
    ),
    "cannot open": (
        "{place} cannot be opened ({detail})",
        "check that its folder exists and that you may write there",
    ),
    "disk error": (
        "The disk failed while {place} was in use ({detail})",
        f"check the disk, then run the same command again ({NOTHING_KEPT})",
    ),
    "other": (
        "The database {place} refused a step ({detail})",
        f"run `sartor doctor`; {NOTHING_KEPT}",
    ),
}


def in_plain_words(kind: FailureKind, place: str, detail: object) -> StorageError:
    """Make the error a person sees out of the one a database gave."""
    message, hint = _WORDS[kind]
    return StorageError(message.format(place=place, detail=detail), hint=hint)
