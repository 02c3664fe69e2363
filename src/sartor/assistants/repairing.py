"""A sentence without support -> the same thing said as the documents say it, if they do.

Searches with the sentence, lets a model write it again from what is found, and checks the result.
Knows neither prompts nor the answer's stream.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sartor.assistants.supporting import RepairResult
from sartor.protocols import Checker, Generation, Model, Pricing, Retriever
from sartor.types import Message, Sentence

# render(question=, sentence=, answer=, passages=) -> messages that ask for one sentence or nothing
Render = Callable[..., Sequence[Message]]

PASSAGES = 5
MAX_TOKENS = 160  # one sentence


class ModelRepair:
    """Repair sentences with a model; `clean` takes source marks and the like out of its text."""

    def __init__(
        self,
        model: Model,
        retriever: Retriever,
        checker: Checker,
        render: Render,
        *,
        pricing: Pricing | None = None,
        passages: int = PASSAGES,
        clean: Callable[[str], str] = str.strip,
    ) -> None:
        self._model = model
        self._retriever = retriever
        self._checker = checker
        self._render = render
        self._pricing = pricing
        self._passages = passages
        self._clean = clean

    def __call__(
        self,
        sentence: Sentence,
        question: str,
        answer_so_far: str,
        labels: Sequence[str] | None,
    ) -> RepairResult | None:
        """Search and write once; sentences come back only if all of them are supported."""
        hits = tuple(self._retriever.search(sentence.text, k=self._passages, labels=labels))
        if not hits:
            return None
        passages = [hit.passage for hit in hits]
        messages = self._render(
            question=question, sentence=sentence.text, answer=answer_so_far, passages=passages
        )
        said = self._model.complete(messages, Generation(max_tokens=MAX_TOKENS))
        text = self._clean(said.text).strip()
        checked = self._checker.check(text, passages, question=question) if text else []
        good = bool(checked) and all(one.support == "supported" for one in checked)
        name = said.model or self._model.name
        cost = self._pricing.cost(name, said.usage) if self._pricing else None
        return RepairResult(tuple(checked) if good else (), hits, said.usage, cost)
