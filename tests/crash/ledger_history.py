"""A history of commits on a ledger, and the logical state after each: what crash tests compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from sartor.knowledge.ledger import (
    DeleteDocument,
    FileRecord,
    Ledger,
    MoveFile,
    NewPassage,
    PutDocument,
    RecordFile,
    embedded_text,
)
from sartor.knowledge.ledger.identity import text_hash
from sartor.types import Block, Document, Page, Source, Span

PASSAGE = 700

Step = Callable[[Ledger], object]


def put(name: str, text: str, source: str = "docs", **fields: object) -> PutDocument:
    """Make a document of passages of equal length, with two pages and a block."""
    passages = tuple(
        NewPassage(Span(at, min(at + PASSAGE, len(text)), headings=("Part",)), f"{name} > Part")
        for at in range(0, len(text), PASSAGE)
    )
    middle = len(text) // 2
    pages = (
        Page(1, 0, middle, 595.0, 842.0, bytes(middle)),
        Page(2, middle, len(text), 595.0, 842.0, bytes(len(text) - middle)),
    )
    document = Document(name, source, name.title(), text, pages=pages, **fields)
    return PutDocument(document, passages, (Block("paragraph", 0, len(text)),), file=name)


def record(name: str, version: int, source: str = "docs") -> RecordFile:
    return RecordFile(FileRecord(source, name, f"hash-{name}-{version}", 100, "reader-1"))


def text(name: str, version: int) -> str:
    """Write some thousand characters; each version changes one sentence in the middle."""
    lines = [f"Sentence {at} of {name} speaks of matter number {at * 7}." for at in range(120)]
    lines[60] = f"Sentence 60 of {name} is now in its version {version}."
    return " ".join(lines)


def vectors_for(changes: list[PutDocument]) -> dict[bytes, np.ndarray]:
    """Give every passage a vector that depends on nothing but its text."""
    hashes = [
        text_hash(
            embedded_text(p.header, change.document.text[p.span.start : p.span.end]),
        )
        for change in changes
        for p in change.passages
    ]
    return {key: np.frombuffer(key, np.uint8).astype(np.float32)[None, :] for key in hashes}


def history(rounds: int = 2, documents: int = 8) -> list[Step]:
    """List commits: add, embed, edit, move, delete, and add again."""
    names = [f"{at}.md" for at in range(documents)]
    steps: list[Step] = [lambda ledger: ledger.put_source(Source("docs", "."))]
    for version in range(rounds):
        steps += [_putting(names[at : at + 2], version) for at in range(0, documents, 2)]
        steps.append(_embedding(names, version))
        steps.append(lambda ledger: ledger.commit([MoveFile("docs", "0.md", "moved.md")]))
        steps.append(lambda ledger: ledger.commit([DeleteDocument("moved.md")]))
        steps.append(lambda ledger: ledger.commit([DeleteDocument("1.md"), DeleteDocument("2.md")]))
    return steps


def states(folder: Path, steps: list[Step]) -> list[str]:
    """Carry the steps out in peace and note the state before the first and after each."""
    with Ledger(folder / "peaceful.db") as ledger:
        found = [ledger.logical_state()]
        for step in steps:
            step(ledger)
            found.append(ledger.logical_state())
    return found


def _putting(names: list[str], version: int) -> Step:
    changes = [put(name, text(name, version)) for name in names]
    records = [record(name, version) for name in names]
    return lambda ledger: ledger.commit([*changes, *records])


def _embedding(names: list[str], version: int) -> Step:
    found = vectors_for([put(name, text(name, version)) for name in names])
    return lambda ledger: ledger.put_vectors("test-embedder", found)
