"""A kind of rung and the parts of a project -> what is missing to build it, and what helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sartor.assistants.rungs import Rung as Kind
from sartor.project.answering import Answering
from sartor.protocols import Model, TokenCounter
from sartor.types import Message

MOST_TOKENS_QUOTED = 100_000  # of documents: beyond that, reading all for a question takes seconds
COUNTED = 10  # times what fits; how much more there is does not matter
LONGEST_TOKEN = 12  # characters: a text has more tokens than a twelfth of its characters

NO_MODEL = "no model is configured: set `name` or `path` under [model] in sartor.toml"
NO_DOCUMENTS = "there are no documents: sartor add PATH"


@dataclass(frozen=True)
class Missing:
    """Looks at what there is. `model` is None where answers are quotes."""

    answering: Answering
    counter: Callable[[], TokenCounter]
    examples: Path
    model: Model | None

    def of(self, kind: Kind) -> str:
        """Say what is missing, and the command that helps; empty when nothing is."""
        if self.model is None and (kind.examples or kind.knowledge == "none"):
            return NO_MODEL
        if kind.knowledge != "none" and not self.answering.library.document_ids():
            return NO_DOCUMENTS
        if kind.examples and not self.examples.is_file():
            return (
                f"there are no examples in {self.examples.name}: write rows of "
                '{"messages": [...]} there, or --examples FILE'
            )
        return self.too_large() if kind.knowledge == "whole" else ""

    def too_large(self) -> str:
        """Say how much too large the documents are to be read for every question, if they are."""
        if self.model is None:
            tokens = self._tokens(self._counted, MOST_TOKENS_QUOTED)
            return tokens and (
                f"the documents have {tokens} tokens; quotes out of everything are made of up to "
                f"{MOST_TOKENS_QUOTED:,}"
            )
        model, window = self.model, self.model.window
        if window is None:
            return f"nobody told how much {model.name} sees at once: set model.window"
        tokens = self._tokens(lambda text: model.count([Message("user", text)]), window)
        return tokens and (
            f"the documents have {tokens} tokens, {model.name} sees {window:,} at once: it takes "
            "a model with a larger window (model.window)"
        )

    def _counted(self, text: str) -> int:
        return len(self.counter().token_spans([text])[0])

    def _tokens(self, count: Callable[[str], int], limit: int) -> str:
        """Count the tokens of all documents, as long as that tells anything; "" when they fit."""
        library, total, most = self.answering.library, 0, COUNTED * limit
        characters = sum(row.characters for row in library.ledger.documents())
        if characters > most * LONGEST_TOKEN:
            return f"more than {most:,}"
        for id in library.document_ids():
            total += count(library.document(id).text)
            if total > most:
                return f"more than {most:,}"
        return f"{total:,}" if total > limit else ""
