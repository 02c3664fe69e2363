"""A sentence, the passages it names and the others -> whether they say so.

The passages that the model named are looked at first, the rest only if those do not support it:
naming a passage proves nothing. Knows no model.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sartor.assistants.conflicts import rival
from sartor.assistants.packing import Packed, Shown
from sartor.assistants.quoting import quote
from sartor.protocols import Checker, Library
from sartor.text.normal import squeeze
from sartor.types import Citation, Passage, Sentence, Support

WORST_FIRST: tuple[Support, ...] = (
    "contradicted",
    "unsupported",
    "partly",
    "supported",
    "unchecked",
)


@dataclass(frozen=True, slots=True)
class Outdated:
    """A passage that is cited, the newer one, and where in the document that one disagrees."""

    old: Shown
    new: Shown
    start: int
    end: int


def verified(
    text: str, numbers: Collection[int], packed: Packed, checker: Checker, question: str
) -> Sentence:
    """Check one sentence against the passages it names, then against the others."""
    named = [one.passage for one in packed.shown if one.number in numbers]
    others = [one.passage for one in packed.shown if one.number not in numbers]
    verdict = _checked(text, named, checker, question) if named else None
    if others and (verdict is None or verdict.support not in ("supported", "unchecked")):
        second = _checked(text, others, checker, question)
        if verdict is None or _better(second, verdict):
            verdict = second
    if verdict is None:
        return Sentence(text, (), "unsupported", "there are no passages")
    return verdict


def _checked(text: str, passages: Sequence[Passage], checker: Checker, question: str) -> Sentence:
    """Check a text as one sentence, however many the checker sees in it."""
    found = checker.check(text, passages, question=question)
    if not found:
        return Sentence(text, (), "unchecked", "it says nothing that could be checked")
    worst = min(found, key=lambda sentence: WORST_FIRST.index(sentence.support))
    citations = [citation for sentence in found for citation in sentence.citations]
    return replace(worst, text=text, citations=tuple(dict.fromkeys(citations)))


def _better(second: Sentence, first: Sentence) -> bool:
    return WORST_FIRST.index(second.support) > WORST_FIRST.index(first.support)


def outdated(sentence: Sentence, packed: Packed) -> Outdated | None:
    """Find out whether only outdated passages say it, and what the newest says instead.

    A sentence that names the date of its source says what was so then, and may.
    """
    if sentence.support not in ("supported", "partly"):
        return None
    found = [_newer(citation, packed) for citation in sentence.citations]
    if not found or not all(found):
        return None
    first = next(one for one in found if one)
    date = first.old.date
    return None if date and (date in sentence.text or date[:4] in sentence.text) else first


def contradicted(sentence: Sentence, by: Outdated) -> Sentence:
    """Take back what an outdated passage says."""
    old, new = by.old, by.new
    reason = (
        f"{old.title} ({old.date}) says so, but {new.title} ({new.date}) is newer and disagrees"
    )
    return replace(sentence, support="contradicted", reason=reason)


def correction(by: Outdated, library: Library) -> Sentence:
    """Quote what the newer passage says, with its date."""
    passage = by.new.passage
    cited = quote(library.document(passage.document_id), passage, by.start, by.end)
    text = f"{by.new.date}: {squeeze(cited.quote)}"
    return Sentence(text, (cited,), "supported", "quoted: the newer passage disagrees")


def _newer(citation: Citation, packed: Packed) -> Outdated | None:
    """Find the newer passage that disagrees with what is cited, if there is one."""
    cited = next((one for one in packed.shown if one.passage.id == citation.passage_id), None)
    if cited is None or cited.number not in packed.newer:
        return None
    new = packed.shown[packed.newer[cited.number] - 1]
    place = rival(citation.quote, new.passage.text)
    if place is None:
        return None
    start = new.passage.start
    return Outdated(cited, new, start + place[0], start + place[1])
