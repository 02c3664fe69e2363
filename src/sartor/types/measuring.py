"""Test questions, what became of them, and what is concluded from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sartor.types.answers import Answer, Message
from sartor.types.plain import Measurement

Stage = Literal[
    "not in the documents",
    "not read",
    "cut by splitting",
    "not retrieved",
    "packed out",
    "in context, unused",
    "used but wrong",
    "right but uncited",
    "right but wrong format",
    "right but wrong style",
    "should have abstained",
    "no answer",
    "unknown",
]
Outcome = Literal["better", "worse", "cannot tell"]


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
class Row:
    """One question's outcome on a scorecard.

    `stage` is where it was lost and `proof` what shows that; None: nothing was lost. `decided_by`
    is what decided whether the answer is correct: a human label, or a kind of match.
    """

    question_id: str
    answer: Answer | None
    scores: tuple[Score, ...] = ()
    stage: Stage | None = None
    error: str = ""
    proof: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Gain:
    """What fixing one stage would add to `answers.correct`.

    `lost` counts the questions lost there. `reason` says what the estimate rests on.
    """

    stage: Stage
    lost: int
    gain: Measurement
    reason: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One assistant on one set of questions.

    `decided_by` counts the answers that each kind of match decided, `tagged` holds
    `answers.correct` for each tag, `notes` is what the reader of the figures should know.
    """

    measurements: Mapping[str, Measurement]
    rows: tuple[Row, ...]
    system: str = ""
    run: str = ""
    decided_by: Mapping[str, int] = field(default_factory=dict)
    tagged: Mapping[str, Measurement] = field(default_factory=dict)
    gains: tuple[Gain, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A scorecard with all that is needed to read it in a year, and to do it again.

    `started` is an ISO time; `settings` is every value with its origin, `versions` what was
    installed.
    """

    id: str
    started: str
    seconds: float
    questions_file: str
    questions: tuple[Question, ...]
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    seed: int
    card: Scorecard


@dataclass(frozen=True, slots=True)
class Comparison:
    """One system against another on the same questions.

    `difference` is the first less the second. `outcome` is about the first, with chance ruled out
    at 5 %. `more` is how many further questions would probably tell; None: it is told already, or
    no number in reach would. `differing` is the number of questions on which they differ.
    """

    metric: str
    outcome: Outcome
    difference: Measurement
    p: float
    test: str
    differing: int
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a system costs in dollars; None is unknown, never zero."""

    once: float | None
    per_query: Measurement | None
    per_month: Measurement | None
    assumptions: tuple[str, ...] = ()
