"""A target and an answer -> how far the evidence came: to hits, to context, into the answer.

Goes by what the answer stores: its hits, its context, what was cut and why, its citations. Where
they are missing, nothing is concluded from that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sartor.evaluation.asked import ClaimedCitation
from sartor.evaluation.attributing.aiming import Target
from sartor.evaluation.attributing.finding import Place
from sartor.evaluation.attributing.lost import Lost, listed, placed, quoted
from sartor.evaluation.measures.silence import silent
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold
from sartor.types import Answer, Citation, Passage

LEANS = 0.5  # share of an answer's words that stand in a passage it was made from
FEWEST = 2  # ... and how many of them at least
SEARCH = "search"  # the step that looks for passages, in the steps of an answer

_WORD = re.compile(r"\w+")
_SMALL_WORDS = frozenset(chain.from_iterable(FUNCTION_WORDS.values()))


@dataclass(frozen=True, slots=True)
class Way:
    """What an answer stores about the passages it came from."""

    target: Target
    answer: Answer

    @property
    def in_context(self) -> list[Passage]:
        """Give the passages of the context that hold the evidence, alone or together."""
        return self._holding(self.answer.context) or self._stood_in_for()

    @property
    def rank(self) -> int | None:
        """Give the rank of the first hit that holds the evidence, or stands for one that does."""
        holders = {one.id for one in self.target.holders}
        for rank, hit in enumerate(self.answer.hits, 1):
            if self._holding([hit.passage]) or holders & {*hit.folded}:
                return rank
        return None

    @property
    def document_rank(self) -> int | None:
        """Give the rank of the first hit of the document."""
        ranks = enumerate(self.answer.hits, 1)
        return next(
            (at for at, hit in ranks if hit.passage.document_id == self.target.document_id), None
        )

    @property
    def used(self) -> str:
        """Say how the answer uses the evidence, if it does."""
        for one in cited(self.answer):
            if any(_overlap(one, place) for place in self._sources()):
                return f"it cites {quoted(one.quote)} at {one.start}-{one.end} of {one.document_id}"
        return self._leaning()

    def _sources(self) -> Iterator[tuple[str, int, int]]:
        """Give the places whose use is use of the evidence: the passages around it, and twins."""
        document = self.target.document_id
        for one in self.target.holders or self.target.pieces:
            yield document, one.start, one.end
        for start, end in self.target.places:
            yield document, start, end
        for one in self._stood_in_for():
            yield one.document_id, one.start, one.end

    def _holding(self, passages: Sequence[Passage]) -> list[Passage]:
        """Give those that hold the evidence by themselves, or else those that do together."""
        own = [one for one in passages if one.document_id == self.target.document_id]
        alone = [one for one in own if self.target.held_by([self._span(one)])]
        if alone or not self.target.held_by(map(self._span, own)):
            return alone
        return [one for one in own if self.target.touched_by(*self._span(one))]

    def _span(self, passage: Passage) -> Place:
        """Give where a passage stands; systems that store no offsets are believed their text."""
        text = self.target.text
        stands = text[passage.start : passage.end] == passage.text
        found = -1 if stands or not passage.text else text.find(passage.text)
        return (passage.start, passage.end) if found < 0 else (found, found + len(passage.text))

    def _stood_in_for(self) -> list[Passage]:
        """Give the passages of the context that say the same as one that holds the evidence."""
        holders = {one.id for one in self.target.holders}
        folding = {hit.passage.id for hit in self.answer.hits if holders & {*hit.folded}}
        reasons = [cut.reason for cut in self.answer.cut if cut.passage_id in holders]
        return [
            one
            for one in self.answer.context
            if one.id in folding or any(f"says the same as {one.id}" == said for said in reasons)
        ]

    def _leaning(self) -> str:
        """Say that the words of an answer come from the evidence, if from no other passage."""
        said = _topical(self.answer.text)
        mine = self.in_context
        if len(said) < FEWEST or not mine:
            return ""
        others = [one for one in self.answer.context if one not in mine]
        best = max(mine, key=lambda one: _shared(said, one))
        count = _shared(said, best)
        if count < max(FEWEST, LEANS * len(said)) or any(
            _shared(said, one) >= count for one in others
        ):
            return ""
        return f"{count} of its {len(said)} words stand in {placed(best)}, as in no other passage"


def follow(target: Target, answer: Answer, claimed: Sequence[ClaimedCitation] = ()) -> Lost:
    """Say at which stage a wrong answer lost a piece of evidence."""
    way = Way(target, answer)
    if not answer.hits and not answer.context and not _searched(answer):
        return _unseen(way, claimed)
    if target.exact and target.passages and not target.holders:
        return _cut(way)
    reached = way.in_context
    if reached:
        return _in_context(way, reached)
    rank = way.rank
    if rank is not None:
        return _after_search(way, rank)
    return _before_context(way)


def _searched(answer: Answer) -> bool:
    """Tell whether it is known which passages were found, though there are none."""
    return bool(answer.steps) or SEARCH in answer.timings


def _in_context(way: Way, reached: Sequence[Passage]) -> Lost:
    held = f"{way.target.said} was in the context, in {listed(map(placed, reached))}"
    if silent(way.answer):
        return Lost("in context, unused", f"{held}; it said nothing")
    used = way.used
    if used:
        return Lost("used but wrong", f"{held}; {used}, and is wrong")
    others = listed(one.passage_id or one.document_id for one in cited(way.answer))
    instead = f"cites {others} instead" if others else "neither cites it nor repeats its words"
    return Lost("in context, unused", f"{held}; the answer {instead}")


def _unseen(way: Way, claimed: Sequence[ClaimedCitation]) -> Lost:
    """Judge an answer that stores no passages: only its citations can tell."""
    used = way.used
    if used:
        return Lost("used but wrong", f"{used}, where {way.target.said} stands, and is wrong")
    sole = not way.target.exact or len(way.target.passages) == 1
    named = any(one.document_id == way.target.document_id for one in claimed)
    if named and sole:
        return Lost("used but wrong", f"it names {way.target.document_id} as its source")
    return Lost(
        "unknown",
        f"{way.target.said} is in the documents; the answer stores neither hits nor context, "
        "which would tell whether it was found",
    )


def _cut(way: Way) -> Lost:
    pieces = way.target.pieces
    seen = {one.id for one in (*way.answer.context, *(hit.passage for hit in way.answer.hits))}
    came = listed(one.id for one in pieces if one.id in seen) or "none of them"
    return Lost(
        "cut by splitting",
        f"{way.target.said} lies across {listed(map(placed, pieces))} and no passage holds it; "
        f"found: {came}",
    )


def _after_search(way: Way, rank: int) -> Lost:
    """Judge what was found and is not in the context."""
    hit = way.answer.hits[rank - 1].passage
    found = f"{way.target.said} was hit {rank}, {placed(hit)}"
    reason = _reason(way.answer, [hit, *way.target.holders])
    if way.answer.context or reason:
        why = f"cut: {reason}" if reason else "the answer does not store why it was cut"
        return Lost("packed out", f"{found}, and is not in the context; {why}")
    if silent(way.answer):
        return Lost("in context, unused", f"{found}; it said nothing and read none of its hits")
    if way.used:
        return Lost("used but wrong", f"{found}; {way.used}, and is wrong")
    return Lost(
        "unknown", f"{found}; the answer stores no context, which would tell if it was read"
    )


def _before_context(way: Way) -> Lost:
    answer, target = way.answer, way.target
    if not answer.hits and answer.context and not _searched(answer):
        reason = _reason(answer, target.holders)
        if reason:
            return Lost("packed out", f"{target.said} is not in the context; cut: {reason}")
        return Lost(
            "unknown",
            f"{target.said} is not in the context; the answer stores no hits, which would tell "
            "whether it was found",
        )
    if not target.passages:
        return Lost(
            "unknown", f"{target.said} is not among the hits; the documents are not here to look at"
        )
    return Lost("not retrieved", f"{target.said} {_missed(way)}")


def _missed(way: Way) -> str:
    hits = len(way.answer.hits)
    holders = listed(map(placed, way.target.holders or way.target.pieces))
    if not hits:
        searched = SEARCH in way.answer.timings
        searched = searched or any(step.name == SEARCH for step in way.answer.steps)
        why = "the search found nothing" if searched else "nothing was searched"
        shown = "" if way.answer.context else ", and it was shown no passages"
        return f"was not found: {why}{shown}"
    rank = way.document_rank
    best = f"the best hit of its document is rank {rank}" if rank else "no hit is of its document"
    return f"is in {holders}, none of them among the {hits} hits; {best}"


def cited(answer: Answer) -> Iterator[Citation]:
    """Give all citations of an answer, those of its sentences too."""
    yield from answer.citations
    for sentence in answer.sentences:
        yield from sentence.citations


def _overlap(citation: Citation, place: tuple[str, int, int]) -> bool:
    document, start, end = place
    return citation.document_id == document and citation.start < end and start < citation.end


def _reason(answer: Answer, passages: Iterable[Passage]) -> str:
    ids = {one.id for one in passages}
    return next((cut.reason for cut in answer.cut if cut.passage_id in ids), "")


def _topical(text: str) -> set[str]:
    return {word for word in _WORD.findall(fold(text)) if word not in _SMALL_WORDS}


def _shared(words: set[str], passage: Passage) -> int:
    return len(words & _topical(passage.text))
