"""A question with its evidence -> an answer, and the passages that prove it.

The user's own answer is taken where there is one, else the sentences that the evidence points at.
Nothing goes on that the checker does not find supported. It knows no prompt and no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sartor.errors import NotFound
from sartor.protocols import Checker, Corpus
from sartor.text.sentences import sentences
from sartor.types import Evidence, Passage, Question, Sentence


class Unproved(Exception):
    """Why no example can be made of a question."""


@dataclass(frozen=True, slots=True)
class Proved:
    """An answer, sentence by sentence with its quotes, and the passages that hold these."""

    question: Question
    text: str
    said: tuple[Sentence, ...]
    gold: tuple[Passage, ...]


def prove(
    question: Question,
    answer: str,
    *,
    library: Corpus,
    checker: Checker,
    labels: Sequence[str] | None,
    most: int,
) -> Proved:
    """Find the passages that prove an answer, `most` at most; raises `Unproved` with the reason."""
    if question.history:
        raise Unproved("it goes on from earlier turns: write it so that it stands alone")
    pointed_at = _pointed_at(question, library)
    _refuse_restricted(pointed_at, labels)
    text = answer.strip() or _quoted(question.evidence, pointed_at)
    checked = checker.check(text, pointed_at, question=question.text)
    _refuse_unsupported(checked)
    cited = {id for one in checked for id in _cited(one)}
    gold = tuple(passage for passage in pointed_at if passage.id in cited)
    if len(gold) > most:
        raise Unproved(f"{len(gold)} passages hold its answer, at most {most} are shown")
    return Proved(question, text, tuple(checked), gold)


def also_said(proved: Proved, passages: Sequence[Passage], checker: Checker) -> set[str]:
    """Find the ids of passages that say a sentence of the answer as well."""
    found: set[str] = set()
    left = list(passages)
    while left:
        checked = checker.check(proved.text, left, question=proved.question.text)
        cited = {id for one in checked if one.support == "supported" for id in _cited(one)}
        if not cited:
            break
        found |= cited
        left = [passage for passage in left if passage.id not in found]
    return found


def _pointed_at(question: Question, library: Corpus) -> list[Passage]:
    """Collect the passages that the evidence lies in, each once, in its order."""
    if not question.evidence:
        raise Unproved("no evidence says where its answer stands")
    found: dict[str, Passage] = {}
    for piece in question.evidence:
        try:
            passages = library.passages_of(piece.document)
        except NotFound:
            raise Unproved(f"its evidence is in {piece.document!r}, which is not there") from None
        found |= {passage.id: passage for passage in passages if _holds(passage, piece)}
    if not found:
        raise Unproved("its evidence lies in no passage")
    return list(found.values())


def _holds(passage: Passage, piece: Evidence) -> bool:
    if piece.start is not None and piece.end is not None:
        return passage.start < piece.end and piece.start < passage.end
    return piece.page is None or passage.page == piece.page


def _refuse_restricted(passages: Sequence[Passage], labels: Sequence[str] | None) -> None:
    """Keep what only some may read out of a model that all may ask."""
    for passage in passages:
        if labels is not None and passage.labels and not {*labels} & {*passage.labels}:
            raise Unproved(f"only {', '.join(passage.labels)} may read {passage.document_id!r}")


def _quoted(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> str:
    """Put together the whole sentences that the evidence points at."""
    spans = [
        (piece.document, piece.start, piece.end)
        for piece in evidence
        if piece.start is not None and piece.end is not None
    ]
    if not spans:
        raise Unproved("it has no answer, and its evidence names no span that could be quoted")
    quotes = [
        " ".join(passage.text[start:end].split())
        for passage in passages
        for start, end in sentences(passage.text)
        if any(
            document == passage.document_id
            and passage.start + start < stop
            and begin < passage.start + end
            for document, begin, stop in spans
        )
    ]
    return " ".join(dict.fromkeys(quotes))


def _refuse_unsupported(checked: Sequence[Sentence]) -> None:
    """Let pass what is supported, and sentences that claim nothing beside it."""
    for one in checked:
        if one.support not in ("supported", "unchecked"):
            raise Unproved(f"its evidence does not say {one.text[:80]!r}: {one.reason}")
    if not any(one.support == "supported" for one in checked):
        raise Unproved("its answer says nothing that could be checked")


def _cited(sentence: Sentence) -> set[str]:
    return {citation.passage_id for citation in sentence.citations}
