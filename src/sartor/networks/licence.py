"""A model's folder in, what it says of its licence out: what heads its card, or a file."""

from __future__ import annotations

from pathlib import Path

FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE")
KEYS = ("license_name", "license", "licence")  # the hub has "license: other" and a name beside it
HEAD = 50  # lines of a card in which its licence stands


def licence_of(folder: Path) -> str:
    """Name the licence, or the file that holds it; empty where the folder says nothing."""
    said = _head(folder / "README.md")
    named = next((said[key] for key in KEYS if said.get(key)), "")
    return named or next((f"see {name}" for name in FILES if (folder / name).is_file()), "")


def _head(card: Path) -> dict[str, str]:
    """Read the lines that say what something is, as KEY: VALUE."""
    if not card.is_file():
        return {}
    lines = card.read_text("utf-8", "replace").splitlines()[:HEAD]
    pairs = (line.partition(":") for line in lines)
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in reversed([*pairs])}
