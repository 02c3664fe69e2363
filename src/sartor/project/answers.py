"""A knowledge base that answers, and shows what an answer rests on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.project.knowledge_base import KnowledgeBase
from sartor.types import NO_METADATA, Answer, Event, Message, Scalar, Sentence

if TYPE_CHECKING:
    from sartor.assistants.templates import Prompts
    from sartor.assistants.tracing import Trace
    from sartor.project.answering import Answering
    from sartor.project.citing import CitedPage
    from sartor.protocols import Corpus, Model, StreamingAssistant


class Answers(KnowledgeBase):
    """The part of a project that is asked: one assistant, or many, over one knowledge base."""

    def close(self) -> None:
        """Let go of files, models and processes."""
        if "_answering" in self.__dict__:
            self.__dict__.pop("_answering").close()
        super().close()

    def assistant(
        self,
        *,
        rung: str | None = None,
        model: str | Model | None = None,
        adapter: str | None = None,
        filters: Mapping[str, Scalar] = NO_METADATA,
        k: int | None = None,
    ) -> StreamingAssistant:
        """Build the assistant that the settings describe, or another rung or model.

        `model` is a name at the configured provider, the folder of a local one, or a `Model` of
        one's own. `adapter` is one of the project's own ("voice", "voice@3", "voice@production") or
        a folder; it brings the model it was trained on, and without documents it is asked as it was
        trained. Without any model the assistant quotes.
        """
        return self._answering.assistant(
            rung=rung, model=model, adapter=adapter, filters=filters, k=k
        )

    def ask(  # noqa: PLR0913  # what may be chosen for one question
        self,
        question: str,
        *,
        rung: str | None = None,
        model: str | Model | None = None,
        adapter: str | None = None,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        filters: Mapping[str, Scalar] = NO_METADATA,
        k: int | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Answer a question, each sentence checked and cited; see `assistant` for the options."""
        chosen = self.assistant(rung=rung, model=model, adapter=adapter, filters=filters, k=k)
        return chosen.answer(question, history=history, labels=labels, deadline=deadline)

    def stream(  # noqa: PLR0913  # the same as `ask`
        self,
        question: str,
        *,
        rung: str | None = None,
        model: str | Model | None = None,
        adapter: str | None = None,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        filters: Mapping[str, Scalar] = NO_METADATA,
        k: int | None = None,
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer bit by bit; the last event holds what `ask` returns."""
        chosen = self.assistant(rung=rung, model=model, adapter=adapter, filters=filters, k=k)
        return chosen.stream(question, history=history, labels=labels, deadline=deadline)

    def answer(self, question: str, history: Sequence[Message] = ()) -> Answer:
        """Be an assistant oneself: what `evaluate` asks when it is given no other system."""
        return self.ask(question, history=history, labels=None)

    def departure(
        self,
        *,
        rung: str | None = None,
        model: str | Model | None = None,
        adapter: str | None = None,
    ) -> str:
        """Say how `assistant` would ask an adapter otherwise than it was trained, if it would."""
        return self._answering.departure(rung=rung, model=model, adapter=adapter)

    @property
    def corpus(self) -> Corpus:
        """All documents and passages, to be gone through."""
        return self._answering.library

    @property
    def prompts(self) -> Prompts:
        """The prompt templates: the project's own over the defaults."""
        return self._answering.prompts

    def check(
        self,
        text: str,
        sources: Sequence[str | Path] | None = None,
        *,
        labels: Sequence[str] | None = (),
    ) -> list[Sentence]:
        """Say for each sentence of a text what supports it.

        `sources` are texts, or paths of files to read; without them, what the project finds for
        each sentence.
        """
        from sartor.project.checking import check_against, check_by_searching

        checker = self._answering.checker
        if sources is None:
            return check_by_searching(text, self, checker, labels=labels)
        return check_against(text, sources, embedder=self._embedder)

    def cite(self, answer_id: str, number: int | None = None) -> list[CitedPage]:
        """Picture the pages that an answer cites, or one of them, with the quotes highlighted."""
        from sartor.project.citing import cite

        password = os.environ.get(self.settings.reading.password_env)
        return cite(self.trace(answer_id), self._ledger, number=number, password=password)

    def traces(self, limit: int = 20) -> list[Trace]:
        """List what was answered last, newest first."""
        return self._answering.traces(limit)

    def trace(self, id: str) -> Trace:
        """Fetch the trace of one answer; raises `NotFound`."""
        return self._answering.memory.trace(id)

    @cached_property
    def _answering(self) -> Answering:
        from sartor.project.answering import Answering

        return Answering(
            self._folder,
            self.settings,
            knowledge=self,
            ledger=self._ledger,
            embedder=lambda: self._embedder,
        )
