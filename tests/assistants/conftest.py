"""A small knowledge base, a price list and an assistant to put models into."""

from functools import partial

import pytest

from sartor.assistants.options import PromptedOptions
from sartor.assistants.prompted import PromptedAssistant
from sartor.assistants.rungs import RUNGS
from sartor.assistants.templates import Prompts
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Citation, Document, Sentence

DOCUMENTS = (
    Document(
        "refunds-2023-01-05.md",
        "docs",
        "Refund policy",
        "Refunds are paid within 14 days of the return.\n\nShipping is free above 50 euros.",
    ),
    Document(
        "refunds-2024-06-01.md",
        "docs",
        "Refund policy",
        "Refunds are paid within 30 days of the return.\n\nShipping is free above 50 euros.",
    ),
    Document(
        "https://help.example.org/chargers",
        "web",
        "Chargers",
        "The charger of the lamp has a plug of type C.",
    ),
    Document("secret.md", "docs", "Secret", "The secret charger is blue.", labels=("staff",)),
)


class WordForWord:
    """A checker that believes only what stands in a passage word for word."""

    def __init__(self, library):
        self.library = library
        self.asked = []

    def check(self, text, passages, *, question=""):
        self.asked.append((text, [passage.id for passage in passages]))
        found = [passage for passage in passages if text.strip(".") in passage.text]
        cited = tuple(self._cited(text.strip("."), passage) for passage in found)
        return [Sentence(text, cited, "supported" if cited else "unsupported")]

    def _cited(self, text, passage):
        document = self.library.document(passage.document_id)
        start = document.text.index(text, passage.start)
        return Citation(
            passage.id,
            document.id,
            document.source,
            None,
            start,
            start + len(text),
            text,
            True,
            within=document.text,
        )


class Prices:
    """A thousandth of a dollar for a token; `None` for a model that is not known."""

    def cost(self, model, usage):
        if model == "unpriced":
            return None
        return 0.001 * (usage.input_tokens + usage.output_tokens)


@pytest.fixture
def library():
    return MemoryLibrary(DOCUMENTS)


@pytest.fixture
def assistant(library):
    """Make an assistant around a model; options by name."""

    def make(model, *, rung="rag", parts=None, **options):
        handed = {
            "rung": RUNGS[rung],
            "retriever": library,
            "library": library,
            "checker": WordForWord(library),
            "pricing": Prices(),
            "prompts": Prompts(),
            "options": PromptedOptions(**options),
            "documents": partial(list, DOCUMENTS),
        }
        return PromptedAssistant(model, **handed | (parts or {}))

    return make
