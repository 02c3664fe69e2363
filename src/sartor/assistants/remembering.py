"""Any assistant, with a memory: a question asked again is answered at once.

That is so until a document changes; and every question leaves a trace. Knows nothing about how
answers are made. `changes` gives the number of the last change to the documents, `fingerprint`
names everything else that decides an answer: model, prompts, settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter

from sartor.assistants.events import Streaming
from sartor.assistants.memory import Memory, cache_key
from sartor.assistants.tracing import Trace, new_id, trace_of, trace_of_failure
from sartor.errors import NotFound, StorageError
from sartor.protocols import Library, StreamingAssistant
from sartor.types import (
    Answer,
    Checked,
    Document,
    Done,
    Event,
    Message,
    Passage,
    Retrieved,
    Step,
    Token,
    Usage,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way: when it came, and the documents that were looked at for it."""

    question: str
    turns: int
    library: Library
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=perf_counter)
    documents: dict[str, Document] = field(default_factory=dict)

    def seconds(self) -> float:
        return perf_counter() - self.clock

    def document(self, id: str) -> Document:
        """Fetch a document once: memory and trace both ask for it."""
        if id not in self.documents:
            self.documents[id] = self.library.document(id)
        return self.documents[id]

    def passage(self, id: str) -> Passage:
        return self.library.passage(id)

    def hashes(self, answer: Answer) -> dict[str, str]:
        """Return the hash of each document that is cited; empty for one that is gone since."""
        of_sentences = (cited for sentence in answer.sentences for cited in sentence.citations)
        return {
            cited.document_id: self._hash(cited.document_id)
            for cited in (*answer.citations, *of_sentences)
        }

    def _hash(self, id: str) -> str:
        try:
            return self.document(id).content_hash
        except NotFound:
            return ""


class Remembering(Streaming):
    """Answer from memory where that is still true, else pass on what the assistant inside says.

    An answer is remembered if it would be the same again: not one that had a deadline, and not
    one with notes, which tell of something unusual (it fell back, passages disagree).
    """

    def __init__(
        self,
        inner: StreamingAssistant,
        memory: Memory,
        *,
        fingerprint: str,
        changes: Callable[[], int],
        library: Library,
        cache: bool = True,
        trace: bool = True,
        content: bool = False,
    ) -> None:
        self._inner = inner
        self._memory = memory
        self._fingerprint = fingerprint
        self._changes = changes
        self._library = library
        self._cache = cache
        self._trace = trace
        self._content = content

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer bit by bit; an answer from memory comes in the same bits."""
        asked = _Asked(question, len(history), self._library)
        key = cache_key(question, history, labels, self._fingerprint)
        change = self._changes()
        known = self._recall(key, change, asked) if self._cache else None
        if known is not None:
            yield Retrieved(known.hits, asked.seconds())
            yield from retell(known)
            yield Done(self._finished(_from_memory(known, asked.seconds()), asked, cached=True))
            return
        try:
            for event in self._inner.stream(question, history, labels, deadline):
                if isinstance(event, Done):
                    if self._cache and deadline is None and not event.answer.notes:
                        self._remember(key, change, event.answer, asked)
                    yield Done(self._finished(event.answer, asked))
                else:
                    yield event
        except Exception as error:
            self._keep(
                trace_of_failure(
                    error,
                    question=question,
                    turns=len(history),
                    started=asked.at,
                    seconds=asked.seconds(),
                )
            )
            raise

    # --- the memory: whatever is wrong with it costs no answer --------------------------------

    def _recall(self, key: bytes, change: int, asked: _Asked) -> Answer | None:
        try:
            return self._memory.recall(key, change, asked)
        except StorageError:
            return None

    def _remember(self, key: bytes, change: int, answer: Answer, asked: _Asked) -> None:
        bare = replace(answer, steps=(), timings={})  # how it was made is not what it says
        with suppress(StorageError):
            self._memory.remember(key, change, bare, asked.hashes(answer))

    def _finished(self, answer: Answer, asked: _Asked, *, cached: bool = False) -> Answer:
        """Give the answer its trace, and a note if something is wrong with the memory."""
        traced = replace(answer, trace_id=new_id(asked.at))
        trouble = self._keep(
            trace_of(
                traced,
                question=asked.question,
                turns=asked.turns,
                started=asked.at,
                seconds=asked.seconds(),
                hashes=asked.hashes(answer),
                cached=cached,
            )
        )
        notes = [note for note in (self._memory.take_note(), trouble) if note]
        return replace(traced, notes=(*traced.notes, *notes))

    def _keep(self, trace: Trace) -> str:
        """Keep a trace if traces are wanted; say what went wrong, if anything."""
        if not self._trace:
            return ""
        try:
            self._memory.keep(trace if self._content else trace.without_content())
        except StorageError as error:
            return f"this answer was not remembered: {error.args[0]}"
        return ""


def retell(answer: Answer) -> Iterator[Token | Checked]:
    """Say a finished answer sentence by sentence; the tokens add up to its text."""
    said = 0
    for sentence in answer.sentences:
        at = answer.text.find(sentence.text, said)
        end = said if at < 0 else at + len(sentence.text)
        yield Token(answer.text[said:end])
        yield Checked(sentence)
        said = end
    if said < len(answer.text):
        yield Token(answer.text[said:])


def _from_memory(answer: Answer, seconds: float) -> Answer:
    step = Step("cache", 0.0, seconds)
    return replace(answer, usage=Usage(), cost=0.0, timings={step.name: seconds}, steps=(step,))
