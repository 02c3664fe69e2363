"""Questions with evidence and the parts of a project -> examples of answering from passages.

Search, documents, checker and prompts are the project's own: the model learns from what it will
see. See `tuning.grounding`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError, InputError, nearest
from sartor.evaluation.questions import read_questions
from sartor.project.answering import Answering
from sartor.protocols import Model, Retriever
from sartor.types import Question

if TYPE_CHECKING:
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.grounding.writing import Form

NO_ANSWERS: Mapping[str, str] = {}


def _as_json(answer: str, numbers: Sequence[int]) -> str:
    """Write an answer as an object, its marks within it.

    A model that reads copies the number right behind the sentence it quotes; where it first has to
    write `", "sources": ` it cites wrongly far more often (benchmarks/grounded.py).
    """
    return json.dumps({"answer": answer, "sources": list(numbers)}, ensure_ascii=False)


FORMS: Mapping[str, Form | None] = {"cited": None, "json": _as_json}


@dataclass(frozen=True, slots=True)
class Ground:
    """What examples are made on. `tested` is the file that the project is tested with."""

    knowledge: Retriever
    answering: Answering
    tested: Path

    def required(
        self, questions: str | Path | Sequence[Question], form: str | Form | None
    ) -> Sequence[Question]:
        """Read the questions and refuse a form that is not known, before a model is opened."""
        if isinstance(form, str) and form not in FORMS:
            known = ", ".join(FORMS)
            raise ConfigError(f"form is {form!r}; known are {known}{nearest(form, FORMS)}")
        return self._read(questions)

    def examples(
        self,
        questions: Sequence[Question],
        model: Model,
        *,
        form: str | Form | None = "cited",
        answers: Mapping[str, str] = NO_ANSWERS,
        **chosen: object,
    ) -> Grounded:
        """Make examples that answer as `rag` does; `answers` are the user's own, by question id."""
        from sartor.tuning.grounding import ground_examples

        return ground_examples(
            [(one, answers.get(one.id, "")) for one in questions],
            retriever=self.knowledge,
            library=self.answering.library,
            checker=self.answering.checker,
            grounding=self.answering.grounding(model),
            abstention=self._abstention(),
            form=FORMS[form] if isinstance(form, str) else form,
            **chosen,  # type: ignore[arg-type]
        )

    def _abstention(self) -> str:
        """Say that there is no answer as the instructions of `rag` want it said."""
        from sartor.assistants.turn import ABSTENTION, abstention_in

        template = self.answering.settings.template
        return abstention_in(self.answering.prompts.render("rag", template, abstention=ABSTENTION))

    def _read(self, questions: str | Path | Sequence[Question]) -> Sequence[Question]:
        """Read the questions; refuses those that the project is tested with."""
        if not isinstance(questions, str | Path):
            return questions
        path = Path(questions)
        if self.tested.is_file() and path.resolve() == self.tested.resolve():
            raise InputError(
                f"{path.name} is what this project is tested with; examples made of it would give "
                "the answers away",
                "put part of the questions into another file to learn from, and name that",
            )
        return read_questions(path)
