"""Answer with a language model: understand, gather, pack, prompt, generate, check.

In go a question and everything it needs, handed in; out come events, sentence by sentence. Each
sentence is cleaned and checked before it is shown. Knows no index, no provider and no file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256

from sartor.assistants.cleaning import Cleaner
from sartor.assistants.events import Streaming
from sartor.assistants.examples import Examples
from sartor.assistants.gathering import gather
from sartor.assistants.marks import unmarked
from sartor.assistants.options import (
    DEFAULT_OPTIONS,
    MAX_QUESTION_CHARACTERS,
    PromptedOptions,
    accepted,
)
from sartor.assistants.packing import whole
from sartor.assistants.prompting import Frame, Prompting
from sartor.assistants.rungs import Rung
from sartor.assistants.spending import Spending
from sartor.assistants.streaming import Spoken, spoken
from sartor.assistants.templates import Prompts
from sartor.assistants.turn import ABSTENTION, Turn, does_not_know
from sartor.assistants.understanding import REPLY_TOKENS, wordings
from sartor.assistants.verifying import Outdated, contradicted, correction, outdated, verified
from sartor.errors import ConfigError
from sartor.protocols import Checker, Generation, Library, Model, Pricing, Prompt, Retriever
from sartor.types import (
    Completion,
    Document,
    Done,
    Event,
    Hit,
    Message,
    Passage,
    Retrieved,
    Sentence,
    Token,
)

Documents = Callable[[], Sequence[Document]]
Abstain = Callable[[str, Sequence[Hit]], str | None]  # what to say instead, None: go on

HISTORY = 6  # messages of the conversation that the model sees again


class PromptedAssistant(Streaming):
    """Implements `StreamingAssistant` on one rung.

    `documents` gives the whole knowledge base, for the rungs that read all of it. `abstain` may
    look at what was found and say what to answer instead of asking the model.
    """

    def __init__(  # noqa: PLR0913  # the parts of an answer: each can be replaced alone
        self,
        model: Model,
        *,
        rung: Rung,
        retriever: Retriever,
        library: Library,
        checker: Checker,
        pricing: Pricing,
        prompts: Prompts,
        examples: Examples | None = None,
        options: PromptedOptions = DEFAULT_OPTIONS,
        abstain: Abstain | None = None,
        documents: Documents | None = None,
    ) -> None:
        if rung.examples and (examples is None or not examples.rows):
            raise ConfigError(
                f"the rung {rung.name!r} needs examples, and there are none",
                "write examples.jsonl, or set ask.examples_file",
            )
        self._model = model
        self._rung = rung
        self._retriever = retriever
        self._library = library
        self._checker = checker
        self._pricing = pricing
        self._prompts = prompts
        self._examples = examples
        self._options = options
        self._abstain = abstain
        self._documents = documents
        self._prompting = Prompting(
            model,
            rung,
            prompts,
            options.template,
            ABSTENTION,
            options.answer_tokens,
            examples=examples,
            example_limit=options.examples,
            example_tokens=options.examples_tokens,
            context_tokens=options.context_tokens,
            per_document=options.per_document,
            instructions=options.instructions,
        )

    def describe(self) -> str:
        """Name everything that decides an answer besides the documents."""
        texts = [self._prompts.text(name, self._options.template) for name in self._prompts.names()]
        examples = self._examples.fingerprint if self._examples else ""
        options = asdict(replace(self._options, filters=dict(self._options.filters)))
        told = [self._model.name, self._rung.name, options, texts, examples]
        return sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer sentence by sentence; closing the iterator ends the model's stream."""
        options = self._options
        spending = Spending(self._model, self._pricing, options.generation(deadline))
        turn = Turn(accepted(question), history, labels, spending)
        yield from self._gathered(turn)
        instead = self._instead(turn)
        if instead:
            turn.text, turn.abstained = instead, True
            yield Token(instead)
        else:
            frame = self._packed(turn)
            yield from self._written(turn, frame)
        yield Done(turn.finished(self._rung.name))

    def prompt(self, question: str, passages: Sequence[Passage]) -> Prompt:
        """Give what the model would be sent with these passages; it is asked nothing."""
        frame = self._prompting.frame(accepted(question), ())
        hits = [Hit(passage, 1.0) for passage in passages]
        packed = self._prompting.packed(frame, hits, self._library)
        return Prompt(tuple(self._prompting.messages(frame, packed)), packed.passages)

    # --- the steps, in order ------------------------------------------------------------------

    def _gathered(self, turn: Turn) -> Iterator[Event]:
        """Understand the question and search, once or until the evidence suffices."""
        since = turn.stages.now()
        if self._rung.knowledge != "searched":
            yield Retrieved((), turn.stages.now() - since)
            return
        options = self._options
        queries = wordings(
            turn.question,
            turn.history,
            partial(self._ask, turn),
            rewrite=options.rewrite,
            queries=options.queries,
            decompose=options.decompose,
        )
        if queries != [turn.question]:
            content = "\n".join(queries)
            turn.stages.note("understand", since, content=content, queries=len(queries))
            since = turn.stages.now()
        for one in gather(
            queries,
            search=partial(self._search, labels=turn.labels),
            limit=options.passages,
            steps=options.max_steps,
            judge=partial(self._judged, turn) if options.max_steps > 1 else None,
            exhausted=partial(turn.spending.exhausted, options.ceilings),
        ):
            turn.hits = one.hits
            step = turn.stages.note(
                "search",
                since,
                content="\n".join(one.queries),
                queries=len(one.queries),
                hits=len(one.hits),
                verdict=one.verdict.partition(":")[0],
            )
            yield Retrieved(one.hits, step.seconds)
            since = turn.stages.now()

    def _instead(self, turn: Turn) -> str | None:
        """Decide whether the model need not be asked at all."""
        if self._rung.knowledge != "searched":
            return None
        if self._abstain and (said := self._abstain(turn.question, turn.hits)):
            return said
        return None if turn.hits else ABSTENTION

    def _packed(self, turn: Turn) -> Frame:
        since = turn.stages.now()
        frame = self._prompting.frame(turn.question, turn.history[-HISTORY:])
        if self._rung.knowledge == "whole":
            turn.packed = self._prompting.all_of(frame, whole(self._open_to(turn.labels)))
        elif self._rung.knowledge == "searched":
            turn.packed = self._prompting.packed(frame, turn.hits, self._library)
        turn.stages.note(
            "pack",
            since,
            passages=len(turn.packed.shown),
            cut=len(turn.packed.cuts),
            tokens=turn.packed.tokens,
            outdated=len(turn.packed.newer),
            hidden=sum(one.hidden for one in turn.packed.shown),
        )
        return frame

    def _written(self, turn: Turn, frame: Frame) -> Iterator[Event]:
        """Let the model write, and tell of it."""
        messages = self._prompting.messages(frame, turn.packed)
        options = turn.spending.allowed(self._model.count(messages), self._options.ceilings)
        since = turn.stages.now()
        if options.schema is not None:
            yield from self._json(turn, messages, options)
        elif self._options.instructions is not None:
            yield from self._as_written(turn, self._model.stream(messages, options))
        else:
            yield from self._sentences(turn, frame, self._model.stream(messages, options))
        turn.stages.note(
            "generate",
            since,
            content=_told(messages),
            checking=round(turn.checking, 6),
            marks_without_passage=turn.foreign_marks,
            **{f"removed {kind}": count for kind, count in turn.removed.items()},
        )

    def _sentences(
        self, turn: Turn, frame: Frame, pieces: Iterator[str | Completion]
    ) -> Iterator[Event]:
        """Show each sentence when it is whole, clean and checked; then correct what is outdated."""
        cleaner = self._cleaner(turn, frame)
        turn.removed = cleaner.counts
        corrections: list[Outdated] = []
        for one in spoken(pieces, turn.written):
            since = turn.stages.now()
            marked = unmarked(one.text)
            turn.foreign_marks += sum(
                not 1 <= number <= len(turn.packed.shown) for number in marked.numbers
            )
            text = "" if cleaner.leaks(one.text) else cleaner.clean(marked.text)
            if not text:
                continue
            sentence = self._verdict(turn, text, marked.numbers)
            by = outdated(sentence, turn.packed)
            if by:
                corrections.append(by)
                sentence = contradicted(sentence, by)
            turn.checking += turn.stages.now() - since
            yield from turn.say(one, sentence)
        for by in corrections:
            if not turn.cites(by.new.passage.document_id, by.start, by.end):
                sentence = correction(by, self._library)
                sentence = replace(sentence, text=cleaner.clean(sentence.text))
                yield from turn.say(Spoken(" ", sentence.text), sentence)

    def _as_written(self, turn: Turn, pieces: Iterator[str | Completion]) -> Iterator[Event]:
        """Change no letter of what an adapter was trained to write: it may be JSON, or links."""
        for one in spoken(pieces, turn.written, marks=False):
            yield from turn.say(one, self._verdict(turn, one.text, ()))

    def _json(
        self, turn: Turn, messages: Sequence[Message], options: Generation
    ) -> Iterator[Event]:
        completion = self._model.complete(messages, options)
        turn.written(completion)
        sentence = Sentence(completion.text, (), "unchecked", "JSON is not cut into sentences")
        yield from turn.say(Spoken("", completion.text), sentence)

    def _verdict(self, turn: Turn, text: str, numbers: Sequence[int]) -> Sentence:
        if does_not_know(text):
            return Sentence(text, (), "unchecked", "it says that it does not know")
        if self._rung.knowledge == "none":
            return Sentence(text, (), "unchecked", "there are no sources on this rung")
        return verified(text, numbers, turn.packed, self._checker, turn.question)

    # --- what the steps are given -------------------------------------------------------------

    def _search(self, query: str, labels: Sequence[str] | None) -> list[Hit]:
        options = self._options
        return self._retriever.search(
            query[:MAX_QUESTION_CHARACTERS],
            k=options.passages,
            mode=options.mode,
            filters=options.filters,
            labels=labels,
        )

    def _ask(self, turn: Turn, template: str, **values: object) -> str:
        prompt = self._prompts.render(template, self._options.template, **values)
        return turn.spending.ask(prompt, max_tokens=REPLY_TOKENS)

    def _judged(self, turn: Turn, hits: Sequence[Hit], searched: Sequence[str]) -> str:
        """Ask the model whether what was found suffices; what does not fit it need not see."""
        since = turn.stages.now()
        frame = self._prompting.frame(turn.question, ())
        packed = self._prompting.packed(frame, hits, self._library)
        said = self._ask(
            turn,
            "sufficient",
            question=turn.question,
            passages=packed.shown,
            boundary=frame.boundary,
            searched=searched,
        )
        turn.stages.note("sufficient", since, content=said, passages=len(packed.shown))
        return said

    def _open_to(self, labels: Sequence[str] | None) -> list[Document]:
        if self._documents is None:
            raise ConfigError(
                f"the rung {self._rung.name!r} reads all documents, and was handed none",
                "give PromptedAssistant documents=",
            )
        return [
            document
            for document in self._documents()
            if labels is None or not document.labels or {*labels} & {*document.labels}
        ]

    def _cleaner(self, turn: Turn, frame: Frame) -> Cleaner:
        documents = {one.passage.document_id for one in turn.packed.shown}
        addresses = {address for id in documents for address in _addresses(id, self._library)}
        return Cleaner(addresses, frame.boundary, frame.system, ABSTENTION)


def _addresses(id: str, library: Library) -> list[str]:
    """List where a document can be found: what of it is a web address."""
    document = library.document(id)
    places = (document.id, document.source, str(document.metadata.get("url", "")))
    return [place for place in places if "://" in place]


def _told(messages: Sequence[Message]) -> str:
    return "\n\n".join(f"{message.role}: {message.content}" for message in messages)
