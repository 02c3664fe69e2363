"""Plain English that is on every machine: the documentation that comes with Python itself.

In goes nothing or a folder of text files, out come texts for training and texts that training never
sees, in the same order every time. Code, tables and anything with braces are left out: the model
must not learn a machine's formats. It knows no tokenizer.
"""

from __future__ import annotations

import ast
import gzip
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sartor.errors import InputError

_LEFT_OUT = frozenset({"test", "tests", "site-packages", "dist-packages", "idlelib", "lib2to3"})
_HELD_OUT_EVERY = 25
_MOST_CHARACTERS = 3_500_000
_PROSE = 0.93  # the share of letters, spaces and common stops in a paragraph of prose
_COMMON = re.compile(r"[A-Za-z ,.;:'()\"\n-]")
_BARRED = re.compile(r"[{}<>|=\\_]|>>>|\.\. |::")
_PARAGRAPH = re.compile(r"\n\s*\n")
_SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"[A-Z][A-Za-z0-9 ,;'()\"-]{28,150}\.(?=\s)")


@dataclass(frozen=True, slots=True)
class English:
    """Texts for training and held-out ones."""

    train: list[str]
    held_out: list[str]

    def sentences(self) -> list[str]:
        """Return the plain sentences of the training texts, in order."""
        joined = " ".join(self.train)
        return _SENTENCE.findall(joined)


def read_english(folder: Path | None = None) -> English:
    """Read the prose of Python's own documentation, or of the .txt and .gz files of a folder."""
    paragraphs = _prose(_folder_texts(folder) if folder else _python_texts())
    train = [p for at, p in enumerate(paragraphs) if at % _HELD_OUT_EVERY]
    return English(train, paragraphs[::_HELD_OUT_EVERY])


def _prose(texts: Iterator[str]) -> list[str]:
    kept: dict[str, None] = {}
    size = 0
    for text in texts:
        for paragraph in _PARAGRAPH.split(text):
            plain = _SPACES.sub(" ", paragraph).strip()
            if _is_prose(plain) and plain not in kept:
                kept[plain] = None
                size += len(plain)
        if size > _MOST_CHARACTERS:
            break
    return list(kept)


def _is_prose(paragraph: str) -> bool:
    if len(paragraph) < 60 or _BARRED.search(paragraph):
        return False
    return len(_COMMON.findall(paragraph)) >= _PROSE * len(paragraph)


def _python_texts() -> Iterator[str]:
    from pydoc_data.topics import topics

    yield from (topics[name] for name in sorted(topics))
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        if _LEFT_OUT.isdisjoint(path.relative_to(library).parts):
            yield from _docstrings(path)


def _docstrings(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return  # a file that is not Python source of this version has no docstrings to read
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _folder_texts(folder: Path) -> Iterator[str]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix in {".txt", ".gz"})
    if not paths:
        raise InputError(f"{folder} holds no .txt or .gz file", hint="leave --english out")
    for path in paths:
        packed = path.read_bytes()
        yield (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8")
