"""Answer without a language model: the best sentences of the best passages, word for word.

In go a question and what a retriever finds for it; out comes an answer made of exact quotes, or an
honest "the documents do not answer this" with the nearest thing they say. Knows no index and no
model; meaning comes in, if at all, as a plain function that compares texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from sartor.assistants.abstaining import DEFAULT_ABSTAIN_BELOW, nothing_found
from sartor.assistants.choosing import Pick, choose
from sartor.assistants.conflicts import outdated, unfolded
from sartor.assistants.events import Stages, Streaming
from sartor.assistants.quoting import quote
from sartor.assistants.relevance import Candidate, Similarity, certainty, rate
from sartor.protocols import Library, Retriever
from sartor.text.dates import dates
from sartor.text.normal import squeeze
from sartor.text.scripts import is_unspaced
from sartor.types import (
    Answer,
    Checked,
    Done,
    Event,
    Hit,
    Message,
    Retrieved,
    Sentence,
    Token,
    Usage,
)

Understand = Callable[[str, Sequence[Message]], str]

QUOTED = "quoted word for word"
COMPARED_IN_TIME = 24  # statements looked at for newer ones that say something else
INSTRUCTIONS = "holds text that looks like instructions to a language model; it was left out"
MARKS = "#*_ \t"  # of Markdown, around a line that leads up to a statement
WITH_HEAD = "quoted word for word, below the line that says what it is about"


class ExtractAssistant(Streaming):
    """Quote the sentences that answer; abstain when what was found hardly holds the answer.

    `similarity(question, texts)` may add meaning (cosines of an embedder); words decide without it.
    `understand(question, history)` may make a follow-up question stand alone.
    """

    def __init__(
        self,
        retriever: Retriever,
        library: Library,
        *,
        passages: int = 10,
        sentences: int = 3,
        similarity: Similarity | None = None,
        abstain_below: float | None = None,
        understand: Understand | None = None,
    ) -> None:
        self._retriever = retriever
        self._library = library
        self._passages = passages
        self._sentences = sentences
        self._similarity = similarity
        self._abstain_below = DEFAULT_ABSTAIN_BELOW if abstain_below is None else abstain_below
        self._understand = understand

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,  # noqa: ARG002  # there is nothing slow to cut short
    ) -> Iterator[Event]:
        """Answer sentence by sentence. An abstention is one `Token` and no sentence."""
        stages = Stages()
        if self._understand and history:
            question = self._understand(question, history)
            stages.note("understand", 0.0, content=question)
        hits = tuple(self._search(question, labels, stages))
        yield Retrieved(hits, stages.steps[-1].seconds)
        since = stages.now()
        found = rate(question, hits, self._similarity)
        rated = self._current(question, [one for one in found if not one.statement.instructs])
        confidence = certainty(rated)
        said = self._said(rated) if confidence >= self._abstain_below else ()
        notes = self._left_out(found)
        pieces = _joined([sentence.text for sentence in said]) or [nothing_found(question, hits)]
        stages.note("extract", since, sentences=len(said), confidence=round(confidence, 3))
        if not said:
            yield Token(pieces[0])
        for piece, sentence in zip(pieces, said, strict=False):
            yield Token(piece)
            yield Checked(sentence)
        yield Done(replace(_answer("".join(pieces), said, hits, confidence, stages), notes=notes))

    def _search(self, question: str, labels: Sequence[str] | None, stages: Stages) -> Sequence[Hit]:
        since = stages.now()
        found = self._retriever.search(question, k=self._passages, labels=labels)
        hits = unfolded(found, self._library)
        stages.note("search", since, hits=len(hits))
        return hits

    def _current(self, question: str, rated: Sequence[Candidate]) -> Sequence[Candidate]:
        """Leave out what a newer document says otherwise, unless the question is about a date."""
        if dates(question):
            return rated
        first = [(one.statement.text, one.passage.document_id) for one in rated[:COMPARED_IN_TIME]]
        gone = outdated(first, self._library)
        return [one for place, one in enumerate(rated) if place not in gone]

    def _left_out(self, found: Sequence[Candidate]) -> tuple[str, ...]:
        """Note the documents whose orders to a language model would have been quoted."""
        if certainty(found) < self._abstain_below:
            return ()
        picks = choose(found, self._sentences)
        named = [pick.passage.document_id for pick in picks if pick.statement.instructs]
        return tuple(f"{name} {INSTRUCTIONS}" for name in dict.fromkeys(named))

    def _said(self, rated: Sequence[Candidate]) -> tuple[Sentence, ...]:
        """Choose and cite; the head of a table is said once, with its first row."""
        shown: set[tuple[str, int]] = set()
        said = []
        for pick in choose(rated, self._sentences):
            places = {(pick.passage.document_id, start) for start, _ in pick.statement.leads}
            said.append(self._cited(pick, with_leads=not places <= shown))
            shown |= places
        return tuple(said)

    def _cited(self, pick: Pick, *, with_leads: bool) -> Sentence:
        """Cite a statement and, if they are said too, the lines that lead up to it."""
        document = self._library.document(pick.passage.document_id)
        statement = pick.statement
        cited = quote(document, pick.passage, statement.start, statement.end)
        if not with_leads or not statement.leads:
            return Sentence(squeeze(cited.quote), (cited,), "supported", QUOTED)
        leads = [quote(document, pick.passage, *place) for place in statement.leads]
        said = [*(citation.quote.strip(MARKS) for citation in leads), cited.quote]
        text = "\n".join(map(squeeze, said))
        return Sentence(text, (cited, *leads), "supported", WITH_HEAD)


def _joined(texts: Sequence[str]) -> list[str]:
    """Put between texts what a reader expects: a new line around lists and tables, or a space."""
    pieces = list(texts[:1])
    for before, text in pairwise(texts):
        lines = "\n" in before or "\n" in text or " | " in text
        blank = "\n" if lines else "" if is_unspaced(text[0]) else " "
        pieces.append(blank + text)
    return pieces


def _answer(
    text: str,
    said: tuple[Sentence, ...],
    hits: tuple[Hit, ...],
    confidence: float,
    stages: Stages,
) -> Answer:
    return Answer(
        text=text,
        sentences=said,
        citations=tuple(citation for sentence in said for citation in sentence.citations),
        context=tuple(hit.passage for hit in hits),
        hits=hits,
        usage=Usage(seconds=stages.steps[-1].seconds),
        timings=stages.timings(),
        abstained=not said,
        cost=0.0,
        rung="extract",
        confidence=confidence,
        steps=tuple(stages.steps),
    )
