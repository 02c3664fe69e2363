"""Quotes out of everything: search that finds all passages, and answers that claim no order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sartor.project.views import Texts
from sartor.protocols import Assistant
from sartor.types import NO_METADATA, Answer, Hit, Message, Mode, Scalar


@dataclass(frozen=True)
class Everything:
    """A retriever that finds every passage for every question, none before another."""

    library: Texts

    def search(
        self,
        query: str,  # noqa: ARG002  # it is all the same
        k: int = 10,  # noqa: ARG002
        mode: Mode = "hybrid",  # noqa: ARG002
        filters: Mapping[str, Scalar] = NO_METADATA,  # noqa: ARG002
        labels: Sequence[str] | None = (),
    ) -> list[Hit]:
        """Give all passages that are open to these labels."""
        return [
            hit
            for hit in self._hits
            if labels is None or not hit.passage.labels or {*labels} & {*hit.passage.labels}
        ]

    @cached_property
    def _hits(self) -> list[Hit]:
        return [
            Hit(passage, 0.0)
            for id in self.library.document_ids()
            for passage in self.library.passages_of(id)
        ]


@dataclass(frozen=True, slots=True)
class Unranked:
    """An assistant that reads everything: what it was handed is no ranking to be measured."""

    inner: Assistant

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Answer:
        """Answer without claiming that anything was found in an order."""
        answer = self.inner.answer(question, history, labels, deadline)
        return replace(answer, hits=())
