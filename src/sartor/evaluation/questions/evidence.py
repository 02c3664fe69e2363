"""The evidence of questions -> whether it stands in the documents as it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sartor.errors import nearest
from sartor.evaluation.attributing.finding import Searchable, absent
from sartor.evaluation.questions.findings import QuestionFinding
from sartor.protocols import Corpus
from sartor.text import dates, numbers
from sartor.text.normal import fold
from sartor.types import Document, Evidence, Question

SHOWN = 60  # characters of a span
GUESSED = 20  # missing documents for which the nearest is looked for: that takes time
_SAID = "is it the right document? it may be said there in other words"
_NEXT = "sartor documents lists the ids"


def evidence_findings(questions: Sequence[Question], corpus: Corpus) -> Iterator[QuestionFinding]:
    """Look every piece of evidence up, one document after the other."""
    nowhere: dict[str, list[str]] = {}  # question -> documents that do not say what is expected
    by_document: dict[str, list[tuple[Question, Evidence]]] = defaultdict(list)
    for question in questions:
        for piece in question.evidence:
            by_document[piece.document].append((question, piece))
    known = corpus.document_ids()
    there, missing = set(known), 0
    for id, pieces in by_document.items():
        document = corpus.document(id) if id in there else None
        searched = Searchable(document.text) if document else None
        for question, piece in pieces:
            if document is None:
                missing += 1
                meant = nearest(id, known) if missing <= GUESSED else ""
                told = f"evidence is in document {id!r}, which is not there{meant}"
                yield QuestionFinding("error", "no document", told, _NEXT, question.id)
            else:
                yield from _of_piece(question, piece, document)
                if searched and _is_missing(question, piece, document, searched):
                    nowhere.setdefault(question.id, []).append(_named(piece))
    for question in questions:
        if question.evidence and len(nowhere.get(question.id, ())) == len(question.evidence):
            told = f"{question.expected[0]!r} stands nowhere in {', '.join(nowhere[question.id])}"
            yield QuestionFinding("warning", "not in the document", told, _SAID, question.id)


def _is_missing(
    question: Question, piece: Evidence, document: Document, searched: Searchable
) -> bool:
    """Tell whether a document, or a page of it, surely does not say what is expected."""
    if piece.start is not None or question.match in ("regex", "schema"):
        return False
    if piece.page is None:
        return absent(question.expected, searched, searched)
    pages = (page for page in document.pages if page.number == piece.page)
    page = next((Searchable(document.text[page.start : page.end]) for page in pages), None)
    return page is not None and absent(question.expected, page, page)


def _named(piece: Evidence) -> str:
    return piece.document if piece.page is None else f"page {piece.page} of {piece.document}"


def _of_piece(question: Question, piece: Evidence, document: Document) -> Iterator[QuestionFinding]:
    pages = {page.number for page in document.pages}
    if piece.page is not None and piece.page not in pages:
        has = f"it has {max(pages)}" if pages else "it has no pages"
        told = f"evidence is on page {piece.page} of {document.id!r}; {has}"
        yield QuestionFinding("error", "no page", told, f"sartor show {document.id}", question.id)
    if piece.start is None or piece.end is None:
        return
    if piece.end > len(document.text):
        told = (
            f"evidence runs to character {piece.end:,} of {document.id!r}, which has"
            f" {len(document.text):,}"
        )
        yield QuestionFinding("error", "no span", told, "was the document changed?", question.id)
        return
    span = document.text[piece.start : piece.end]
    if question.expected and not any(_says(span, expected) for expected in question.expected):
        shown = span if len(span) <= SHOWN else f"{span[: SHOWN - 1]}…"
        told = f"{question.expected[0]!r} is not in its evidence {shown!r}"
        hint = "is the span the right one? was the document changed?"
        yield QuestionFinding("warning", "not in the span", told, hint, question.id)


def _says(span: str, expected: str) -> bool:
    """Tell whether a span says what is expected: its words, or its numbers and dates."""
    if fold(expected) in fold(span):
        return True
    amounts, days = numbers.quantities(expected), dates.dates(expected)
    if not amounts and not days:
        return False
    said, stated = numbers.quantities(span), dates.dates(span)
    return all(any(numbers.agree(one, other) for other in said) for one in amounts) and all(
        any(dates.agree(one, other) for other in stated) for one in days
    )
