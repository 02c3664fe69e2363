"""One thing that is wrong with a set of questions, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class QuestionFinding:
    """What is wrong, and where. `line` is 0 where it is about the whole, or no line is known."""

    severity: Severity
    kind: str
    message: str
    hint: str = ""
    question_id: str = ""
    line: int = 0
