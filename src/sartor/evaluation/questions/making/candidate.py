"""A candidate: a question put together from one place of a document, before it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sartor.evaluation.questions.found import UNREVIEWED
from sartor.types import Evidence, Question

SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is asked, about what, and where the answer stands.

    The question is `before` + `subject` + `after`, so that another subject can be put in. `plural`
    and `named` say what kind of subject that must be.
    """

    kind: str
    before: str
    subject: str
    after: str
    expected: str
    document: str
    start: int
    end: int
    plural: bool = False
    named: bool = False

    @property
    def text(self) -> str:
        """The question as it is asked."""
        asked = f"{self.before}{self.subject}{self.after}"
        return asked[:1].upper() + asked[1:]

    def question(self, *, answerable: bool = True) -> Question:
        """Make the question of it, marked as synthetic and not yet reviewed."""
        told = f"{self.document} {self.start} {self.text}"
        return Question(
            id=f"made-{sha256(told.encode('utf-8', 'replace')).hexdigest()[:10]}",
            text=self.text,
            expected=(self.expected,) if answerable else (),
            evidence=(Evidence(self.document, self.start, self.end),) if answerable else (),
            answerable=answerable,
            tags=(SYNTHETIC, self.kind if answerable else "unanswerable", UNREVIEWED),
        )
