"""The project's assistant over passages that are handed to it instead of searched for.

Asked like that, a wrong answer tells whether search or writing lost it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sartor.project.answering import Answering
from sartor.protocols import Model
from sartor.types import NO_METADATA, Answer, Hit, Message, Mode, Passage, Scalar

# What reads passages in place of rungs that read none, or everything.
READERS = {"prompt": "rag", "long-context": "rag", "few-shot": "few-shot+rag"}


@dataclass(frozen=True, slots=True)
class GivenPassages:
    """Implements `GroundedAssistant`: the same chain, over these passages only."""

    answering: Answering
    rung: str
    model: Model | None = None
    adapter: str | None = None

    def answer_given(
        self,
        question: str,
        passages: Sequence[Passage],
        history: Sequence[Message] = (),
        deadline: float | None = None,
    ) -> Answer:
        """Answer from the passages given."""
        chain = self.answering.forgetful(_Exactly(tuple(passages)), fallback=False)
        assistant = chain.assistant(
            rung=READERS.get(self.rung, self.rung),
            model=self.model,
            adapter=self.adapter,
            filters=NO_METADATA,
            k=max(1, len(passages)),
        )
        return assistant.answer(question, history=history, labels=None, deadline=deadline)


@dataclass(frozen=True, slots=True)
class _Exactly:
    """A retriever that finds these passages, whatever is asked."""

    passages: tuple[Passage, ...]

    def search(
        self,
        query: str,  # noqa: ARG002
        k: int = 10,
        mode: Mode = "hybrid",  # noqa: ARG002
        filters: Mapping[str, Scalar] = NO_METADATA,  # noqa: ARG002
        labels: Sequence[str] | None = (),  # noqa: ARG002
    ) -> list[Hit]:
        return [Hit(passage, 1.0) for passage in self.passages[:k]]
