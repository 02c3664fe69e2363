"""An answer and the passages around it -> one example, its citations in the prompt's own numbers.

The prompt comes from the `Grounding` that is handed in. It may leave passages out, join or widen
them: whether the answer is in it is read from the prompt that it gives, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sartor.protocols import Grounding, Prompt
from sartor.tuning.grounding.proving import Proved
from sartor.tuning.grounding.staleness import rests
from sartor.types import Citation, Example, Message, Passage, Question

GROUNDED = "grounded"
ABSTAINS = "abstains"

Form = Callable[[str, list[int]], str]


@dataclass(frozen=True, slots=True)
class Writing:
    """How an example is put down: its prompt, the form of its answers, what is said without one.

    `form` writes a target from an answer, in which numbers in square brackets follow each
    sentence, and all the numbers; None takes the answer as it is.
    """

    grounding: Grounding
    abstention: str
    form: Form | None

    def answered(self, proved: Proved, passages: Sequence[Passage]) -> Example | None:
        """Write an example that cites; None: the prompt has no room for what it cites."""
        prompt = self.grounding.prompt(proved.question.text, passages)
        numbers = [
            [number for quote in sentence.citations for number in _standing_in(quote, prompt)]
            for sentence in proved.said
        ]
        cites = [bool(sentence.citations) for sentence in proved.said]
        if cites != [bool(found) for found in numbers]:
            return None
        target = self._target(proved, numbers)
        return _example(proved.question, prompt, passages, proved.gold, target)

    def withheld(self, proved: Proved, passages: Sequence[Passage]) -> Example | None:
        """Write an example without its answer; None: the prompt holds that after all."""
        prompt = self.grounding.prompt(proved.question.text, passages)
        quotes = [quote for sentence in proved.said for quote in sentence.citations]
        if any(_standing_in(quote, prompt) for quote in quotes):
            return None
        return self._abstaining(proved.question, prompt, passages, proved.gold)

    def abstaining(self, question: Question, passages: Sequence[Passage]) -> Example:
        """Write an example of a question that has no answer anywhere."""
        prompt = self.grounding.prompt(question.text, passages)
        return self._abstaining(question, prompt, passages, ())

    def _abstaining(
        self,
        question: Question,
        prompt: Prompt,
        passages: Sequence[Passage],
        gold: Sequence[Passage],
    ) -> Example:
        target = self.form(self.abstention, []) if self.form else self.abstention
        made = _example(question, prompt, passages, gold, target)
        return replace(made, tags=(*made.tags, ABSTAINS))

    def _target(self, proved: Proved, numbers: Sequence[Sequence[int]]) -> str:
        marked = _marked(proved, numbers)
        every = dict.fromkeys(number for found in numbers for number in found)
        return self.form(marked, list(every)) if self.form else marked


def _marked(proved: Proved, numbers: Sequence[Sequence[int]]) -> str:
    """Put its numbers after each sentence of an answer, which keeps its layout."""
    marked, done = "", 0
    for sentence, found in zip(proved.said, numbers, strict=True):
        end = proved.text.index(sentence.text, done) + len(sentence.text)
        marks = "".join(f"[{number}]" for number in dict.fromkeys(found))
        marked += proved.text[done:end] + (f" {marks}" if marks else "")
        done = end
    return marked


def _standing_in(quote: Citation, prompt: Prompt) -> list[int]:
    """Give the numbers under which a prompt shows a quote."""
    return [
        number
        for number, passage in enumerate(prompt.passages, 1)
        if passage.document_id == quote.document_id
        and passage.start <= quote.start
        and quote.end <= passage.end
    ]


def _example(
    question: Question,
    prompt: Prompt,
    passages: Sequence[Passage],
    gold: Sequence[Passage],
    target: str,
) -> Example:
    """Put an example down; it rests on what it shows, and on what it withholds."""
    answering = {passage.id for passage in gold}
    known = {passage.id: passage for passage in (*passages, *gold)}
    return Example(
        messages=(*prompt.messages, Message("assistant", target)),
        source=question.id,
        rests_on=tuple(rests(one, answers=id in answering) for id, one in known.items()),
        tags=(GROUNDED,),
    )
