"""The verbs: one small Protocol for each thing that can be replaced.

A room receives what it needs through these and never imports the room behind them. Each has a
conformance suite or a fake in `sartor.testing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from sartor.types import (
    NO_METADATA,
    Answer,
    Completion,
    Document,
    Estimate,
    Event,
    Example,
    Hit,
    Message,
    Metadata,
    Mode,
    Passage,
    Reading,
    Scalar,
    Sentence,
    Span,
    Support,
    Trouble,
    Usage,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]  # one row a vector, every row of length one

Progress = Callable[[str, int, int], None]  # (stage, done, total); total 0: not known


# --- documents -> passages --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader may need to know about a source besides the file itself."""

    fields: Mapping[str, str] = field(default_factory=dict)
    password: str | None = None
    max_pages: int = 5_000
    max_characters: int = 20_000_000


class Reader(Protocol):
    """Turn one file into documents.

    Raises `ReadingError` with the reason when there is nothing to read; yields a `Trouble` for
    a row that cannot be read among rows that can. It may crash, hang or eat memory on a hostile
    file: it runs in a child process that is limited and replaced.
    """

    version: str  # changes whenever the same file would give another text
    suffixes: tuple[str, ...]

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading | Trouble]: ...


class TokenCounter(Protocol):
    """Say where each token of a text stands, as the embedder sees it (no special tokens)."""

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]: ...


class Splitter(Protocol):
    """Cut a reading into passages: exact spans, in order, every non-blank character covered."""

    version: str

    def split(self, reading: Reading, counter: TokenCounter) -> list[Span]: ...


# --- passages -> vectors -> index -------------------------------------------------------------


class Embedder(TokenCounter, Protocol):
    """Turn texts into vectors of length one.

    `fingerprint` names everything that decides the vectors (model, revision, precision, pooling,
    prompts): two embedders with one fingerprint are interchangeable. A text longer than `window`
    tokens gives several vectors, one for each overlapping window; a query always gives one.
    """

    fingerprint: str
    window: int

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> list[Vectors]: ...

    def embed_query(self, text: str) -> Vectors: ...

    def close(self) -> None: ...


@runtime_checkable
class Estimates(Protocol):
    """An embedder that costs money, and can say how much before it is spent."""

    def estimate(self, texts: Sequence[str]) -> Estimate: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as an index sees it; the text itself stays in the ledger.

    `terms` are the analysed words for BM25; `vectors` is None until the passage is embedded.
    """

    key: int
    document: int
    collection: str
    source: str
    labels: tuple[str, ...]
    metadata: Metadata
    terms: tuple[str, ...]
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class Where:
    """What a search may look at; applied inside the index, never afterwards.

    A passage without labels is open to all; one with labels only to a caller who has one of
    them. `labels=None` is the owner, who sees everything.
    """

    collections: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documents: tuple[int, ...] = ()
    metadata: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    labels: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage key and what one leg gave it."""

    key: int
    score: float


class Index(Protocol):
    """A follower of the ledger: searchable, and rebuildable at any time.

    `apply` takes everything up to a change number in one step: entries to put, keys to drop.
    Results are ordered by falling score, then by key.
    """

    def applied(self) -> int: ...

    def apply(self, upto: int, put: Sequence[Entry], drop: Sequence[int]) -> None: ...

    def search_terms(self, terms: Sequence[str], k: int, where: Where) -> list[Scored]: ...

    def search_vector(self, vector: Vectors, k: int, where: Where) -> list[Scored]: ...

    def keys(self) -> Mapping[int, bool]: ...  # every key and whether it has a vector

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]: ...

    def close(self) -> None: ...


# --- what other rooms are handed --------------------------------------------------------------


class Retriever(Protocol):
    """Find the passages that matter to a question."""

    def search(
        self,
        query: str,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Mapping[str, Scalar] = NO_METADATA,
        labels: Sequence[str] | None = (),
    ) -> list[Hit]: ...


class Library(Protocol):
    """Fetch a document or a passage by its id; raises `NotFound`."""

    def document(self, id: str) -> Document: ...

    def passage(self, id: str) -> Passage: ...


class Corpus(Library, Protocol):
    """A library whose documents can be gone through, passage by passage."""

    def document_ids(self) -> Sequence[str]: ...

    def passages_of(self, document_id: str) -> Sequence[Passage]: ...  # in order; or `NotFound`


# --- models and answers -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Generation:
    """How a model shall write one completion.

    `max_tokens=None` leaves it to the model's settings. `schema` is a JSON schema that the text
    must follow; `adapter` names one of the model's adapters. `deadline` is on `time.monotonic()`.
    """

    max_tokens: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, object] | None = None
    adapter: str | None = None
    seed: int | None = None
    deadline: float | None = None


class Model(Protocol):
    """Write what follows a conversation. Any thread may call; calls may run at once.

    `window` is the tokens that prompt and completion share, None where nobody told. `count` says
    how many of them messages take, template included; it is exact where `counts_exactly` and
    never too low otherwise. `stream` yields pieces of text and, last, the completion they make.
    With a schema the text is valid JSON of that schema, or `InvalidOutput` is raised.
    """

    name: str
    window: int | None
    counts_exactly: bool

    def count(self, messages: Sequence[Message]) -> int: ...

    def complete(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Completion: ...

    def stream(
        self, messages: Sequence[Message], options: Generation = Generation()
    ) -> Iterator[str | Completion]: ...

    def close(self) -> None: ...


class Pricing(Protocol):
    """Say what a model's usage costs in dollars; None where the price is unknown."""

    def cost(self, model: str, usage: Usage) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether evidence says a claim: how sure (0 to 1, of `supported`), and why."""

    support: Support
    confidence: float | None
    reason: str


class Judge(Protocol):
    """Decide whether pieces of evidence support claims: a model for what words cannot decide."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]: ...  # (claim, evidence)


class Checker(Protocol):
    """Cut a text into sentences and say for each which exact span supports it, if any.

    `question` helps where a sentence is only the end of an answer ("In 1889."). A passage with an
    empty `document_id` stands for itself: quotes are cut from its text, and no library is asked.
    """

    def check(
        self, text: str, passages: Sequence[Passage], *, question: str = ""
    ) -> list[Sentence]: ...


class Assistant(Protocol):
    """Answer a question. Every rung of the ladder, ours or foreign, is one of these.

    `deadline` is on `time.monotonic()`.
    """

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Answer: ...


@runtime_checkable
class GroundedAssistant(Protocol):
    """Answer from the passages given instead of searching: what tells search from writing."""

    def answer_given(
        self,
        question: str,
        passages: Sequence[Passage],
        history: Sequence[Message] = (),
        deadline: float | None = None,
    ) -> Answer: ...


class StreamingAssistant(Assistant, Protocol):
    """Answer bit by bit. After the `Token`s of each sentence comes its `Checked`; `Done` is last.

    `answer` returns what `stream` ends with.
    """

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]: ...


# --- examples -> adapters -----------------------------------------------------------------------


class Measure(Protocol):
    """Say how good a text is that a model wrote for an example, from 0 to 1; None: cannot tell."""

    @property
    def name(self) -> str: ...

    def score(self, example: Example, written: str) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an assistant would send, and the passages as it numbers them there, from 1."""

    messages: tuple[Message, ...]
    passages: tuple[Passage, ...] = ()


class Grounding(Protocol):
    """Write the prompt that an assistant would send with these passages: training sees it so.

    The last message is the user's. Passages may be left out, joined, widened and reordered as
    the assistant does: what the numbers mean is what the prompt says.
    """

    def prompt(self, question: str, passages: Sequence[Passage]) -> Prompt: ...


Synchronous = Literal["OFF", "NORMAL", "FULL"]
