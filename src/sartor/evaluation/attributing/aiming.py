"""A piece of evidence and the corpus -> what has to reach the context.

In goes where the annotator pointed, out comes a target: places in a document's text of which each
holds the answer, with the passages that hold them; or the proof that it was never there to be
found. Knows nothing about answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sartor.evaluation.attributing.finding import (
    Place,
    Searchable,
    absent,
    garbled,
    keys,
)
from sartor.evaluation.attributing.lost import Lost, quoted
from sartor.evaluation.attributing.remembered import Remembered
from sartor.protocols import Checker
from sartor.text.sentences import sentences
from sartor.types import Document, Evidence, Passage

AROUND = 600  # characters on either side that are looked at for the ends of a sentence
CHECKED = 60  # passages of a document that the checker may be shown to locate an answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wants to hear, as far as a text can be searched for it."""

    question: str
    expected: tuple[str, ...]
    checker: Checker | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Places of a document of which one has to reach the context.

    `exact`: a passage has to hold one of them whole; otherwise nobody knows where in them the
    answer stands, and any part counts. `located`: the expected text stands there. `passages` are
    all of the document's. `said` names it in proofs.
    """

    document_id: str
    text: str
    places: tuple[Place, ...]
    exact: bool
    said: str
    passages: tuple[Passage, ...] = ()
    located: bool = False

    @property
    def holders(self) -> tuple[Passage, ...]:
        """Give the passages that hold the evidence without help of others."""
        return tuple(one for one in self.passages if self.held_by([(one.start, one.end)]))

    @property
    def pieces(self) -> tuple[Passage, ...]:
        """Give the passages that hold any of it."""
        return tuple(one for one in self.passages if self.touched_by(one.start, one.end))

    def held_by(self, spans: Iterable[Place]) -> bool:
        """Tell whether these spans of the document hold the evidence together."""
        if not self.exact:
            return any(self.touched_by(*span) for span in spans)
        joined = list(self._joined(spans))
        return any(
            left <= start and end <= right for start, end in self.places for left, right in joined
        )

    def touched_by(self, start: int, end: int) -> bool:
        """Tell whether a span of the document holds a part of the evidence."""
        return any(start < right and left < end for left, right in self.places)

    def _joined(self, spans: Iterable[Place]) -> Iterator[Place]:
        """Join spans that overlap, or have nothing but white space between them."""
        start, end = -1, -1
        for left, right in sorted(spans):
            if start >= 0 and (left <= end or not self.text[end:left].strip()):
                end = max(end, right)
                continue
            if start >= 0:
                yield start, end
            start, end = left, right
        if start >= 0:
            yield start, end


def aim(evidence: Evidence, wanted: Wanted, corpus: Remembered) -> Target | Lost:
    """Find what a piece of evidence points at."""
    document = corpus.find(evidence.document)
    if document is None:
        count = len(corpus.document_ids())
        return Lost(
            "not in the documents",
            f"{evidence.document} is not among the {count} documents of the knowledge base",
        )
    passages = tuple(corpus.passages_of(document.id))
    region = _region(evidence, document, passages)
    if isinstance(region, Lost):
        return region
    missing = _unreadable(evidence, document, passages, region)
    if missing:
        return Lost("not read", missing)
    return _located(evidence, wanted, document, corpus.text(document), passages, region)


def aim_blindly(evidence: Evidence) -> Target:
    """Make a target of what the evidence says, where there are no documents to look into."""
    if evidence.start is None or evidence.end is None:
        return Target(evidence.document, "", ((0, 2**62),), exact=False, said=evidence.document)
    said = f"{evidence.document} {evidence.start}-{evidence.end}"
    return Target(evidence.document, "", ((evidence.start, evidence.end),), exact=True, said=said)


def divided(targets: Sequence[Target], missing: int, wanted: Wanted) -> list[Target]:
    """Give the targets that are all needed: each has a key of the answer that no other has.

    Empty where one piece of evidence is as good as another, or there is no text to tell. `missing`
    pieces have no target: what no target has must have been in them.
    """
    if len(targets) + missing < 2 or not any(target.text for target in targets):
        return []
    for expected in wanted.expected:
        sought = {key.text for key in keys(expected)}
        texts = [Searchable(_pointed_at(target)) for target in targets]
        found = [{key for key in sought if text.places([key])} for text in texts]
        alone = [own - set().union(*(found[:at] + found[at + 1 :])) for at, own in enumerate(found)]
        complete = bool(missing) is bool(sought.difference(*found))
        if all(alone) and complete:
            pairs = zip(targets, alone, strict=True)
            return [_narrowed(target, sorted(own)) for target, own in pairs]
    return []


def _pointed_at(target: Target) -> str:
    return target.text[min(at for at, _ in target.places) : max(to for _, to in target.places)]


def _narrowed(target: Target, expected: Sequence[str]) -> Target:
    """Let the places be those of the numbers that this piece of evidence contributes."""
    places = tuple(
        place for place in Searchable(target.text).places(expected) if target.touched_by(*place)
    )
    said = f"{quoted(' and '.join(expected))} of {target.document_id}"
    return replace(target, places=places, exact=True, said=said) if places else target


def _region(evidence: Evidence, document: Document, passages: Sequence[Passage]) -> Place | Lost:
    """Give the span that the evidence points at: its own, its page's, or the whole document's."""
    size = len(document.text)
    if evidence.start is not None and evidence.end is not None:
        if evidence.start >= size:
            return Lost(
                "not read",
                f"the evidence is {document.id} {evidence.start}-{evidence.end}, and the text "
                f"that was read ends at {size}",
            )
        return evidence.start, evidence.end
    if evidence.page is None:
        return 0, size
    return _page(evidence.page, document, passages)


def _page(number: int, document: Document, passages: Sequence[Passage]) -> Place | Lost:
    page = next((one for one in document.pages if one.number == number), None)
    if page:
        return page.start, page.end
    if document.pages:
        return Lost(
            "not read", f"{document.id} was read as {len(document.pages)} pages, not page {number}"
        )
    spans = [(one.start, one.end) for one in passages if one.page == number]
    if spans:
        return min(start for start, _ in spans), max(end for _, end in spans)
    if any(one.page for one in passages):
        return Lost("not read", f"no passage of {document.id} is of page {number}")
    return 0, len(document.text)


def _unreadable(
    evidence: Evidence, document: Document, passages: Sequence[Passage], region: Place
) -> str:
    """Say what is wrong with the text that was read there, if anything is."""
    start, end = region
    text = document.text[start:end]
    where = f"page {evidence.page} of {document.id}" if evidence.page else document.id
    where = f"{document.id} {start}-{end}" if evidence.start is not None else where
    if not text.strip():
        return f"{where} was read as an empty text"
    if not any(one.start < end and start < one.end for one in passages):
        return f"{where} has a text and no passages"
    return ""


def _located(
    evidence: Evidence,
    wanted: Wanted,
    document: Document,
    searchable: Searchable,
    passages: tuple[Passage, ...],
    region: Place,
) -> Target | Lost:
    """Narrow the region down to where the expected text stands, if it can be found."""
    start, end = region
    inside = searchable
    if region != (0, len(document.text)):
        inside = Searchable(document.text[start:end])
    places = tuple(
        _whole_sentence(document.text, start + left, start + right)
        for left, right in inside.places(wanted.expected)
    )
    spanned = evidence.start is not None
    if not places:
        beyond = spanned and end > len(document.text)
        if beyond or absent(wanted.expected, inside if spanned else searchable, searchable):
            return Lost("not read", _not_there(evidence, wanted, document, beyond=beyond))
        if garbled(inside.text):
            said = f"{document.id} {start}-{end} was read as {quoted(inside.text)}: no text"
            return Lost("not read", said)
        if not spanned:
            places = _checked(wanted, passages, region)
    own = (_stripped(document.text, start, min(end, len(document.text))),) if spanned else ()
    if not places and not own:
        part = f"page {evidence.page} of {document.id}" if evidence.page else document.id
        said = f"{part} as a whole, since {_sought(wanted)} could not be located in it"
        return Target(
            document.id, document.text, (region,), exact=False, said=said, passages=passages
        )
    first = (*places, *own)[0]
    return Target(
        document.id,
        document.text,
        (*own, *places),
        exact=True,
        said=f"{quoted(document.text[slice(*first)])} at {first[0]}-{first[1]} of {document.id}",
        passages=passages,
        located=bool(places),
    )


def _not_there(evidence: Evidence, wanted: Wanted, document: Document, *, beyond: bool) -> str:
    size = len(document.text)
    if beyond:
        return (
            f"the evidence is {document.id} {evidence.start}-{evidence.end}, and the text that "
            f"was read ends at {size} without {_sought(wanted)}"
        )
    return (
        "not read, or the document was changed since the question was written: "
        f"{_sought(wanted)} stands nowhere in the {size} characters read of {document.id} "
        "(looked for word for word, numbers in any spelling)"
    )


def _sought(wanted: Wanted) -> str:
    return " or ".join(map(quoted, wanted.expected[:2])) or "an answer nobody wrote down"


def _checked(wanted: Wanted, passages: Sequence[Passage], region: Place) -> tuple[Place, ...]:
    """Let the checker say what of the region supports an expected text of several words."""
    near = [one for one in passages if one.start < region[1] and region[0] < one.end]
    if wanted.checker is None or len(near) > CHECKED:
        return ()
    return tuple(
        (citation.start, citation.end)
        for expected in wanted.expected
        for sentence in wanted.checker.check(expected, near, question=wanted.question)
        if sentence.support == "supported"
        for citation in sentence.citations
    )


def _whole_sentence(text: str, start: int, end: int) -> Place:
    """Widen a place to the sentence or table row it stands in: half of one says little."""
    begin = max(0, start - AROUND)
    inside = [
        (begin + left, begin + right)
        for left, right in sentences(text[begin : end + AROUND])
        if begin + left < end and start < begin + right
    ]
    if not inside:
        return start, end
    return min(start, inside[0][0]), max(end, inside[-1][1])


def _stripped(text: str, start: int, end: int) -> Place:
    """Leave out white space at the ends: no passage has to hold it."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
