"""The index's card: what the folder was made with and up to which change it is on disk.

In: a generation folder. Out: a `Card`, or the reason why the folder cannot be followed further.
It does not know the engine; it reads and writes one small JSON file, always in one step.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sartor.errors import EmbedderChanged, IndexDamaged

FORMAT = 1  # raise it whenever points, payload or files are laid out differently
CARD = "card.json"
REBUILD = "sartor index rebuild"


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that decides whether an index folder can be used as it is."""

    fingerprint: str
    dimension: int
    analyser: str
    ledger: str = ""  # change numbers of another ledger, or of a restored copy, mean nothing here
    engine: str = ""
    format: int = FORMAT
    applied: int = 0

    def made_by(self, engine: str) -> Card:
        """Give the same card with the engine's name and version."""
        return replace(self, engine=engine)

    def at(self, applied: int) -> Card:
        """Give the same card for a later change number."""
        return replace(self, applied=applied)


def read_card(folder: Path) -> Card:
    """Read the card; anything unreadable is damage."""
    try:
        return Card(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"{folder / CARD} cannot be read: {error}", hint=REBUILD) from error


def write_card(folder: Path, card: Card) -> None:
    """Replace the card in one step and see it onto the disk."""
    replace_file(folder / CARD, json.dumps(asdict(card), indent=1))


def check_card(found: Card, wanted: Card) -> None:
    """Refuse an index that was made with something else than what is configured now."""
    if (found.fingerprint, found.dimension) != (wanted.fingerprint, wanted.dimension):
        raise EmbedderChanged(
            f"the index holds vectors of {found.fingerprint} ({found.dimension} numbers each), "
            f"the settings name {wanted.fingerprint} ({wanted.dimension})",
            hint=f"set the old embedder again, or: {REBUILD}",
        )
    for name in ("format", "engine", "analyser", "ledger"):
        have, want = getattr(found, name), getattr(wanted, name)
        if have != want:
            raise IndexDamaged(
                f"the index was made with {name} {have}, this program has {name} {want}",
                hint=REBUILD,
            )


def replace_file(path: Path, text: str) -> None:
    """Write a file so that a crash leaves either the old or the new one, whole."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
