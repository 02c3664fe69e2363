"""A place in a document -> a citation that is true to the letter.

Knows documents and passages, not how they were found.
"""

from __future__ import annotations

from sartor.errors import StateError
from sartor.types import Citation, Document, Passage


def quote(document: Document, passage: Passage, start: int, end: int) -> Citation:
    """Cite `document.text[start:end]`, which must stand in the passage where it says it does."""
    said = passage.text[start - passage.start : end - passage.start]
    if not passage.start <= start < end <= passage.end or document.text[start:end] != said:
        raise StateError(
            f"passage {passage.id} does not stand in {document.id} at {start}-{end} as it says",
            "sartor index verify --repair",
        )
    return Citation(
        passage_id=passage.id,
        document_id=document.id,
        source=document.source,
        page=_page(document, start) or passage.page,
        start=start,
        end=end,
        quote=said,
        supported=True,
        within=document.text,
    )


def _page(document: Document, start: int) -> int | None:
    return next((page.number for page in document.pages if page.start <= start < page.end), None)
