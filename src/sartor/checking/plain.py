"""Check a text against plain texts or documents, without a project."""

from __future__ import annotations

from collections.abc import Sequence

from sartor.checking.checker import SupportChecker
from sartor.errors import NotFound
from sartor.protocols import Embedder, Judge
from sartor.types import Document, Passage, Sentence


class Sources:
    """Implements `Library` over the texts at hand; each is one passage."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self.passages = [_whole(document) for document in documents if document.text.strip()]

    def document(self, id: str) -> Document:
        """Give a text by its name."""
        if id not in self._documents:
            raise NotFound(f"there is no source {id!r}")
        return self._documents[id]

    def passage(self, id: str) -> Passage:
        """Give the one passage of a text: all of it."""
        return _whole(self.document(id))


def _whole(document: Document) -> Passage:
    return Passage(document.id, document.id, document.text, 0, len(document.text))


def check(
    text: str,
    sources: Sequence[str | Document],
    *,
    question: str = "",
    embedder: Embedder | None = None,
    judge: Judge | None = None,
) -> list[Sentence]:
    """Say of each sentence of a text whether the sources support it, and where.

    Plain texts become documents named "source 1", "source 2" and so on.
    """
    documents = [
        Document(f"source {number}", f"source {number}", f"source {number}", source)
        if isinstance(source, str)
        else source
        for number, source in enumerate(sources, start=1)
    ]
    library = Sources(documents)
    return SupportChecker(library, embedder, judge).check(text, library.passages, question=question)
