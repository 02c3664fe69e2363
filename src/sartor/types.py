"""The nouns: plain frozen data that the rooms hand to each other.

Nothing here opens or imports anything heavy. Character positions are Python string
offsets into `Document.text`, half open: `document.text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import Generic, Literal, Self, TypeVar

from sartor.errors import Misquoted

T = TypeVar("T")

BlockKind = Literal["heading", "paragraph", "list", "table", "code"]
Leg = Literal["bm25", "dense"]
Mode = Literal["hybrid", "dense", "bm25"]
FinishReason = Literal["stop", "length", "filtered"]
Support = Literal["supported", "partly", "unsupported", "contradicted", "unchecked"]
Scalar = str | int | float | bool
Metadata = Mapping[str, Scalar]

NO_METADATA: Metadata = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """A value the tool picked by itself, and why."""

    value: T
    reason: str


# --- documents -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit of a text: what it is and where it stands.

    Blocks are in order and do not overlap; white space between them belongs to none. A heading's
    span is its words without markup; `level` is 1 to 6 for headings, nesting depth for lists.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged source: its number from 1, its span in the text, its size in points.

    `boxes` holds one rectangle for each character of the span (see `knowledge.reading.boxes`),
    empty where the source has none.
    """

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    boxes: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one document of a file, before it has a place in the ledger.

    `key` tells the documents of one file apart (a row id); it is empty when the file is the
    document. `notes` are sentences for the ingestion report ("page 3 has no text").
    """

    text: str
    blocks: tuple[Block, ...]
    key: str = ""
    title: str = ""
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    language: str = ""
    tables: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its origin. `id` is its path within its source, its row id, or its URL."""

    id: str
    source: str
    title: str
    text: str = field(repr=False)
    pages: tuple[Page, ...] = field(default=(), repr=False)
    metadata: Metadata = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    content_hash: str = ""
    language: str = ""
    collection: str = "default"


@dataclass(frozen=True, slots=True)
class Span:
    """Where one passage stands in its text, under which headings, on which page (0: no pages)."""

    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of a document: `text == document.text[start:end]`, always."""

    id: str
    document_id: str
    text: str
    start: int
    end: int
    page: int | None = None
    headings: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found. `ranks` and `scores` say, leg by leg, why it is here."""

    passage: Passage
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    folded: tuple[str, ...] = ()  # ids of near-duplicates this hit stands for


# --- sources and what happened to them --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Where documents come from: a folder or a file, and how to read it.

    `fields` maps our names (id, title, text, or any metadata key) to columns or JSON keys.
    """

    name: str
    location: str
    collection: str = "default"
    labels: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was not read: where, why, and what would help."""

    source: str
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What reading one document gave, for the ingestion report."""

    id: str
    passages: int
    language: str = ""
    pages: int = 0
    tables: int = 0
    longer_than_embedder: int = 0
    duplicate_of: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one `add` or `sync` did. Document ids, but for `failed` and `skipped`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unchanged: int = 0
    deleted: tuple[str, ...] = ()
    failed: tuple[Trouble, ...] = ()
    skipped: tuple[Trouble, ...] = ()
    documents: tuple[DocumentReport, ...] = ()
    passages: int = 0
    embedded: int = 0
    waiting: int = 0  # passages committed and searchable by BM25, but not embedded yet
    estimated_tokens: int = 0  # what embedding those will use at an endpoint
    estimated_cost: float | None = None  # None: nobody told the price
    self_retrieval: Measurement | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What something will use at an endpoint. A price that nobody told us is None: unknown."""

    tokens: int
    price: float | None


# --- answers ----------------------------------------------------------------------------------


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


# --- an answer while it is being made ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Searching is done. Comes first; once more for each time that is searched again."""

    hits: tuple[Hit, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text, white space included."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentence whose text was just sent has been checked."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All text sent so far is taken back; what comes now replaces it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer. Its text is that of all `Token`s since the last `Withdrawn`."""

    answer: Answer


Event = Retrieved | Token | Checked | Withdrawn | Done


# --- measuring --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """What holds an answer: a document, a page of it, or a span of it."""

    document: str
    start: int | None = None
    end: int | None = None
    page: int | None = None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """One test question; only `text` is required."""

    id: str
    text: str
    expected: tuple[str, ...] = ()
    match: str = ""
    evidence: tuple[Evidence, ...] = ()
    answerable: bool = True
    history: tuple[Message, ...] = ()
    schema: Mapping[str, object] | None = None  # JSON schema that the answer must follow
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One measure of one question; a value that could not be had is None, never zero."""

    metric: str
    question_id: str
    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A mean with its 95 % interval and the number of questions behind it."""

    metric: str
    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Row:
    """One question's outcome on a scorecard. `stage` is where it was lost, if that is known."""

    question_id: str
    answer: Answer | None
    scores: tuple[Score, ...] = ()
    stage: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One assistant on one set of questions."""

    measurements: Mapping[str, Measurement]
    rows: tuple[Row, ...]
