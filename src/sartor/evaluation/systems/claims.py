"""Citations as foreign systems write them -> citations that stand, and those that do not.

In go documents' names with quotes or places; a quote is looked for in the text of its document.
White space may differ: systems often break lines elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sartor.errors import NotFound
from sartor.evaluation.asked import ClaimedCitation
from sartor.protocols import Library
from sartor.types import Citation, Document

LONGEST_QUOTE = 20_000  # characters; whoever cites more cites a document, not a place


@dataclass(frozen=True, slots=True)
class Claim:
    """One citation as it was written."""

    document_id: str
    quote: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None
    passage_id: str = ""
    supported: bool = False


def sorted_out(
    claims: Iterable[Claim], library: Library | None
) -> tuple[tuple[Citation, ...], tuple[ClaimedCitation, ...]]:
    """Tell the citations that stand in their documents from those that do not."""
    standing, claimed = [], []
    for claim in claims:
        citation = _standing(claim, library)
        if citation is None:
            claimed.append(ClaimedCitation(claim.document_id, claim.quote, claim.page))
        else:
            standing.append(citation)
    return tuple(standing), tuple(claimed)


def _standing(claim: Claim, library: Library | None) -> Citation | None:
    if library is None:
        return None
    try:
        document = library.document(claim.document_id)
    except NotFound:
        return None
    place = _place(claim, document)
    if place is None:
        return None
    start, end = place
    page = next((page.number for page in document.pages if page.start <= start < page.end), None)
    return Citation(
        claim.passage_id,
        document.id,
        document.source,
        claim.page if claim.page is not None else page,
        start,
        end,
        document.text[start:end],
        claim.supported,
        within=document.text,
    )


def _place(claim: Claim, document: Document) -> tuple[int, int] | None:
    """Find where a claim stands: where it says so, else where its quote is."""
    text = document.text
    if claim.start is not None and claim.end is not None:
        said = text[claim.start : claim.end]
        if said and claim.quote in ("", said):
            return claim.start, min(claim.end, len(text))
    places = _places(claim.quote, text)
    on_page = (
        place
        for place in places
        for page in document.pages
        if page.number == claim.page and page.start <= place[0] < page.end
    )
    return next(on_page, places[0] if places else None)


def _places(quote: str, text: str) -> list[tuple[int, int]]:
    words = quote.split()
    if not words or len(quote) > LONGEST_QUOTE:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    return [found.span() for found in re.finditer(pattern, text)]
