"""An answer -> its sentences, what they cite and what was found, as far as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sartor.evaluation.measures.ranking import holds
from sartor.types import Answer, Citation, Evidence, Sentence, Support

# One letter for each class of the style sheet: a page has thousands of sentences.
MARKS: dict[Support, str] = {
    "supported": "s",
    "partly": "p",
    "unsupported": "u",
    "contradicted": "x",
    "unchecked": "",
}
MARKUP = 40  # characters that a sentence takes besides its text

Place = tuple[str, int, int]  # a document and a span of it
Numbered = Mapping[Place, tuple[int, Citation]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters of each kind of text one question may have, and how many quotes."""

    answer: int
    text: int
    quote: int
    quotes: int


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an answer: the class of its support, the numbers of its citations."""

    text: str
    mark: str
    reason: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """One citation: its place and its words."""

    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: the passage, why it is here, what became of it."""

    id: str
    ranks: str
    marks: str


def clipped(text: str, most: int) -> str:
    """Cut a text that is too long, and say so."""
    return text if len(text) <= most else f"{text[:most].rstrip()} [...]"


def place_of(document: str, page: int | None) -> str:
    """Name a document and, if it has pages, the page."""
    return f"{document}, page {page}" if page else document


def numbered(answer: Answer) -> Numbered:
    """Number the citations in the order of the text, each place once."""
    found: dict[Place, tuple[int, Citation]] = {}
    said = (cited for sentence in answer.sentences for cited in sentence.citations)
    for cited in (*said, *answer.citations):
        found.setdefault(_place(cited), (len(found) + 1, cited))
    return found


def _place(cited: Citation) -> Place:
    return cited.document_id, cited.start, cited.end


def sentences(answer: Answer, numbers: Numbered, limits: Limits) -> tuple[tuple[Said, ...], int]:
    """Give the sentences that there is room for, and how many characters are left out."""
    said: list[Said] = []
    left = limits.answer
    for one in answer.sentences or (Sentence(answer.text, (), "unchecked"),):
        text = one.text[: max(0, left)]
        if text:
            said.append(_said(one, text, numbers, limits))
        left -= len(one.text) + MARKUP
    shown = sum(len(one.text) for one in said)
    whole = sum(len(one.text) for one in answer.sentences) or len(answer.text)
    return tuple(said), whole - shown


def _said(one: Sentence, text: str, numbers: Numbered, limits: Limits) -> Said:
    cited = {numbers[_place(cited)][0] for cited in one.citations}
    reason = "" if one.support == "supported" else clipped(one.reason, limits.quote)
    return Said(
        text,
        MARKS[one.support],
        reason,
        tuple(sorted(number for number in cited if number <= limits.quotes)),
    )


def quoted(numbers: Numbered, limits: Limits) -> Iterator[Quoted]:
    """Quote the citations in the order of their numbers."""
    for _, cited in list(numbers.values())[: limits.quotes]:
        place = place_of(cited.document_id, cited.page)
        yield Quoted(clipped(place, limits.quote), clipped(cited.quote, limits.quote))


def found(
    answer: Answer, evidence: Sequence[Evidence], most: int, limits: Limits
) -> Iterator[Found]:
    """Name the hits, best first, with what became of each."""
    used = {passage.id for passage in answer.context}
    cited = {citation.passage_id for citation in answer.citations}
    cut = {one.passage_id: one.reason for one in answer.cut}
    for hit in answer.hits[:most]:
        id = hit.passage.id
        states = {
            "evidence": any(holds(hit, piece) for piece in evidence),
            "cited": id in cited,
            "in context": id in used and id not in cited,
            f"left out: {cut.get(id)}": id in cut,
        }
        ranks = ", ".join(f"{leg} {rank}" for leg, rank in hit.ranks.items())
        yield Found(clipped(id, limits.quote), ranks, _joined(states, limits.quote))


def _joined(states: Mapping[str, bool], most: int) -> str:
    return clipped(", ".join(state for state, holds in states.items() if holds), most)
