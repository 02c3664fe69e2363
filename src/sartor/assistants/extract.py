"""Answer without a language model: the best sentences of the best passages, word for word.

In go a question and what a retriever finds for it; out comes an answer made of exact quotes, or
an honest "nothing found". Knows no index and no model; meaning comes in, if at all, as a plain
function that compares texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import log
from time import perf_counter

from sartor.assistants.asking import asked_for, content_words, words
from sartor.assistants.quoting import quote
from sartor.protocols import Library, Retriever
from sartor.text.sentences import sentences as sentence_spans
from sartor.types import Answer, Hit, Message, Passage, Sentence, Usage

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

NOTHING_FOUND = "The documents say nothing about this."
LEAST_COVERED = 1 / 3  # of the question's words in one passage; below, it is about another thing
NEARLY_AS_GOOD = 0.85  # of the best sentence's score: what follows it must be worth reading too

# What makes a sentence the answer. Its own words count most; the words around it and the rank of
# its passage say that the topic is right; the kind of thing asked for breaks ties.
OWN_WORDS, AROUND, RANK, KIND, MEANING = 1.0, 0.5, 0.5, 0.3, 1.0

LONGEST_HEADING = 8  # words
_MARKUP = re.compile(r"#{1,6} |-{3}|[|:\s-]+$")
_STATEMENT = re.compile(r"[.!?;:。\uff01\uff1f।|]|\d")  # a stop, a number or a table's cell


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence where it stands in its document, and how well it answers."""

    passage: Passage
    start: int
    end: int
    text: str
    score: float


class ExtractAssistant:
    """Quote the sentences that answer; abstain when no passage is about the question.

    `similarity(question, texts)` may add meaning (cosines of an embedder); words decide without it.
    """

    def __init__(
        self,
        retriever: Retriever,
        library: Library,
        *,
        passages: int = 8,
        sentences: int = 3,
        similarity: Similarity | None = None,
    ) -> None:
        self._retriever = retriever
        self._library = library
        self._passages = passages
        self._sentences = sentences
        self._similarity = similarity

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),  # noqa: ARG002  # a quote has nothing to refer back to
        labels: Sequence[str] | None = (),
        deadline: float | None = None,  # noqa: ARG002  # there is nothing slow to cut short
    ) -> Answer:
        """Answer with at most a few sentences, each cited."""
        started = perf_counter()
        hits = self._retriever.search(question, k=self._passages, labels=labels)
        found = perf_counter()
        best = self._best(question, hits)
        said = tuple(self._sentence(candidate) for candidate in best)
        done = perf_counter()
        return Answer(
            text=" ".join(sentence.text for sentence in said) or NOTHING_FOUND,
            sentences=said,
            citations=tuple(citation for sentence in said for citation in sentence.citations),
            context=tuple(hit.passage for hit in hits),
            hits=tuple(hits),
            usage=Usage(seconds=done - started),
            timings={"search": found - started, "extract": done - found},
            abstained=not said,
        )

    def _best(self, question: str, hits: Sequence[Hit]) -> list[_Candidate]:
        """Pick the best sentence and those nearly as good; none when no passage is on topic."""
        ranked = sorted(
            rate(question, hits, self._similarity),
            key=lambda candidate: (-candidate.score, candidate.passage.id, candidate.start),
        )
        chosen: dict[str, _Candidate] = {}  # by text: overlapping passages repeat sentences
        for candidate in ranked:
            if candidate.score >= NEARLY_AS_GOOD * ranked[0].score:
                chosen.setdefault(candidate.text, candidate)
        return list(chosen.values())[: self._sentences]

    def _sentence(self, candidate: _Candidate) -> Sentence:
        document = self._library.document(candidate.passage.document_id)
        cited = quote(document, candidate.passage, candidate.start, candidate.end)
        return Sentence(cited.quote, (cited,), "supported", "quoted word for word")


def rate(
    question: str, hits: Sequence[Hit], similarity: Similarity | None = None
) -> list[_Candidate]:
    """Rate every sentence of the passages that are about the question."""
    asked = content_words(question)
    around = [set(words(" ".join((*hit.passage.headings, hit.passage.text)))) for hit in hits]
    weights = _rarity(asked, around)
    top = max((hit.score for hit in hits), default=0.0)
    kind = asked_for(question)
    rated = []
    for hit, context in zip(hits, around, strict=True):
        if len(asked & context) < LEAST_COVERED * len(asked):
            continue
        base = AROUND * _covered(context, weights) + RANK * (hit.score / top if top > 0 else 0.0)
        for start, end in sentence_spans(hit.passage.text):
            text = hit.passage.text[start:end]
            if not says_something(text):
                continue
            score = base + OWN_WORDS * _covered(set(words(text)), weights)
            score += KIND * bool(kind and kind.search(text))
            place = hit.passage.start
            rated.append(_Candidate(hit.passage, place + start, place + end, text, score))
    return _with_meaning(question, rated, similarity) if similarity and rated else rated


def says_something(text: str) -> bool:
    """Tell a statement from a heading, a rule or a front matter: those name things, no more."""
    if _MARKUP.match(text):
        return False
    return bool(_STATEMENT.search(text)) or len(text.split()) > LONGEST_HEADING


def _with_meaning(
    question: str, rated: Sequence[_Candidate], similarity: Similarity
) -> list[_Candidate]:
    likeness = similarity(question, [candidate.text for candidate in rated])
    return [
        replace(candidate, score=candidate.score + MEANING * float(value))
        for candidate, value in zip(rated, likeness, strict=True)
    ]


def _rarity(asked: Set[str], around: Sequence[Set[str]]) -> dict[str, float]:
    """Weigh each word of the question: the fewer of the passages hold it, the more it tells."""
    total = len(around)
    return {
        word: log((total + 1) / (sum(word in context for context in around) + 0.5))
        for word in sorted(asked)
    }


def _covered(found: Set[str], weights: Mapping[str, float]) -> float:
    """Give the share of the question's weight that these words hold."""
    total = sum(weights.values())
    held = sum(weight for word, weight in weights.items() if word in found)
    return held / total if total else 0.0
