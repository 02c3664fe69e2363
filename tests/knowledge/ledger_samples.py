"""Small documents for the ledger's tests: each paragraph is a passage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sartor.knowledge.ledger import Ledger, NewPassage, PutDocument
from sartor.types import Block, Document, Span

FINGERPRINT = "test-embedder"


def put(
    id: str,
    paragraphs: Sequence[str],
    *,
    source: str = "docs",
    title: str = "",
    file: str | None = None,
    **fields: object,
) -> PutDocument:
    """Make a document whose passages are its paragraphs."""
    passages, at = [], 0
    for paragraph in paragraphs:
        passages.append(NewPassage(Span(at, at + len(paragraph)), title))
        at += len(paragraph) + 2
    blocks = tuple(Block("paragraph", p.span.start, p.span.end) for p in passages)
    document = Document(id, source, title, "\n\n".join(paragraphs), **fields)
    return PutDocument(document, tuple(passages), blocks, id if file is None else file)


def texts(ledger: Ledger, id: str) -> dict[int, str]:
    """Read a document's passages as key -> text."""
    return {key: passage.text for key, passage in ledger.passages_of(id).items()}


def embed_all(ledger: Ledger, fingerprint: str = FINGERPRINT) -> list[str]:
    """Embed whatever lacks vectors; return those texts."""
    lacking = list(ledger.unembedded(fingerprint))
    ledger.put_vectors(fingerprint, {found.hash: vector_of(found.text) for found in lacking})
    return [found.text for found in lacking]


def vector_of(text: str) -> NDArray[np.float32]:
    """Make up a vector that float16 holds exactly: one row for each started ten characters."""
    rows = [[len(text), ord(text[0]), row] for row in range(len(text) // 10 + 1)]
    return np.array(rows, np.float32)
