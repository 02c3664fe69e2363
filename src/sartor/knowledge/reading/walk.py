"""A folder or a file to the files in it, in an order that never changes.

A location goes in; what can be read, what is skipped and what is refused come out, each with
its reason. It looks at names and never at contents, but for `content_hash`.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sartor.errors import InputError
from sartor.knowledge.reading.kinds import why_skipped
from sartor.types import Trouble

HASH_BYTES = 32
_NAME_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that can be read; `relative` is its id: "/" between parts, NFC."""

    path: Path
    relative: str
    size: int
    modified: int = 0  # nanoseconds, as the file system says


@dataclass(slots=True)
class Found:
    """What a location holds. The troubles name the item alone; the caller knows the source."""

    files: list[FoundFile] = field(default_factory=list)
    skipped: list[Trouble] = field(default_factory=list)
    failed: list[Trouble] = field(default_factory=list)


def files(location: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Found:
    """Find the files of a folder, or the one file that a location is.

    Patterns are matched with the relative path: `*` and `?` within a name, `**` across folders;
    one without "/" is matched with the name in any folder. Hidden files are never looked at.
    """
    if not location.exists():
        raise InputError(f"{location} does not exist", hint="check the location of the source")
    walk = _Walk(location.resolve(), tuple(include), tuple(exclude))
    if location.is_dir():
        walk.folder(location.resolve(), "")
    else:
        walk.file(location.resolve(), location.name)
    return walk.found


def content_hash(path: Path) -> str:
    """Return the BLAKE2b hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _blake2b).hexdigest()


def _blake2b() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=HASH_BYTES)


@dataclass(slots=True)
class _Walk:
    root: Path
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    found: Found = field(default_factory=Found)
    ids: set[str] = field(default_factory=set)

    def folder(self, start: Path, above: str) -> None:
        """Walk a folder and those below it, names in order, without recursion."""
        waiting = [(start, above)]
        while waiting:
            folder, prefix = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._fail(prefix.rstrip("/"), f"the folder cannot be opened: {error.strerror}")
                continue
            folders = [self._entry(entry, prefix) for entry in entries]
            waiting.extend(reversed([below for below in folders if below]))

    def file(self, path: Path, relative: str) -> None:
        """Take one file, or say why not."""
        if self.exclude and matches(relative, self.exclude):
            return
        if self.include and not matches(relative, self.include):
            return
        try:
            status = path.stat()
        except OSError as error:
            self._fail(relative, f"the file cannot be opened: {error.strerror}")
            return
        if reason := self._refusal(path, relative, status):
            self._fail(relative, reason)
        elif reason := why_skipped(path):
            self.found.skipped.append(Trouble("", _shown(relative), reason))
        else:
            self.ids.add(unicodedata.normalize("NFC", relative))
            self.found.files.append(
                FoundFile(
                    path,
                    unicodedata.normalize("NFC", relative),
                    status.st_size,
                    status.st_mtime_ns,
                )
            )

    def _entry(self, entry: os.DirEntry[str], prefix: str) -> tuple[Path, str] | None:
        """Take one entry of a folder; return it when it is a folder to walk."""
        relative = prefix + entry.name
        if entry.name.startswith("."):
            return None
        if entry.is_symlink():
            self._link(Path(entry.path), relative)
            return None
        if entry.is_dir(follow_symlinks=False):
            if self.exclude and matches(relative, self.exclude):
                return None
            return Path(entry.path), f"{relative}/"
        self.file(Path(entry.path), relative)
        return None

    def _link(self, path: Path, relative: str) -> None:
        """Take a link to a file of this folder; anything else could leave it or loop."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self._fail(relative, "the link leads nowhere or in a circle")
            return
        if not target.is_relative_to(self.root):
            self._fail(relative, f"the link leaves the folder: it leads to {target}")
        elif target.is_dir():
            reason = "a link to a folder, which is read at its own place"
            self.found.skipped.append(Trouble("", _shown(relative), reason))
        else:
            self.file(path, relative)

    def _refusal(self, path: Path, relative: str, status: os.stat_result) -> str:
        if _NAME_CONTROLS.search(relative):
            return "the name holds control characters"
        if not _is_unicode(relative):
            return "the name is not valid UTF-8"
        if unicodedata.normalize("NFC", relative) in self.ids:
            return "another file has the same name in another Unicode form"
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file"
        if not os.access(path, os.R_OK):
            return "no permission to read it"
        return ""

    def _fail(self, relative: str, reason: str) -> None:
        self.found.failed.append(Trouble("", _shown(relative), reason))


def matches(relative: str, patterns: Sequence[str]) -> bool:
    """Say whether one of the patterns matches the path, or a folder it lies in."""
    parts = relative.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    for pattern in patterns:
        expression = _compiled(pattern.strip("/"))
        candidates = above if "/" in pattern.strip("/") else parts
        if any(map(expression.fullmatch, candidates)):
            return True
    return False


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts), re.DOTALL)


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(name: str) -> str:
    """Write a name so that it can be stored and printed, whatever bytes it is made of."""
    visible = name.encode("utf-8", "backslashreplace").decode()
    return _NAME_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", visible) or "."
