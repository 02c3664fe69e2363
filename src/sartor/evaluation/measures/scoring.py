"""A question with its answer -> all its measures.

Here the measures meet; each is defined in the module named after it. What is needed for some of
them (a checker, the documents, a search) is handed in, and they are left out where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sartor.errors import SartorError
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.citing import citations
from sartor.evaluation.measures.correct import correct, expects_an_answer, wanted
from sartor.evaluation.measures.formats import form, in_its_language
from sartor.evaluation.measures.inventing import faithfulness
from sartor.evaluation.measures.names import STAGES
from sartor.evaluation.measures.overlap import overlap
from sartor.evaluation.measures.phrases import contains, length_in_words
from sartor.evaluation.measures.ranking import ranking
from sartor.evaluation.measures.retrieval import retrieval
from sartor.evaluation.measures.service import service
from sartor.evaluation.measures.silence import silent
from sartor.evaluation.measures.spans import span_measures
from sartor.evaluation.measures.value import Value
from sartor.protocols import Checker, Corpus, Retriever
from sartor.types import Answer, Evidence, Hit, Question, Score

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

DEPTH = 10  # hits on which retrieval is measured
_MATCHES_OF_FORM = ("regex", "schema")  # what is expected is then no text to compare with


@dataclass(frozen=True, slots=True)
class Scored:
    """The measures of one answer, whether it is right, and what decided that."""

    scores: tuple[Score, ...]
    correct: bool | None
    decided_by: str


class Scoring:
    """Measure answers, one at a time; safe to share between threads.

    `similarity` says how near a text is to others in meaning, from 0 to 1, for the relevance of an
    answer to its question. With a retriever its stages are measured one by one.
    """

    def __init__(
        self,
        *,
        checker: Checker | None = None,
        corpus: Corpus | None = None,
        retriever: Retriever | None = None,
        k: int = DEPTH,
        similarity: Similarity | None = None,
    ) -> None:
        self._checker = checker
        self._corpus = corpus
        self._retriever = retriever
        self._k = k
        self._similarity = similarity

    def look_ahead(self, outcomes: Sequence[Asked]) -> None:
        """Compare answers together that will be measured one by one.

        A similarity that remembers texts is then quicker: many are embedded in half the time.
        """
        if self._similarity is None:
            return
        answers = [asked.answer for asked in outcomes if asked.answer is not None]
        said = [answer.text for answer in answers if not silent(answer)]
        if said:
            self._similarity(outcomes[0].question.text, said)

    def score(self, asked: Asked) -> Scored:
        """Give every measure that can be had; what cannot is left out, or None with the reason."""
        decided = correct(asked, self._checker)
        right = None if decided.right is None else float(decided.right)
        values = [Value("answers.correct", right, decided.reason), *self._values(asked)]
        scores = tuple(
            Score(one.metric, asked.question.id, one.value, one.reason) for one in values
        )
        return Scored(scores, decided.right, decided.decided_by)

    def _values(self, asked: Asked) -> Iterator[Value]:
        question, answer = asked.question, asked.answer
        said = answer is not None and not silent(answer)
        yield from _wording(asked, said)
        if answer is not None and said:
            yield Value("answers.words", length_in_words(answer.text))
            yield from self._relevance(question, answer)
            yield from citations(asked, self._checker, self._corpus)
            yield from faithfulness(asked, self._checker)
        if answer is not None and question.evidence:
            yield from self._search(question.evidence, _hits(answer))
        if question.evidence and self._retriever:
            yield from self._stages(question, self._retriever)
        yield from _format(asked, said)
        yield from service(asked)

    def _relevance(self, question: Question, answer: Answer) -> Iterator[Value]:
        if self._similarity:
            near = self._similarity(question.text, [answer.text])[0]
            yield Value("answers.relevance", min(1.0, max(0.0, float(near))))

    def _search(self, evidence: Sequence[Evidence], hits: Sequence[Hit] | None) -> Iterator[Value]:
        if hits is None:
            return
        for name, value in retrieval(ranking(hits, evidence), self._k):
            yield Value(name, value)
        for name, value in span_measures(hits, evidence, self._k):
            yield Value(name, value)

    def _stages(self, question: Question, retriever: Retriever) -> Iterator[Value]:
        for stage in STAGES:
            try:
                hits = retriever.search(question.text, k=self._k, mode=stage, labels=None)
            except SartorError:
                continue
            for one in self._search(question.evidence, hits):
                yield Value(f"{one.metric}.{stage}", one.value)


def _wording(asked: Asked, said: bool) -> Iterator[Value]:
    """Compare with what is expected; an answer that failed or says nothing shares nothing."""
    question, answer = asked.question, asked.answer
    if not expects_an_answer(question):
        yield Value("answers.abstained", float(answer is not None and not said), asked.error)
        return
    if answer is not None:
        yield Value("answers.silent", float(not said))
    expected = wanted(question)
    if not expected or question.match in _MATCHES_OF_FORM:
        return
    text = answer.text if answer is not None and said else ""
    yield Value("answers.contains", float(contains(text, expected)), asked.error)
    for name, value in overlap(text, expected):
        yield Value(name, value, asked.error)


def _format(asked: Asked, said: bool) -> Iterator[Value]:
    question, answer = asked.question, asked.answer
    formed = form(question, answer.text if answer else "")
    if formed is not None and question.answerable:
        valid = None if formed.valid is None else float(formed.valid)
        yield Value("format.valid", valid, asked.error or formed.reason)
    if answer is not None and said:
        same = in_its_language(question.text, answer.text)
        if same is not None:
            yield Value("format.language", float(same))


def _hits(answer: Answer) -> Sequence[Hit] | None:
    """Give what was found, or else what it read; None where nothing was searched."""
    if answer.hits or "search" in answer.timings:
        return answer.hits
    return [Hit(passage, 0.0) for passage in answer.context] or None
