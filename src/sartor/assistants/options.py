"""What may be chosen about answering with a model, and what is accepted as a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sartor.assistants.spending import Ceilings
from sartor.assistants.templates import DEFAULT_VARIANT
from sartor.errors import QueryError
from sartor.protocols import Generation
from sartor.types import Mode, Scalar

MAX_QUESTION_CHARACTERS = 10_000  # some four pages: more is a document, not a question


@dataclass(frozen=True, slots=True)
class PromptedOptions:
    """What may be chosen about answering; the settings of section `ask` have the same names.

    `answer_tokens` is what one answer may have; `schema` asks for JSON, `adapter` for one of the
    model's adapters; `filters` and `mode` go to the search. `instructions` stand in place of those
    of the rung, and what is written then is passed on as it is: so an adapter answers as it was
    trained. "" is none at all.
    """

    passages: int = 10
    context_tokens: int = 0
    per_document: int = 4
    template: str = DEFAULT_VARIANT
    examples: int = 3
    examples_tokens: int = 1_000
    rewrite: bool = True
    queries: int = 1
    decompose: bool = False
    max_steps: int = 1
    max_tokens: int = 100_000
    max_seconds: float = 60.0
    max_cost: float = 0.0
    answer_tokens: int = 512
    temperature: float | None = None
    schema: Mapping[str, object] | None = None
    adapter: str | None = None
    instructions: str | None = None
    filters: Mapping[str, Scalar] = field(default_factory=dict)
    mode: Mode = "hybrid"

    @property
    def ceilings(self) -> Ceilings:
        """What all steps of one answer may use."""
        return Ceilings(self.max_tokens, self.max_seconds, self.max_cost)

    def generation(self, deadline: float | None) -> Generation:
        """Say how the model shall write the answer."""
        return Generation(
            max_tokens=self.answer_tokens,
            temperature=self.temperature,
            schema=self.schema,
            adapter=self.adapter,
            deadline=deadline,
        )


DEFAULT_OPTIONS = PromptedOptions()


def accepted(question: str) -> str:
    """Refuse what is no question."""
    if not question.strip():
        raise QueryError("the question is empty", 'sartor ask "What is ...?"')
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QueryError(
            f"the question has {len(question):,} characters, "
            f"{MAX_QUESTION_CHARACTERS:,} are the most",
            "add long texts as documents, and ask about them",
        )
    return question
