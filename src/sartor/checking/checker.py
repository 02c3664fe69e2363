"""Text and passages -> sentences, each with what stands behind it and its exact quote.

The checker reads an answer as it reads a source: sentence by sentence, detail by detail. It knows
no language model; a `Judge` may be handed in for what words cannot decide.
"""

# ruff: noqa: RUF001 - the question marks of other scripts look like ours

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sartor.checking.beside import Posed
from sartor.checking.comparing import Compared, compare
from sartor.checking.evidence import Evidence, Window
from sartor.checking.facts import facts
from sartor.checking.meaning import Meaning
from sartor.errors import NotFound
from sartor.protocols import Embedder, Judge, Judgement, Library
from sartor.text.claims import claims, claims_nothing
from sartor.text.languages import detect
from sartor.text.question_answer import statement, takes_for_granted
from sartor.text.sentences import sentences
from sartor.types import Citation, Document, Passage, Sentence, Support

FRAGMENT = 4  # content words below which an answer is read together with its question
WORD_FOR_WORD = 0.95  # coverage from which no judge is asked: the source has these very words
_SAMPLE = 2_000  # characters of the sources that show their language


@dataclass(frozen=True, slots=True)
class _Claim:
    """One claim of a sentence and what comparing it gave; `text` may be completed by a question."""

    text: str
    compared: Compared


class SupportChecker:
    """Implements `Checker`; works without an embedder and without a judge."""

    def __init__(
        self, library: Library, embedder: Embedder | None = None, judge: Judge | None = None
    ) -> None:
        self._library = library
        self._meaning = Meaning(embedder) if embedder else None
        self._judge = judge

    def check(
        self, text: str, passages: Sequence[Passage], *, question: str = ""
    ) -> list[Sentence]:
        """Check every sentence of a text against the passages.

        A question inside the text ("When was it built? In 1889.") is read with what follows it.
        """
        sample = " ".join(passage.text[:_SAMPLE] for passage in passages)[:_SAMPLE]
        evidence = Evidence(passages, detect(f"{sample} {text[:_SAMPLE]}") or "en")
        said = [text[start:end] for start, end in sentences(text)]
        asked = [question, *(one if one.endswith(("?", "？", '?"')) else question for one in said)]
        pairs = self._compared(said, asked, evidence)
        judged = self._judged(pairs, evidence)
        return [
            self._sentence(one, found, evidence) for one, found in zip(said, judged, strict=True)
        ]

    def _compared(
        self, said: Sequence[str], asked: Sequence[str], evidence: Evidence
    ) -> list[list[_Claim]]:
        """Compare the claims of all sentences in one go; a sentence may claim nothing."""
        texts = [
            [] if claims_nothing(one) else _claims(one, question, evidence.language)
            for one, question in zip(said, asked, strict=False)
        ]
        posed = [
            Posed(facts(text, evidence.language), given_by(question, evidence.language))
            for found, question in zip(texts, asked, strict=False)
            for text in found
        ]
        compared = iter(compare(posed, evidence, self._meaning))
        return [[_Claim(text, next(compared)) for text in found] for found in texts]

    def _judged(self, pairs: list[list[_Claim]], evidence: Evidence) -> list[list[_Claim]]:
        """Let the judge decide what details and equal words leave open, all in one call."""
        if self._judge is None:
            return pairs
        open_ones = [claim for found in pairs for claim in found if _is_open(claim.compared)]
        windows = [claim.compared.window for claim in open_ones]
        asked = [
            (claim.text, evidence.text(window))
            for claim, window in zip(open_ones, windows, strict=True)
            if window
        ]
        verdicts = iter(self._judge.judge(asked) if asked else [])
        return [
            [
                replace(claim, compared=_overruled(claim.compared, next(verdicts)))
                if _is_open(claim.compared)
                else claim
                for claim in found
            ]
            for found in pairs
        ]

    def _sentence(self, text: str, found: Sequence[_Claim], evidence: Evidence) -> Sentence:
        if not found:
            return Sentence(text, (), "unchecked", claims_nothing(text))
        compared = [claim.compared for claim in found]
        support, reason = _together(compared)
        sure = min(one.confidence for one in compared)
        try:
            citations = [
                self._cite(one, one.window, evidence)
                for one in compared
                if one.window and one.support != "unsupported"
            ]
        except NotFound:
            return Sentence(text, (), "unchecked", "its source was deleted meanwhile")
        return Sentence(text, tuple(dict.fromkeys(citations)), support, reason, sure)

    def _cite(self, one: Compared, window: Window, evidence: Evidence) -> Citation:
        passage, start, end = evidence.place(window)
        document = self._document(passage)
        return Citation(
            passage_id=passage.id,
            document_id=document.id,
            source=document.source,
            page=_page(document, passage.start + start) or passage.page,
            start=passage.start + start,
            end=passage.start + end,
            quote=passage.text[start:end],
            supported=one.support != "contradicted",
            within=document.text,
        )

    def _document(self, passage: Passage) -> Document:
        """Fetch a passage's document; a loose text, of no document, stands for itself."""
        if passage.document_id:
            return self._library.document(passage.document_id)
        return Document("", "", "", " " * passage.start + passage.text)


def given_by(question: str, language: str) -> frozenset[str]:
    """Give the stems that a question takes for granted: an answer need not prove them."""
    if not question or not takes_for_granted(question):
        return frozenset()
    return frozenset(word.stem for word in facts(question, language).words if word.content)


def _claims(sentence: str, question: str, language: str) -> list[str]:
    content = [word for word in facts(sentence, language).words if word.content]
    if question and len(content) < FRAGMENT:
        return [statement(question, sentence)]
    return [sentence[start:end] for start, end in claims(sentence)]


def _is_open(one: Compared) -> bool:
    detailed = any(finding.contradicts for finding in one.findings)
    return one.window is not None and not (
        one.support == "contradicted"
        or (one.support == "supported" and one.signals.coverage >= WORD_FOR_WORD)
        or detailed
    )


def _overruled(one: Compared, verdict: Judgement) -> Compared:
    """Take a judge's verdict for our own; one that did not decide leaves ours."""
    if verdict.support == "unchecked":
        return one
    sure = verdict.confidence if verdict.confidence is not None else one.confidence
    return replace(one, support=verdict.support, confidence=sure, reason=verdict.reason)


def _together(compared: Sequence[Compared]) -> tuple[Support, str]:
    """Judge a sentence by its claims: one that contradicts spoils it, some make it partly true."""
    against = [one for one in compared if one.support == "contradicted"]
    lacking = [one for one in compared if one.support in ("unsupported", "partly")]
    if against:
        return "contradicted", against[0].reason
    if not lacking:
        return "supported", compared[0].reason
    partly = len(lacking) < len(compared) or any(one.support == "partly" for one in compared)
    if partly and lacking[0].window is None:
        return "partly", "no source speaks of a part of it"
    return ("partly" if partly else "unsupported"), lacking[0].reason


def _page(document: Document, start: int) -> int | None:
    return next((page.number for page in document.pages if page.start <= start < page.end), None)
