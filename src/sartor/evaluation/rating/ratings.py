"""What a person said, on disk as soon as it is said: one line a key, only ever appended.

The first line says what is rated, so that answers of other files are never mixed in. Taking back
is a line too. A last line that was cut short is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sartor.errors import InputError, StorageError

ANOTHER = "name another --ratings file, or move this one away"

JsonRow = Mapping[str, Any]


class Ratings:
    """The verdicts so far by question id, oldest first; skipped ones are "skip"."""

    def __init__(self, path: Path, about: Mapping[str, str], *, known: tuple[str, ...]) -> None:
        """Open or begin a file about certain answers; `known` are the verdicts it may hold."""
        self._path = path
        self.verdicts: dict[str, str] = {}
        lines = self._lines()
        if not lines:
            self._append(dict(about))
        elif lines[0] != dict(about):
            raise InputError(f"{path} rates other answers, or with another seed", ANOTHER)
        for row in lines[1:]:
            self._replay(row, known)

    def put(self, id: str, verdict: str) -> None:
        """Note what was said; it is on disk when this returns."""
        self._append({"id": id, "verdict": verdict})
        self.verdicts[id] = verdict

    def undo(self) -> str | None:
        """Take the last one back and return its id; None when there is none."""
        if not self.verdicts:
            return None
        id = next(reversed(self.verdicts))
        self._append({"undo": id})
        del self.verdicts[id]
        return id

    def _replay(self, row: JsonRow, known: tuple[str, ...]) -> None:
        if "undo" in row:
            self.verdicts.pop(str(row["undo"]), None)
        elif isinstance(row.get("id"), str) and row.get("verdict") in known:
            self.verdicts[row["id"]] = row["verdict"]
        else:
            raise InputError(f"{self._path} holds a line that is no rating: {row!r:.80}", ANOTHER)

    def _lines(self) -> list[JsonRow]:
        try:
            content = self._path.read_bytes() if self._path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if len(whole) < len(content):
                os.truncate(self._path, len(whole))
        except OSError as error:
            raise InputError(f"{self._path} cannot be read: {error.strerror}", ANOTHER) from None
        return list(self._rows(whole))

    def _rows(self, content: bytes) -> Iterator[JsonRow]:
        for number, line in enumerate(content.splitlines(), 1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise InputError(f"{self._path} is no file of ratings: line {number}", ANOTHER)
            yield row

    def _append(self, row: JsonRow) -> None:
        line = json.dumps(row).encode() + b"\n"
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be written: {error.strerror}", ANOTHER
            ) from None
