"""A model at an endpoint: messages in, completions out, whoever the provider is.

Here is what all providers share: retries, deadlines, JSON, counting, and giving in to a server
that refuses a parameter. What a request looks like on the wire, and the SDK that sends it, is the
business of a `Wire` (`openai`, `anthropic`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from sartor.config.sections import ModelSettings
from sartor.models.counting import open_counter
from sartor.models.endpoint import Endpoint, says_too_long
from sartor.models.retrying import Refusal, RetryPolicy
from sartor.models.structured import complete_valid
from sartor.models.windows import known_window
from sartor.protocols import Generation
from sartor.types import Completion, FinishReason, Message, Usage

T = TypeVar("T")

WRONG_REQUEST = (400, 422)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, in no provider's terms. `conceded` names what the server does not take."""

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    stop: tuple[str, ...] = ()
    seed: int | None = None
    schema: Mapping[str, object] | None = None
    schema_form: str = ""
    conceded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint said; usage is None where it did not tell."""

    text: str
    finish_reason: FinishReason
    usage: Usage | None
    model: str = ""


class Wire(Protocol):
    """One provider's way to ask. Both verbs raise `Refusal`, or `ProviderError` for garbage.

    `concessions` are the parameters it can leave out or name otherwise, `schema_forms` the ways
    to ask for JSON, best first; after the last the schema stands in the prompt only.
    """

    endpoint: Endpoint
    concessions: tuple[str, ...]
    schema_forms: tuple[str, ...]

    def send(self, request: Request, timeout: float) -> Reply:
        """Ask for the whole answer at once."""
        ...

    def stream(self, request: Request, timeout: float) -> Iterator[str | Reply]:
        """Yield pieces of text and, last, all of it."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class RemoteModel:
    """Implements `Model` over a wire."""

    def __init__(
        self,
        wire: Wire,
        settings: ModelSettings,
        *,
        tokenizer_file: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = settings.name
        self.window = settings.window or known_window(settings.name)
        self._wire = wire
        self._settings = settings
        self._clock = clock
        self._counter = open_counter(tokenizer_file)
        self.counts_exactly = self._counter.exact
        self._retry = RetryPolicy(
            settings.retries, settings.timeout, wire.endpoint.explain, sleep=sleep, clock=clock
        )
        self._conceded: frozenset[str] = frozenset()
        self._refused_forms: dict[str, int] = {}  # schema -> how many forms of asking failed

    def __repr__(self) -> str:
        return f"RemoteModel({self.name!r} at {self._wire.endpoint.place})"

    # --- the protocol -------------------------------------------------------------------------

    def count(self, messages: Sequence[Message]) -> int:
        """Count tokens: exactly with a tokenizer file and its template, else on the safe side."""
        return self._counter.count(messages)

    def complete(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Completion:
        """Ask and wait for the whole answer."""
        if options.schema is None:
            return self._ask(messages, options)
        return complete_valid(lambda asked: self._ask(asked, options), messages, options.schema)

    def stream(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Iterator[str | Completion]:
        """Yield pieces as they arrive; JSON comes in one piece, as only the whole can be valid."""
        if options.schema is not None:
            completion = self.complete(messages, options)
            yield from (completion.text, completion)
            return
        started = self._clock()
        for piece in self._retry.stream(
            lambda timeout: self._stream_once(messages, options, timeout), options.deadline
        ):
            if isinstance(piece, str):
                yield piece
            else:
                yield self._completion(piece, messages, started)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    # --- asking -------------------------------------------------------------------------------

    def _ask(self, messages: Sequence[Message], options: Generation) -> Completion:
        started = self._clock()
        reply = self._retry.run(
            lambda timeout: self._yielding(
                messages, options, lambda request: self._wire.send(request, timeout)
            ),
            options.deadline,
        )
        return self._completion(reply, messages, started)

    def _stream_once(
        self, messages: Sequence[Message], options: Generation, timeout: float
    ) -> Iterator[str | Reply]:
        def begin(request: Request) -> tuple[str | Reply, Iterator[str | Reply]]:
            pieces = self._wire.stream(request, timeout)
            return next(pieces), pieces

        first, rest = self._yielding(messages, options, begin)
        yield first
        for piece in rest:
            yield piece
            if isinstance(piece, str) and self._late(options):
                raise Refusal("the deadline passed in mid-stream")

    def _late(self, options: Generation) -> bool:
        return options.deadline is not None and self._clock() > options.deadline

    def _yielding(
        self, messages: Sequence[Message], options: Generation, send: Callable[[Request], T]
    ) -> T:
        """Send a request; where the server refuses a parameter, give in and send it again."""
        while True:
            request = self._request(messages, options)
            try:
                return send(request)
            except Refusal as refusal:
                if refusal.status not in WRONG_REQUEST or not self._give_in(refusal, request):
                    raise

    def _give_in(self, refusal: Refusal, request: Request) -> bool:
        """Remember what the server does not take; False when there is nothing to give in to."""
        if says_too_long(refusal):
            return False
        said = refusal.words.lower()
        for name in self._wire.concessions:
            if name in said and name not in request.conceded:
                self._conceded |= {name}
                return True
        if request.schema_form:
            used = self._wire.schema_forms.index(request.schema_form)
            self._refused_forms[json.dumps(request.schema)] = used + 1
            return True
        return False

    def _request(self, messages: Sequence[Message], options: Generation) -> Request:
        settings = self._settings
        temperature = options.temperature
        request = Request(
            tuple(messages),
            max_tokens=options.max_tokens or settings.max_tokens,
            temperature=settings.temperature if temperature is None else temperature,
            stop=options.stop,
            seed=options.seed,
            schema=options.schema,
            conceded=self._conceded,
        )
        return self._with_schema_form(request) if options.schema is not None else request

    def _with_schema_form(self, request: Request) -> Request:
        refused = self._refused_forms.get(json.dumps(request.schema), 0)
        form = next(iter(self._wire.schema_forms[refused:]), "")
        if refused == 0:
            return replace(request, schema_form=form)
        return replace(request, schema_form=form, messages=_told(request))

    def _completion(self, reply: Reply, messages: Sequence[Message], started: float) -> Completion:
        usage = reply.usage or Usage(
            self.count(messages), self.count([Message("assistant", reply.text)])
        )
        usage = replace(usage, seconds=self._clock() - started)
        return Completion(reply.text, usage, reply.finish_reason, reply.model or self.name)


def _told(request: Request) -> tuple[Message, ...]:
    """Put the schema into the prompt, for a server that has no place of its own for it."""
    wish = (
        "Answer with one JSON document and nothing else. It must follow this JSON schema:\n"
        + json.dumps(request.schema, ensure_ascii=False)
    )
    return (*request.messages[:-1], _longer(request.messages[-1], wish))


def _longer(message: Message, more: str) -> Message:
    return replace(message, content=f"{message.content}\n\n{more}")
