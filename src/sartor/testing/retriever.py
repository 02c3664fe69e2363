"""Documents in memory, as other rooms see them: a `Retriever` and a `Corpus` in one.

In go documents; paragraphs are the passages. It finds them by the words they share with the
query, so that tests need no index and no embedder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

from sartor.errors import NotFound
from sartor.text.normal import fold
from sartor.types import NO_METADATA, Document, Hit, Mode, Passage, Scalar

_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
_WORD = re.compile(r"\w+")


class MemoryLibrary:
    """A small knowledge base that forgets everything when the program ends."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._passages = {
            passage.id: passage
            for document in self._documents.values()
            for passage in paragraphs(document)
        }
        self._words = {id: _words(passage.text) for id, passage in self._passages.items()}

    def document(self, id: str) -> Document:
        if id not in self._documents:
            raise NotFound(f"no document {id!r} here")
        return self._documents[id]

    def passage(self, id: str) -> Passage:
        if id not in self._passages:
            raise NotFound(f"no passage {id!r} here")
        return self._passages[id]

    def document_ids(self) -> list[str]:
        return list(self._documents)

    def passages_of(self, document_id: str) -> list[Passage]:
        self.document(document_id)
        return [each for each in self._passages.values() if each.document_id == document_id]

    def search(
        self,
        query: str,
        k: int = 10,
        mode: Mode = "hybrid",  # noqa: ARG002  # there is one way to look here
        filters: Mapping[str, Scalar] = NO_METADATA,
        labels: Sequence[str] | None = (),
    ) -> list[Hit]:
        """Give the passages that share the rarest words with the query, best first."""
        wanted = _words(query)
        found = [
            Hit(passage, self._score(wanted & self._words[id]))
            for id, passage in self._passages.items()
            if wanted & self._words[id] and self._open(passage, filters, labels)
        ]
        found.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return found[:k]

    def _score(self, words: Iterable[str]) -> float:
        total = len(self._words)
        holders = (sum(word in other for other in self._words.values()) for word in words)
        return sum(log(1 + total / count) for count in holders)

    def _open(
        self, passage: Passage, filters: Mapping[str, Scalar], labels: Sequence[str] | None
    ) -> bool:
        metadata = self._documents[passage.document_id].metadata
        if any(metadata.get(key) != value for key, value in filters.items()):
            return False
        return labels is None or not passage.labels or bool({*labels} & {*passage.labels})


def paragraphs(document: Document) -> Iterator[Passage]:
    """Cut a document at blank lines."""
    for number, found in enumerate(_PARAGRAPH.finditer(document.text)):
        start, end = found.start(), found.start() + len(found.group().rstrip())
        page = next(
            (page.number for page in document.pages if page.start <= start < page.end), None
        )
        yield Passage(
            id=f"{document.id}#{number}",
            document_id=document.id,
            text=document.text[start:end],
            start=start,
            end=end,
            page=page,
            labels=document.labels,
        )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))
