"""Questions with evidence -> examples of answering from passages, with citations.

Each question gives examples whose prompts show the passages that prove its answer among others
that search really returns, in a shuffled order. Further ones lack the right passage and say so.
It knows no index and no prompt: search, documents, checker and prompts are handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from sartor.errors import ConfigError
from sartor.protocols import Checker, Corpus, Grounding, Retriever
from sartor.tuning.grounding.proving import Proved, Unproved, prove
from sartor.tuning.grounding.showing import Findings, shown
from sartor.tuning.grounding.writing import Form, Writing
from sartor.types import Example, Passage, Question

WITHOUT_GOLD = 0.2  # share of examples without the right passage; at 0.3 it abstained more often
ROUNDS = 3  # examples of one question, each with other passages around the right one


@dataclass(frozen=True, slots=True)
class Grounded:
    """The examples, and why some questions gave none."""

    examples: tuple[Example, ...]
    dropped: tuple[str, ...]


def ground_examples(  # noqa: PLR0913  # all that an example is made of
    pairs: Sequence[tuple[Question, str]],
    *,
    retriever: Retriever,
    library: Corpus,
    checker: Checker,
    grounding: Grounding,
    abstention: str,
    passages: tuple[int, int] = (1, 6),
    without_gold: float = WITHOUT_GOLD,
    rounds: int = ROUNDS,
    form: Form | None = None,
    labels: Sequence[str] | None = (),
    seed: int = 0,
) -> Grounded:
    """Make examples of answering each question, and as many of abstaining as their share asks for.

    A pair is a question and the user's own answer to it; where that is empty, the sentences that
    its evidence points at are quoted. `passages` are the fewest and the most that one prompt
    shows. `without_gold` counts the unanswerable questions among the pairs first. In an
    answer the numbers of its passages follow each sentence, as in "It costs 40 euros. [2]";
    `form` writes a target from that and from all the numbers. `labels` are those of the people
    who may ask the model.
    """
    _refuse_impossible(passages, without_gold)
    maker = _Maker(
        Findings(retriever, checker, labels, passages[1]),
        Writing(grounding, abstention, form),
        passages,
        rounds,
        Random(seed),  # noqa: S311  # nothing secret is drawn
    )
    known, unproved = maker.proved(pairs, library)
    answered, unshown = maker.answered(known)
    wanted = round(len(answered) * without_gold / (1 - without_gold))
    unanswerable = [one for one, _ in pairs if not one.answerable and not one.history]
    abstaining = islice(maker.abstaining(unanswerable, known), wanted)
    return Grounded((*answered, *abstaining), (*unproved, *unshown))


def _refuse_impossible(passages: tuple[int, int], without_gold: float) -> None:
    if not 1 <= passages[0] <= passages[1]:
        raise ConfigError(f"passages={passages}: expected the fewest and the most, at least 1")
    if not 0 <= without_gold < 1:
        raise ConfigError(f"without_gold={without_gold}: expected a share from 0 to below 1")


@dataclass(frozen=True, slots=True)
class _Known:
    """A proved answer, and passages that search returns which do not hold it."""

    proved: Proved
    others: list[Passage]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Draws passages for questions and lets examples be written of them."""

    findings: Findings
    writing: Writing
    passages: tuple[int, int]
    rounds: int
    draw: Random

    def proved(
        self, pairs: Sequence[tuple[Question, str]], library: Corpus
    ) -> tuple[list[_Known], list[str]]:
        """Prove each answer and find what may stand beside it; say why some are not proved."""
        found, dropped = [], []
        checker, labels = self.findings.checker, self.findings.labels
        for question, answer in pairs:
            if not question.answerable:
                continue
            try:
                proved = prove(
                    question,
                    answer,
                    library=library,
                    checker=checker,
                    labels=labels,
                    most=self.passages[1],
                )
            except Unproved as reason:
                dropped.append(f"{question.id}: {reason}")
            else:
                found.append(_Known(proved, self.findings.beside(proved)))
        return found, dropped

    def answered(self, known: Sequence[_Known]) -> tuple[list[Example], list[str]]:
        """Write the examples that answer, and say which questions had no room for theirs."""
        examples, unshown = [], dict[str, None]()
        for one in [*known] * self.rounds:
            passages = shown(one.proved.gold, one.others, self.passages, self.draw)
            example = self.writing.answered(one.proved, passages)
            if example:
                examples.append(example)
            else:
                unshown[one.proved.question.id] = None
        return examples, [f"{id}: its prompt leaves out what the answer cites" for id in unshown]

    def abstaining(
        self, unanswerable: Sequence[Question], known: Sequence[_Known]
    ) -> Iterator[Example]:
        """Yield examples without the answer: of unanswerable questions first in each round."""
        withheld = [one for one in known if one.others]
        for _ in range(self.rounds):
            for question in self.draw.sample(unanswerable, len(unanswerable)):
                passages = shown((), self.findings.of(question), self.passages, self.draw)
                yield self.writing.abstaining(question, passages)
            for one in self.draw.sample(withheld, len(withheld)):
                passages = shown((), one.others, self.passages, self.draw)
                example = self.writing.withheld(one.proved, passages)
                if example:
                    yield example
