"""card.json: the card of one version, which version it is, and the hashes of everything beside it.

Hashes find what was changed by mistake or by somebody who does not know them; they are no
signature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sartor.errors import StateError
from sartor.tuning.registry.cards import Card, from_json, to_json
from sartor.tuning.registry.disk import READ_ONLY, hash_of, hashes, write_json, write_text

FILE = "card.json"
AGAIN = "restore it from a copy, or train it again; `sartor adapters delete` takes it away"


@dataclass(frozen=True, slots=True)
class Record:
    """One version: its id (NAME@VERSION), when it came, its card, and the hash of each file."""

    id: str
    created: str
    card: Card
    files: Mapping[str, str]


def write(folder: Path, id: str, created: str, card: Card) -> Record:
    """Seal a folder: nothing in it may change from here on."""
    record = Record(id, created, card, hashes(folder, but=FILE))
    _save(folder, record)
    return record


def rewrite(folder: Path, record: Record, name: str, text: str) -> None:
    """Replace the card of a version and a text beside it; other files keep the hashes they had.

    The card comes last: until then the version counts as changed.
    """
    write_text(text, folder / name)
    _save(folder, replace(record, files={**record.files, name: hash_of(folder / name)}))
    for path in (folder / name, folder / FILE):
        path.chmod(READ_ONLY)


def read(folder: Path) -> Record:
    """Read the card of a version; raises `StateError` if it is damaged, changed or too new."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        seal = content.pop("seal")
        record = Record(
            content["id"], content["created"], from_json(content["card"]), content["files"]
        )
    except FileNotFoundError:
        raise StateError(f"{folder} has no {FILE}: something took it away", AGAIN) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(f"{folder / FILE} is damaged: {error}", AGAIN) from error
    if seal != _seal(content):
        raise StateError(f"{folder / FILE} was changed after it was written", AGAIN)
    return record


def require_unchanged(folder: Path, record: Record) -> None:
    """Compare every file with its hash; raises `StateError` that names what is not as it was."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    faults = {name: _fault(folder / name, known) for name, known in record.files.items()}
    faults |= dict.fromkeys(sorted(found - {*record.files, FILE}), "is new")
    wrong = [f"{name} {fault}" for name, fault in faults.items() if fault]
    if wrong:
        raise StateError(f"{record.id} is not what was trained: {', '.join(wrong)}", AGAIN)


def _fault(path: Path, known: str) -> str:
    try:
        return "" if hash_of(path) == known else "was changed"
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _save(folder: Path, record: Record) -> None:
    content = {
        "id": record.id,
        "created": record.created,
        "card": to_json(record.card),
        "files": record.files,
    }
    write_json({**content, "seal": _seal(content)}, folder / FILE)


def _seal(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
