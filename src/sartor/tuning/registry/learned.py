"""A card in, the file of examples that it learned from out, wherever that is now.

It is known by what it says, not by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sartor.errors import NotFound, SartorError
from sartor.tuning.examples import fingerprint, read_examples
from sartor.tuning.registry.cards import Card


def find_examples(id: str, card: Card, places: Sequence[Path]) -> Path:
    """Find it among files, and in folders by the name on the card; `NotFound` if it changed."""
    inside = (place / card.data.file if place.is_dir() else place for place in (*places, Path()))
    files = [file for file in dict.fromkeys(inside) if file.is_file()]
    for file in files:
        if _learned(file) == card.data.fingerprint:
            return file
    looked = f"{', '.join(map(str, files))} say something else" if files else "no file is there"
    raise NotFound(
        f"what {id} learned from ({card.data.file or 'no file'}) is not here any more: {looked}",
        f"sartor adapters export {id} --kind provider --to FOLDER --examples FILE",
    )


def _learned(file: Path) -> str:
    """Name what a file teaches; a table whose columns would have to be named says nothing."""
    try:
        return fingerprint(read_examples(file).examples)
    except SartorError:
        return ""
