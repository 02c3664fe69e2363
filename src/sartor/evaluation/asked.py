"""A question with what a system made of it: what every measure is computed from."""

from __future__ import annotations

from dataclasses import dataclass

from sartor.types import Answer, Question


@dataclass(frozen=True, slots=True)
class ClaimedCitation:
    """A place that a foreign system says it quotes, where the quote could not be found.

    An empty quote only names a document.
    """

    document_id: str
    quote: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and the answer or the reason why there is none.

    `seconds` and `first_token` are None where nobody took the time. `label` is what a person said
    about the answer: right, wrong, or nothing. `claimed` are citations beside those of the answer:
    they were made and do not stand (or nobody could look, because there are no documents here).
    """

    question: Question
    answer: Answer | None
    error: str = ""
    seconds: float | None = None
    first_token: float | None = None
    label: bool | None = None
    claimed: tuple[ClaimedCitation, ...] = ()

    @property
    def cluster(self) -> str:
        """Name what the question shares with others: the document of its first evidence."""
        evidence = self.question.evidence
        return evidence[0].document if evidence else f"question {self.question.id}"
