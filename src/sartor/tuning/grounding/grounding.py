"""Questions with evidence -> examples of answering from passages, with citations.

Each question gives examples whose prompts show the passages that prove its answer among others
that search really returns, in a shuffled order. Further ones lack the right passage and say so.
It knows no index and no prompt: search, documents, checker and prompts are handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sartor.errors import ConfigError
from sartor.protocols import Checker, Corpus, Grounding, Retriever
from sartor.tuning.grounding.proving import Proved, Unproved, prove
from sartor.tuning.grounding.showing import Findings, shown
from sartor.tuning.grounding.writing import Form, Writing
from sartor.types import Example, Passage, Question

WITHOUT_GOLD = 0.25  # share of examples without the right passage: see benchmarks/grounded.py
ROUNDS = 1  # examples of one question, each with other passages


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
    draw = Random(seed)  # noqa: S311  # nothing secret is drawn
    findings = Findings(retriever, checker, labels, passages[1])
    writing = Writing(grounding, abstention, form)
    proved, dropped = _proved(pairs, library, findings, passages[1])
    answered, unshown = [], dict[str, None]()
    for one, others in proved * rounds:
        example = writing.answered(one, shown(one.gold, others, passages, draw))
        if example:
            answered.append(example)
        else:
            unshown[f"{one.question.id}: its prompt leaves out what the answer cites"] = None
    abstaining: list[Example] = []
    wanted = round(len(answered) * without_gold / (1 - without_gold))
    for question, others, known in _lacking(pairs, proved, findings, draw, rounds):
        if len(abstaining) >= wanted:
            break
        example = writing.abstaining(question, shown((), others, passages, draw), known)
        abstaining += [example] if example else []
    return Grounded((*answered, *abstaining), (*dropped, *unshown))


def _refuse_impossible(passages: tuple[int, int], without_gold: float) -> None:
    if not 1 <= passages[0] <= passages[1]:
        raise ConfigError(f"passages={passages}: expected the fewest and the most, at least 1")
    if not 0 <= without_gold < 1:
        raise ConfigError(f"without_gold={without_gold}: expected a share from 0 to below 1")


def _proved(
    pairs: Sequence[tuple[Question, str]], library: Corpus, findings: Findings, most: int
) -> tuple[list[tuple[Proved, list[Passage]]], list[str]]:
    """Prove each answer, and find what may stand beside it; say why some could not be proved."""
    proved, dropped = [], []
    for question, answer in pairs:
        if not question.answerable:
            continue
        try:
            one = prove(
                question,
                answer,
                library=library,
                checker=findings.checker,
                labels=findings.labels,
                most=most,
            )
        except Unproved as reason:
            dropped.append(f"{question.id}: {reason}")
        else:
            proved.append((one, findings.beside(one)))
    return proved, dropped


def _lacking(
    pairs: Sequence[tuple[Question, str]],
    proved: Sequence[tuple[Proved, list[Passage]]],
    findings: Findings,
    draw: Random,
    rounds: int,
) -> Iterator[tuple[Question, list[Passage], Proved | None]]:
    """Yield questions with passages that do not answer them: the unanswerable ones first."""
    unanswerable = [question for question, _ in pairs if not question.answerable]
    withheld = [(one, others) for one, others in proved if others]
    for _ in range(rounds):
        for question in draw.sample(unanswerable, len(unanswerable)):
            yield question, findings.of(question), None
        for one, others in draw.sample(withheld, len(withheld)):
            yield one.question, others, one
