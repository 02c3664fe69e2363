"""A trace of an answer -> the pages it cited, each with the cited words marked.

A page of a PDF is drawn as it looks; every other text becomes an HTML page, and so does a PDF
whose file is not what was read any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sartor.assistants.tracing import Trace, TracedCitation
from sartor.errors import NotFound, ReadingError
from sartor.knowledge.ledger import DocumentSummary, Ledger
from sartor.knowledge.reading.kinds import PDF, recognise
from sartor.knowledge.reading.walk import content_hash
from sartor.knowledge.rendering import picture, text_page
from sartor.types import Document, Page

CHANGED = "The document was changed after this answer; the cited words cannot be marked."

Place = tuple[str, int | None]  # a document and a page of it: what one [n] of an answer stands for


@dataclass(frozen=True, slots=True)
class CitedPage:
    """A page to look at: a picture or HTML. `number` is the [n] it has in the answer.

    `note` says what is not as it should be, if anything.
    """

    number: int
    document_id: str
    page: int | None
    kind: Literal["png", "html"]
    content: bytes
    quotes: tuple[str, ...]
    note: str = ""


def cite(
    trace: Trace, ledger: Ledger, *, number: int | None = None, password: str | None = None
) -> list[CitedPage]:
    """Show the pages that an answer cited, all of them or that of one [number].

    Raises `NotFound` when there is no such number or a document is gone.
    """
    places = numbered(trace.cited)
    if number is not None and not 1 <= number <= len(places):
        raise NotFound(
            f"answer {trace.id} has no citation {number}; it has {len(places)}",
            f"sartor cite {trace.id}",
        )
    wanted = enumerate(places.values(), start=1)
    return [
        page
        for at, cited in wanted
        if number in (None, at)
        for page in _pages(at, cited, ledger, password)
    ]


def numbered(cited: Iterable[TracedCitation]) -> dict[Place, list[TracedCitation]]:
    """Gather citations by place; their order is that of the numbers in the answer."""
    places: dict[Place, list[TracedCitation]] = {}
    for citation in cited:
        places.setdefault((citation.document_id, citation.page), []).append(citation)
    return places


def _pages(
    number: int, cited: list[TracedCitation], ledger: Ledger, password: str | None
) -> Iterator[CitedPage]:
    """Show one place; words that run over the end of a page give that page too."""
    document = ledger.document(cited[0].document_id)
    if any(citation.document_hash != document.content_hash for citation in cited):
        yield _as_text(number, document, (), ledger, note=CHANGED)
        return
    spans = tuple((citation.start, citation.end) for citation in cited)
    pages = [page for page in document.pages if any(_cut(span, page) for span in spans)]
    file, note = _pdf_of(ledger.summary(document.id), ledger) if pages else (None, "")
    if file is not None:
        try:
            yield from [
                _as_picture(number, document, page, spans, file, password) for page in pages
            ]
        except ReadingError as error:
            note = error.args[0]
        else:
            return
    yield _as_text(number, document, spans, ledger, note=note)


def _as_picture(
    number: int,
    document: Document,
    page: Page,
    spans: Iterable[tuple[int, int]],
    file: Path,
    password: str | None,
) -> CitedPage:
    on_page = [part for span in spans if (part := _cut(span, page))]
    return CitedPage(
        number,
        document.id,
        page.number,
        "png",
        picture(file, page, on_page, password=password),
        tuple(document.text[start:end] for start, end in on_page),
    )


def _as_text(
    number: int,
    document: Document,
    spans: tuple[tuple[int, int], ...],
    ledger: Ledger,
    *,
    note: str,
) -> CitedPage:
    page = next((page.number for page in document.pages if spans and _cut(spans[0], page)), None)
    about = [document.id, *([f"page {page}"] if page else []), *([note] if note else [])]
    html = text_page(
        document.text,
        spans,
        title=document.title or document.id,
        about=" · ".join(about),
        language=document.language,
        blocks=ledger.blocks(document.id),
    )
    quotes = tuple(document.text[start:end] for start, end in spans)
    content = html.encode("utf-8", "replace")
    return CitedPage(number, document.id, page, "html", content, quotes, note)


def _pdf_of(summary: DocumentSummary, ledger: Ledger) -> tuple[Path | None, str]:
    """Find the PDF a document was read from; None with the reason if it is not that any more."""
    source = next(source for source in ledger.sources() if source.name == summary.source)
    location = Path(source.location)
    file = location / summary.file if location.is_dir() else location
    try:
        if recognise(file).kind != PDF:
            return None, ""
        if content_hash(file) != ledger.files(source.name)[summary.file].content_hash:
            return None, "The file was changed after it was read; this is the text that was read."
    except (OSError, ReadingError):
        return None, "The file cannot be read any more; this is the text that was read."
    return file, ""


def _cut(span: tuple[int, int], page: Page) -> tuple[int, int] | None:
    """Return the part of a span that stands on a page."""
    start, end = max(span[0], page.start), min(span[1], page.end)
    return (start, end) if start < end else None
