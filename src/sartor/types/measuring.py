"""Test questions, scores and scorecards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sartor.types.answers import Answer, Message
from sartor.types.plain import Measurement


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
