"""A model and the templates -> another wording of a sentence that may not stay as it is.

`Rewording` is for sentences that break an output rule, `repair_messages` for sentences that the
documents do not support. Neither decides whether the new wording is any better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from sartor.assistants.marks import unmarked
from sartor.assistants.packing import plainly
from sartor.assistants.prompting import BOUNDARY_BYTES
from sartor.assistants.templates import Prompts
from sartor.protocols import Generation, Library, Model
from sartor.types import Message, Passage

MAX_TOKENS = 160  # one sentence


@dataclass(frozen=True, slots=True)
class Rewording:
    """Implements `Rewrite` of the output rules with a model."""

    model: Model
    prompts: Prompts
    variant: str

    def __call__(self, sentence: str, reasons: Sequence[str]) -> str:
        """Ask once for other words."""
        told = self.prompts.render("reword", self.variant, sentence=sentence, reasons=reasons)
        said = self.model.complete([Message("user", told)], Generation(max_tokens=MAX_TOKENS))
        return unmarked(said.text).text.strip()


@dataclass(frozen=True, slots=True)
class RepairMessages:
    """Implements `Render` of repairs: the prompt that asks for what the passages really say."""

    prompts: Prompts
    variant: str
    library: Library
    abstention: str

    def __call__(
        self,
        *,
        question: str,
        sentence: str,
        passages: Sequence[Passage],
        answer: str,  # noqa: ARG002  # a sentence is repaired for itself
    ) -> list[Message]:
        """Fill in the template; the passages stand between lines with a code word of their own."""
        told = self.prompts.render(
            "repair",
            self.variant,
            question=question,
            sentence=sentence,
            reason="the documents do not support it",
            passages=plainly(passages, self.library),
            boundary=token_hex(BOUNDARY_BYTES),
            abstention=self.abstention,
        )
        return [Message("user", told)]
