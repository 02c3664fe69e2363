"""Messages, answers and what stands behind each of their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from typing import Literal, Self

from sartor.errors import Misquoted
from sartor.types.documents import Hit, Passage
from sartor.types.plain import Scalar

FinishReason = Literal["stop", "length", "filtered"]
Support = Literal["supported", "partly", "unsupported", "contradicted", "unchecked"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used to answer; the parts of one answer add up."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Self:
        return type(self)(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said. `model` is the name that the model gives itself."""

    text: str
    usage: Usage = Usage()
    finish_reason: FinishReason = "stop"
    model: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim piece of a document: `quote == document.text[start:end]`.

    It cannot be built otherwise: `within` is the text of the document, and a quote that does not
    stand there raises `Misquoted`.
    """

    passage_id: str
    document_id: str
    source: str
    page: int | None
    start: int
    end: int
    quote: str
    supported: bool
    within: InitVar[str]

    def __post_init__(self, within: str) -> None:
        if not 0 <= self.start < self.end or within[self.start : self.end] != self.quote:
            raise Misquoted(
                f"{self.quote[:80]!r} does not stand in {self.document_id} "
                f"at {self.start}-{self.end}",
                "sartor index verify --repair",
            )


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and what stands behind it.

    `confidence` is how sure the checker is that the sources say so, 0 to 1; None: it cannot tell.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    reason: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of answering: how long it took and what can be counted about it.

    `started` and `seconds` are on one monotonic clock that begins with the question. `content` is
    what was said in it (a rewritten question, a prompt); traces leave it out unless asked.
    """

    name: str
    started: float
    seconds: float
    counts: Mapping[str, Scalar] = field(default_factory=dict)
    content: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage that was found and not used, and why."""

    passage_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an assistant said. `context` holds the passages it really used.

    `confidence` is how sure it is that its sources hold the answer, `notes` is what its reader
    should know (it fell back to quotes, passages disagree), `flags` are the output rules that
    fired. A cost that is None is unknown.
    """

    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    context: tuple[Passage, ...] = ()
    hits: tuple[Hit, ...] = ()
    usage: Usage = Usage()
    timings: Mapping[str, float] = field(default_factory=dict)
    trace_id: str = ""
    abstained: bool = False
    cost: float | None = None
    rung: str = ""
    model: str = ""
    confidence: float | None = None
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    cut: tuple[Cut, ...] = ()
    steps: tuple[Step, ...] = ()
