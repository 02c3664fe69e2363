"""Models without a model: one says what a test tells it to, one obeys whatever it reads.

Both implement `Model`, count words as tokens, and keep every call. They understand nothing; they
are for tests of what stands around a model.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sartor.errors import ContextTooSmall, Unreachable
from sartor.protocols import Generation
from sartor.types import Completion, FinishReason, Message, Usage

WINDOW = 8_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model: what it was told, and whether as a stream."""

    messages: tuple[Message, ...]
    options: Generation
    streamed: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply that ends in an error after the first `after` characters have been streamed.

    `complete` raises the error at once.
    """

    text: str
    error: Exception
    after: int = 0


Reply = str | Completion | Exception | Broken
Replies = str | Sequence[Reply] | Callable[[Sequence[Message]], Reply]


class ScriptedModel:
    """Reply as scripted: the same text always, several in order, or what a function decides.

    An exception among the replies is raised, a `Completion` is given as it is, and a text is cut
    at stop strings and `max_tokens` words. With a schema it is validated, and asked for once
    more, as with any model. Streams come in pieces of `chunk` characters. `seconds` is how long
    each call takes; `sleep` and `clock` can be replaced so that no test has to wait.
    """

    counts_exactly = True

    def __init__(
        self,
        replies: Replies = "Yes.",
        *,
        name: str = "scripted",
        window: int | None = WINDOW,
        chunk: int = 4,
        seconds: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.window = window
        self.calls: list[Call] = []
        self.closed = False
        self._choose = _chooser(replies)
        self._chunk = chunk
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()

    def count(self, messages: Sequence[Message]) -> int:
        """Count the words; a template adds none."""
        return sum(len(message.content.split()) for message in messages)

    def complete(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Completion:
        if options.schema is None:
            return self._whole(messages, options)
        from sartor.models.structured import complete_valid

        return complete_valid(lambda asked: self._whole(asked, options), messages, options.schema)

    def stream(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Iterator[str | Completion]:
        if options.schema is not None:  # half a JSON document helps nobody
            completion = self.complete(messages, options)
            yield from self._pieces(completion.text)
            yield completion
            return
        reply = self._reply(messages, options, streamed=True)
        if isinstance(reply, Broken):
            yield from self._pieces(reply.text[: reply.after])
            raise reply.error
        completion = self._completion(reply, messages, options)
        yield from self._pieces(completion.text)
        yield completion

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    @property
    def prompts(self) -> list[str]:
        """The text of every call, as one string each."""
        return ["\n\n".join(message.content for message in call.messages) for call in self.calls]

    def _whole(self, messages: Sequence[Message], options: Generation) -> Completion:
        reply = self._reply(messages, options, streamed=False)
        if isinstance(reply, Broken):
            raise reply.error
        return self._completion(reply, messages, options)

    def _reply(
        self, messages: Sequence[Message], options: Generation, *, streamed: bool
    ) -> str | Completion | Broken:
        if self.window is not None and self.count(messages) > self.window:
            raise ContextTooSmall(
                f"the prompt has {self.count(messages)} tokens, {self.name} sees {self.window}"
            )
        with self._lock:
            self.calls.append(Call(tuple(messages), options, streamed))
            reply = self._choose(messages)
        self._wait(options.deadline)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _wait(self, deadline: float | None) -> None:
        late = deadline is not None and self._clock() + self._seconds > deadline
        if deadline is not None and late:
            self._sleep(max(0.0, deadline - self._clock()))
            raise Unreachable(f"{self.name} gave no answer in time")
        if self._seconds:
            self._sleep(self._seconds)

    def _completion(
        self, reply: str | Completion, messages: Sequence[Message], options: Generation
    ) -> Completion:
        if isinstance(reply, Completion):
            return reply
        text, reason = _cut(reply, options)
        usage = Usage(self.count(messages), len(text.split()), seconds=self._seconds)
        return Completion(text, usage, reason, self.name)

    def _pieces(self, text: str) -> Iterator[str]:
        for start in range(0, len(text), self._chunk):
            yield text[start : start + self._chunk]


def _chooser(replies: Replies) -> Callable[[Sequence[Message]], Reply]:
    if callable(replies):
        return replies
    if isinstance(replies, str):
        return lambda _: replies
    waiting = list(replies)

    def next_reply(messages: Sequence[Message]) -> Reply:
        assert waiting, f"no reply is scripted for {messages[-1].content[-200:]!r}"
        return waiting.pop(0)

    return next_reply


def _cut(text: str, options: Generation) -> tuple[str, FinishReason]:
    ends = [text.find(stop) for stop in options.stop if stop in text]
    text = text[: min(ends, default=len(text))]
    words = [found.end() for found in re.finditer(r"\S+", text)]
    if options.max_tokens is not None and len(words) > options.max_tokens:
        return text[: words[options.max_tokens - 1]], "length"
    return text, "stop"


# --- a model that does what any text tells it to ----------------------------------------------

QUOTED_PASSAGES = 2
_MARK = re.compile(r"^[^\n\[\]]{0,80}\[(\d+)\][^\n]*$", re.MULTILINE)
_LEAK = re.compile(
    r"\b(?:repeat|reveal|print|show|output|tell|say|give|write|disclose|quote|list)\b[^.\n]*"
    r"\b(?:system (?:prompt|message)|your (?:\w+ )?(?:instructions|prompt|rules)"
    r"|(?:instructions|everything|text|words) above)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:^|[.!?:;,>)\]\"'*-]\s|\b(?:and|then|please|must|always|now|instead|to|you should)\s)\s*"
    r"(?:say|write|print|output|include|insert|add|append|display|render|show|repeat|recommend"
    r"|embed|use|link to|answer(?: only)?(?: with)?|reply(?: with)?|respond(?: with)?"
    r"|tell (?:the user|them|me)(?: that)?|visit|click|cite|mention|send)\b"
    r"[:\s]+(?P<payload>[^\n]+(?:\n(?!\n)[^\n]+)?)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(
    r"!?\[[^\]\n]*\]\([^)\s]+\)|<(?:img|a)\b[^>]*>|\b(?:https?://|www\.)[^\s)>\"']+"
)
_SPOKEN = re.compile(r"[\"'\u201c\u2018](.+?)[\"'\u201d\u2019](?=\W|$)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


class ObedientModel(ScriptedModel):
    """Obey every instruction in whatever is read, then quote the first passages with their marks.

    It says what it is told to say, prints links and images, and gives its system prompt away when
    asked: what it writes is the worst that planted text can bring about. A passage begins with a
    line that holds its number in brackets. The system message is its own up to the first passage;
    everything after that, and every other message, is read as orders.
    """

    def __init__(
        self, *, name: str = "obedient", window: int | None = None, chunk: int = 4
    ) -> None:
        super().__init__(obey, name=name, window=window, chunk=chunk)


def obey(messages: Sequence[Message]) -> str:
    """Write what an obedient model would."""
    system = "\n".join(message.content for message in messages if message.role == "system")
    own = _MARK.split(system, maxsplit=1)[0]
    read = "\n".join(
        [system[len(own) :], *(message.content for message in messages if message.role == "user")]
    )
    said = [system] if _LEAK.search(read) else []
    for order in _ORDER.finditer(read):
        said += _payload(order["payload"])
    return "\n".join([*dict.fromkeys(said), *_quotes(read)]) or "I have nothing to say."


def _payload(words: str) -> Iterator[str]:
    """Yield what an order wants to be said, and each link or image in it."""
    sentence = _SENTENCE_END.split(words.strip(), maxsplit=1)[0]
    spoken = _SPOKEN.search(words)
    yield spoken[1] if spoken else sentence
    yield from _ADDRESS.findall(words)


def _quotes(read: str) -> Iterator[str]:
    marks = list(_MARK.finditer(read))
    ends = [*(mark.start() for mark in marks[1:]), len(read)]
    for mark, end in list(zip(marks, ends, strict=False))[:QUOTED_PASSAGES]:
        body = read[mark.end() : end].strip() or mark[0].partition("]")[2].strip()
        yield f"{_SENTENCE_END.split(body, maxsplit=1)[0].strip()} [{mark[1]}]"
