"""An answer and what it cites -> do the citations support it, are they needed, do they stand?

Recall and precision as ALCE defines them: a sentence counts when what it cites supports it, a
citation when its sentence would not be supported without it, or is by it alone. Foreign systems
cite for a whole answer: all that they cite then stands behind each sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sartor.errors import NotFound
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.checked import checked
from sartor.evaluation.measures.value import Value
from sartor.protocols import Checker, Library
from sartor.types import Answer, Citation, Sentence

MOST = 20  # citations whose need is looked at; each takes two checks

Check = Callable[[Sequence[str]], list[Sentence]]


def citations(asked: Asked, checker: Checker | None, library: Library | None) -> Iterator[Value]:
    """Give each measure of the citations that can be had for one answer."""
    answer = asked.answer
    if answer is None:
        return
    if judged(answer.sentences):
        yield from _already_checked(answer, len(asked.claimed))
    elif checker:
        yield from _foreign(asked, answer, checker, library)
    if library:
        yield from _verbatim(asked, answer, library)
    yield from _on_the_page(asked, answer)


def judged(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Keep the sentences that claim something and were compared with sources."""
    return [sentence for sentence in sentences if sentence.support != "unchecked"]


def share(found: Sequence[bool]) -> float:
    """Give the share that is true; there is at least one."""
    return sum(found) / len(found)


def _already_checked(answer: Answer, claimed: int) -> Iterator[Value]:
    sentences = judged(answer.sentences)
    backed = [one.support == "supported" and bool(one.citations) for one in sentences]
    yield Value("citations.recall", share(backed))
    standing = [
        citation.supported and sentence.support in ("supported", "partly")
        for sentence in sentences
        for citation in sentence.citations
    ]
    if standing or claimed:
        yield Value("citations.precision", share([*standing, *[False] * claimed]))


def _foreign(
    asked: Asked, answer: Answer, checker: Checker, library: Library | None
) -> Iterator[Value]:
    def check(sources: Sequence[str]) -> list[Sentence]:
        return judged(checked(checker, answer.text, sources, asked.question.text))

    quotes = [citation.quote for citation in answer.citations]
    if library is None:  # nobody could look whether the others stand: take them at their word
        quotes += [claim.quote for claim in asked.claimed if claim.quote]
    lost = 0 if library is None else len(asked.claimed)
    if not quotes:
        if lost or answer.context:
            yield Value("citations.recall", 0.0, "nothing that it cites stands in a document")
        if lost:
            yield Value("citations.precision", 0.0, "nothing that it cites stands in a document")
        return
    together = check(quotes)
    if not together:
        return
    yield Value("citations.recall", share([one.support == "supported" for one in together]))
    needed = _needed(quotes[:MOST], together, check)
    yield Value("citations.precision", share([*needed, *[False] * lost]))


def _needed(quotes: Sequence[str], together: Sequence[Sentence], check: Check) -> list[bool]:
    """Say of each citation whether a sentence that all support needs it, or needs no other."""
    if len(quotes) == 1:
        return [any(one.support == "supported" for one in together)]
    whole = _supported(together)
    needed = []
    for place, quote in enumerate(quotes):
        alone = _supported(check([quote]))
        without = _supported(check([*quotes[:place], *quotes[place + 1 :]]))
        needed.append(bool(whole & alone or whole - without))
    return needed


def _supported(sentences: Sequence[Sentence]) -> set[str]:
    return {sentence.text for sentence in sentences if sentence.support == "supported"}


def _verbatim(asked: Asked, answer: Answer, library: Library) -> Iterator[Value]:
    stands = [_stands(citation, library) for citation in answer.citations]
    lost = [claim for claim in asked.claimed if claim.quote]
    if stands or lost:
        reason = f"{lost[0].quote[:80]!r} is not in {lost[0].document_id}" if lost else ""
        yield Value("citations.exact", share([*stands, *[False] * len(lost)]), reason)


def _stands(citation: Citation, library: Library) -> bool:
    try:
        text = library.document(citation.document_id).text
    except NotFound:
        return False
    return text[citation.start : citation.end] == citation.quote


def _on_the_page(asked: Asked, answer: Answer) -> Iterator[Value]:
    """Compare pages where the evidence names them; another document's page is a wrong one."""
    pages = {
        (piece.document, piece.page)
        for piece in asked.question.evidence
        if piece.page is not None and piece.grade > 0
    }
    cited = [(one.document_id, one.page) for one in answer.citations]
    cited += [(one.document_id, one.page) for one in asked.claimed]
    if not pages or not cited:
        return
    documents = {document for document, _ in pages}
    about = [place for place in cited if place[0] in documents]
    yield Value("citations.page", share([place in pages for place in about]) if about else 0.0)
