"""What search finds for a question -> the passages that one example shows, in their order.

The passages beside the right one are the best that the user's own search returned: what the model
will really have to tell apart. Knows no prompt and no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sartor.protocols import Checker, Retriever
from sartor.tuning.grounding.proving import Proved, also_said
from sartor.types import Passage, Question

SPARE = 4  # hits searched beyond those shown: some say the same as the right passage


@dataclass(frozen=True, slots=True)
class Findings:
    """Search for one question, with access to `labels` only."""

    retriever: Retriever
    checker: Checker
    labels: Sequence[str] | None
    most: int

    def of(self, question: Question) -> list[Passage]:
        """Give what search returns, best first."""
        hits = self.retriever.search(question.text, k=self.most + SPARE, labels=self.labels)
        return [hit.passage for hit in hits]

    def beside(self, proved: Proved) -> list[Passage]:
        """Give what search returns and what does not hold the answer, best first."""
        others = [
            passage
            for passage in self.of(proved.question)
            if not any(_overlap(passage, gold) for gold in proved.gold)
        ]
        same = also_said(proved, others, self.checker)
        return [passage for passage in others if passage.id not in same]


def shown(
    gold: Sequence[Passage], others: Sequence[Passage], passages: tuple[int, int], draw: Random
) -> list[Passage]:
    """Draw how many passages are shown, and shuffle the right ones among the best others."""
    many = max(draw.randint(*passages), len(gold))
    together = [*gold, *others[: many - len(gold)]]
    draw.shuffle(together)
    return together


def _overlap(one: Passage, other: Passage) -> bool:
    same = one.document_id == other.document_id
    return one.id == other.id or (same and one.start < other.end and other.start < one.end)
