"""What assistants see of a project: narrowed search, texts alone, a checker that waits.

Thin wrappers; each shows a part as a protocol of `sartor.protocols`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sartor.knowledge.ledger import Ledger
from sartor.protocols import Checker, Retriever
from sartor.types import NO_METADATA, Document, Hit, Mode, Passage, Scalar, Sentence


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A retriever that always looks in one mode and through the same filters."""

    knowledge: Retriever
    filters: Mapping[str, Scalar]
    mode: Mode

    def search(
        self,
        query: str,
        k: int = 10,
        mode: Mode = "hybrid",  # noqa: ARG002  # the settings have decided
        filters: Mapping[str, Scalar] = NO_METADATA,
        labels: Sequence[str] | None = (),
    ) -> list[Hit]:
        """Search in the mode and with the filters decided on."""
        return self.knowledge.search(query, k, self.mode, {**self.filters, **filters}, labels)


@dataclass(frozen=True, slots=True)
class WhenNeeded:
    """A checker that is opened, and the embedder with it, when something is to be checked."""

    opened: Callable[[], Checker]

    def check(
        self, text: str, passages: Sequence[Passage], *, question: str = ""
    ) -> list[Sentence]:
        """Open the checker, and ask it."""
        return self.opened().check(text, passages, question=question)


@dataclass(frozen=True, slots=True)
class Texts:
    """The ledger as a corpus, without the boxes of characters: answers never look at them."""

    ledger: Ledger

    def document(self, id: str) -> Document:
        """Fetch one document; raises `NotFound`."""
        return self.ledger.document(id, boxes=False)

    def passage(self, id: str) -> Passage:
        """Fetch one passage; raises `NotFound`."""
        return self.ledger.passage(id)

    def document_ids(self) -> list[str]:
        """Name every document."""
        return [row.id for row in self.ledger.documents()]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Read a document's passages in order; raises `NotFound`."""
        return list(self.ledger.passages_of(document_id).values())

    def documents(self) -> list[Document]:
        """Read everything there is."""
        return [self.document(id) for id in self.document_ids()]
