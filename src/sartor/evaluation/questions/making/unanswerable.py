"""Candidates -> questions that the documents do not answer.

Two kinds, as people ask them: a real question about another subject of the same kind, and something
usual to know about a subject that the documents do not say. One is kept only where no page or so of
any document speaks of the subject together with what is asked; words are compared without endings.
"""

# ruff: noqa: RUF001 - apostrophes as people type them

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sartor.evaluation.questions.making.attributes import ATTRIBUTES
from sartor.evaluation.questions.making.candidate import Candidate
from sartor.evaluation.questions.making.people import is_person
from sartor.text.function_words import FUNCTION_WORDS

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

SWAPPED = ("number", "date", "who", "where", "table")  # kinds whose subject can be another
DRAWN = 5  # questions looked at for each one wanted
LOOKED_AT = 30  # other subjects looked at for each of them ...
PARTNERS = 3  # ... and the nearest of those put in
NEAR_ENOUGH = 0.4  # in meaning: nobody asks about a gallery what they ask about a team
SWAPPED_SHARE = 0.5  # of all that are made, where there are enough
ASKED_SHARE = 0.5  # of the words of what is asked: beside the subject they could be an answer
WINDOW = 1_500  # characters that are looked at together, every half of that

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:’s|'s|ies|es|s|ed|ing|d)$")
_LEAST_ROOT = 3
_ASKING_LIST = "how many much when where who what given percentage did does do"
_SMALL = FUNCTION_WORDS["en"] | frozenset(_ASKING_LIST.split())


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A question, its subject, and how many of which words beside that might answer it."""

    candidate: Candidate
    subject: frozenset[str]
    asked: frozenset[str]
    needed: float
    swap: bool

    def answered(self, words: set[str]) -> bool:
        """Tell whether a text with these words might answer it."""
        return self.subject <= words and len(self.asked & words) >= self.needed


def unanswerable(
    candidates: Sequence[Candidate],
    texts: Iterable[str],
    n: int,
    *,
    seed: int,
    similarity: Similarity | None = None,
) -> list[Candidate]:
    """Make up to `n`; `texts` are all documents, read once.

    `similarity` says how near two subjects are in meaning; without it no subjects are exchanged.
    """
    draw = random.Random(seed)  # noqa: S311  # a draw of samples, no secret
    swapped = _swaps(candidates, n, draw, similarity) if similarity else ()
    proposals = [*swapped, *_missing(candidates, n, draw)]
    left = _not_answered(proposals, texts)
    swaps = _distinct([one for one in left if one.swap], candidates)[: round(n * SWAPPED_SHARE)]
    rest = _distinct([one for one in left if not one.swap], [*candidates, *swaps])
    return [*swaps, *rest][:n]


def roots(text: str) -> frozenset[str]:
    """Give the words of a text that carry meaning, without their endings."""
    words = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_root(word) for word in words if word not in _SMALL)


def _root(word: str) -> str:
    bare = _ENDING.sub("", word)
    return bare if len(bare) >= _LEAST_ROOT else word


def _swaps(
    candidates: Sequence[Candidate], n: int, draw: random.Random, similarity: Similarity
) -> list[_Proposal]:
    """Put other subjects into questions: of the same kind, number and spelling, nearest first."""
    alike: dict[tuple[str, bool], list[Candidate]] = defaultdict(list)
    able = [one for one in candidates if _can_be_swapped(one)]
    for candidate in able:
        alike[_about(candidate), candidate.plural].append(candidate)
    found: list[tuple[float, _Proposal]] = []
    for candidate in draw.sample(able, min(len(able), DRAWN * n)):
        members = alike[_about(candidate), candidate.plural]
        drawn = draw.sample(members, min(len(members), LOOKED_AT))
        others = [other for other in drawn if other.document != candidate.document]
        near = similarity(candidate.subject, [other.subject for other in others]) if others else ()
        ranked = sorted(zip(near, others, strict=True), key=lambda pair: -pair[0])
        for nearness, other in ranked[:PARTNERS]:
            if nearness >= NEAR_ENOUGH:
                found += [(nearness, proposal) for proposal in _swapped(candidate, other)]
    return [proposal for _, proposal in sorted(found, key=lambda pair: -pair[0])]


def _can_be_swapped(candidate: Candidate) -> bool:
    """Tell whether another subject fits in: a name for a name; things differ in what they can do.

    A cell that is asked for under its heading names its table, and fits no other row.
    """
    under_heading = candidate.kind == "table" and "“" in candidate.after
    named = candidate.named or candidate.kind == "table"
    return candidate.kind in SWAPPED and bool(candidate.subject) and named and not under_heading


def _swapped(candidate: Candidate, other: Candidate) -> Iterator[_Proposal]:
    subject, asked = roots(other.subject), roots(candidate.before + candidate.after)
    if subject and asked and not subject & (roots(candidate.subject) | asked):
        changed = replace(candidate, subject=other.subject)
        yield _Proposal(changed, subject, asked, ASKED_SHARE * len(asked), swap=True)


def _missing(candidates: Sequence[Candidate], n: int, draw: random.Random) -> Iterator[_Proposal]:
    """Ask for what is usual to know about the subjects there are, each attribute in turn."""
    able = [one for one in candidates if roots(one.subject) and _about(one)]
    drawn = draw.sample(able, min(len(able), DRAWN * n))
    asked: Counter[str] = Counter()
    for candidate in drawn:
        about = [one for one in ATTRIBUTES if one.about == _about(candidate)]
        if not about:
            continue
        one = min(about, key=lambda attribute: asked[attribute.before])
        asked[one.before] += 1
        question = replace(candidate, before=one.before, after=one.after)
        yield _Proposal(question, roots(candidate.subject), roots(one.words), 1, swap=False)


def _about(candidate: Candidate) -> str:
    """Say of what kind a subject is; its spelling mostly tells people from things."""
    if candidate.kind == "table":
        return "row" if candidate.subject[:1].isupper() else ""
    if candidate.kind in ("how", "label", "identity", "cloze"):
        return ""
    if is_person(candidate.subject):
        return "person"
    if candidate.named or candidate.kind == "name":
        return "name"
    return "things" if candidate.plural else ""


def _distinct(proposals: Iterable[_Proposal], others: Iterable[Candidate]) -> list[Candidate]:
    """Take each question around a subject and each subject once, and none that is asked already."""
    used = {candidate.text for candidate in others}
    taken = []
    for proposal in proposals:
        candidate = proposal.candidate
        marks = {candidate.text, candidate.subject}
        if not used & marks:
            used |= marks
            taken.append(candidate)
    return taken


def _not_answered(proposals: Sequence[_Proposal], texts: Iterable[str]) -> list[_Proposal]:
    """Go through all texts once and strike out what some page might answer."""
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, proposal in enumerate(proposals):
        by_word[min(proposal.subject)].append(place)
    open_places = set(range(len(proposals)))
    for text in texts:
        for start in range(0, len(text), WINDOW // 2):
            _strike(text[start : start + WINDOW], proposals, by_word, open_places)
    return [proposals[place] for place in sorted(open_places)]


def _strike(
    window: str,
    proposals: Sequence[_Proposal],
    by_word: Mapping[str, Sequence[int]],
    open_places: set[int],
) -> None:
    words = set(roots(window))
    for word in words & by_word.keys():
        for place in by_word[word]:
            if place in open_places and proposals[place].answered(words):
                open_places.discard(place)
