"""A corpus -> the same corpus, each document fetched and prepared once.

Attribution looks at the same documents again and again. Wrap a corpus once for all questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from sartor.errors import NotFound
from sartor.evaluation.attributing.finding import Searchable
from sartor.protocols import Corpus
from sartor.types import Document, Passage

KEPT = 20_000_000  # characters of documents that are kept at hand: some 150 MB
SEARCHED = 10_000_000  # ... that a corpus may have to be gone through as a whole


class Remembered:
    """Implements `Corpus` over another one."""

    @classmethod
    def over(cls, corpus: Corpus) -> Remembered:
        """Wrap a corpus; one that is wrapped already stays as it is."""
        return corpus if isinstance(corpus, cls) else cls(corpus)

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._documents: dict[str, Document | None] = {}
        self._passages: dict[str, Sequence[Passage]] = {}
        self._texts: dict[str, Searchable] = {}
        self._characters = 0

    def document(self, id: str) -> Document:
        """Fetch a document; raises `NotFound`."""
        found = self.find(id)
        return found if found else self._corpus.document(id)

    def passage(self, id: str) -> Passage:
        """Fetch a passage; raises `NotFound`."""
        return self._corpus.passage(id)

    def document_ids(self) -> Sequence[str]:
        """List all documents."""
        return self._ids

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """List the passages of a document, in order; raises `NotFound`."""
        if document_id not in self._passages:
            self._passages[document_id] = tuple(self._corpus.passages_of(document_id))
        return self._passages[document_id]

    def find(self, id: str) -> Document | None:
        """Fetch a document, or None where there is none."""
        if id in self._documents:
            return self._documents[id]
        try:
            found = self._corpus.document(id)
        except NotFound:
            found = None
        self._keep(found)
        self._documents[id] = found
        return found

    def text(self, document: Document) -> Searchable:
        """Give the text of a document, ready to be searched."""
        if document.id not in self._texts:
            self._texts[document.id] = Searchable(document.text)
        return self._texts[document.id]

    def all_documents(self) -> list[Document] | None:
        """Give every document, or None where they are too large to be gone through."""
        return None if self._too_large else [self.document(id) for id in self._ids]

    @cached_property
    def _ids(self) -> Sequence[str]:
        return tuple(self._corpus.document_ids())

    @cached_property
    def _too_large(self) -> bool:
        characters = 0
        for id in self._ids:
            characters += len(self.document(id).text)
            if characters > SEARCHED:
                return True
        return False

    def _keep(self, document: Document | None) -> None:
        """Make room: memory stays bounded however many documents are asked about."""
        self._characters += len(document.text) if document else 0
        if self._characters > KEPT:
            self._documents.clear()
            self._passages.clear()
            self._texts.clear()
            self._characters = len(document.text) if document else 0
