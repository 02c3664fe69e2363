"""A question and what was found for it -> how well each sentence answers, and whether any does.

Words decide first; meaning comes in, if at all, as a plain function that compares texts, and only
for the few sentences whose words speak for them. Knows no index and no model.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import exp, log
from threading import Lock
from typing import TYPE_CHECKING

from sartor.assistants.asking import Asked, asks_nothing, read, words
from sartor.assistants.statements import Statement, statements
from sartor.protocols import Embedder
from sartor.types import Hit, Passage

if TYPE_CHECKING:
    from sartor.protocols import Vectors

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

# What makes a statement the answer: the question's words in it and next to it, its meaning, the
# rank of its passage, and whether it holds the kind of thing that is asked for. Rounded from a fit
# on half of XQuAD-en, where the softmax of these scores is the chance to be the answer.
WORDS, NEAR, MEANING, RANK, KIND = 6.0, 1.0, 4.0, 4.0, 1.0

# What makes it likely that there is an answer at all, as the logit of a probability. Rounded from
# a fit on halves of XQuAD-en, -de and -zh, each question with and without its gold paragraph.
SURE_WORDS, SURE_AROUND, SURE_MEANING = 3.0, 6.0, 6.5
DOUBT, DOUBT_WITHOUT_MEANING = 7.0, 3.0

# What makes it doubtful that the answer is about the very thing that is asked for: its passage
# lacks a name or a number of the question, a row of a table does, its passage lacks an ordinal
# ("the fifth floor"), or no passage at all has a word of a question that has only a few.
LACKS_NAME, LACKS_NAME_IN_ROW, LACKS_ORDINAL, LACKS_WORD = 1.0, 4.0, 6.0, 1.0
FEW_WORDS = 3
ASIDE = 0.4  # weight of a word that stands in brackets at the end of the question

ALL = 0.999  # of the question's words
COMPARED = 3  # statements whose meaning is looked at: most of the time; more find no more answers
REMEMBERED = 4_096  # vectors of sentences, 1.5 kB each with MiniLM


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement and what speaks for it, each 0 to 1.

    `words` is the share of the question's words that it holds with what leads up to it, the rare
    ones counting more; `near` of those that stand only next to it, `around` of those that its
    passage holds. `own` are those it holds itself, `lacks` is how much speaks against it.
    """

    passage: Passage
    statement: Statement
    before: Statement | None
    words: float
    own: frozenset[str]
    near: float
    around: float
    rank: float
    kind: float
    lacks: float = 0.0
    meaning: float | None = None

    @property
    def score(self) -> float:
        """Add up what speaks for it."""
        return (
            WORDS * self.words
            + NEAR * self.near
            + RANK * self.rank
            + KIND * self.kind
            + MEANING * (self.meaning or 0.0)
        )


def chances(rated: Sequence[Candidate]) -> list[float]:
    """Say for each how likely it is to be the answer, given that one of them is."""
    powers = [exp(candidate.score) for candidate in rated]
    return [power / sum(powers) for power in powers]


def answerability(
    question: str, hits: Sequence[Hit], similarity: Similarity | None = None
) -> float:
    """Say how likely it is that the hits hold the answer, 0 to 1."""
    rated = rate(question, hits, similarity)
    return certainty([found for found in rated if not found.statement.instructs])


def certainty(rated: Sequence[Candidate]) -> float:
    """Say how likely it is that the best of the rated sentences, best first, is an answer."""
    if not rated:
        return 0.0
    best = rated[0]
    logit = SURE_WORDS * best.words + SURE_AROUND * best.around - best.lacks
    meanings = [candidate.meaning for candidate in rated if candidate.meaning is not None]
    logit += SURE_MEANING * max(meanings) - DOUBT if meanings else -DOUBT_WITHOUT_MEANING
    return 1 / (1 + exp(-logit))


def rate(
    question: str, hits: Sequence[Hit], similarity: Similarity | None = None
) -> list[Candidate]:
    """Rate the sentences of the hits, best first; where meaning is compared, the few best only."""
    if asks_nothing(question):
        return []
    asked = read(question)
    held = [frozenset(words(" ".join((*hit.passage.headings, hit.passage.text)))) for hit in hits]
    weights = _rarity(asked, held)
    unheard = asked.words - asked.aside - frozenset().union(*held)
    doubt = LACKS_WORD if unheard and len(asked.words - asked.aside) <= FEW_WORDS else 0.0
    top = max((hit.score for hit in hits if hit.score > 0), default=1.0)
    rated = [
        candidate
        for hit, around in zip(hits, held, strict=True)
        for candidate in _candidates(asked, hit, weights, around, max(hit.score, 0.0) / top, doubt)
    ]
    rated.sort(key=_best_first)
    rated = _each_once(rated)
    if similarity and rated:
        # Orders to a language model must not crowd out what may be said.
        orders = [found for found in rated if found.statement.instructs]
        others = [found for found in rated if not found.statement.instructs]
        few = others[:COMPARED] + orders[:COMPARED]
        rated = _with_meaning(question, few, similarity)
        rated.sort(key=_best_first)
    return rated


def _each_once(rated: Sequence[Candidate]) -> list[Candidate]:
    """Drop statements that were said in the same words before: passages and documents overlap."""
    first: dict[str, Candidate] = {}
    for candidate in rated:
        first.setdefault(_in_full(candidate.passage, candidate.statement), candidate)
    return list(first.values())


def _best_first(candidate: Candidate) -> tuple[float, str, int]:
    return -candidate.score, candidate.passage.id, candidate.statement.start


def _candidates(
    asked: Asked,
    hit: Hit,
    weights: Mapping[str, float],
    around: frozenset[str],
    rank: float,
    doubt: float,
) -> Iterator[Candidate]:
    found = statements(hit.passage)
    rows = sum(statement.row for statement in found)
    held = [frozenset(words(_in_full(hit.passage, statement))) for statement in found]
    headings = frozenset(words(" ".join(hit.passage.headings)))
    for place, statement in enumerate(found):
        beside = headings.union(*held[max(0, place - 1) : place + 2]) - held[place]
        candidate = Candidate(
            hit.passage,
            statement,
            found[place - 1] if place else None,
            words=_covered(held[place], weights),
            own=asked.words.intersection(words(statement.text)),
            near=_covered(beside, weights),
            around=_covered(around, weights),
            rank=rank,
            kind=float(asked.kind.held_by(statement.text, asked.text)),
            lacks=doubt + _lacks(asked, around, held[place] | headings if statement.row else None),
        )
        if not _unnamed(candidate, rows):
            yield candidate


def _lacks(asked: Asked, passage: Set[str], row: Set[str] | None) -> float:
    """Say how much it tells that names and ordinals of the question are missing."""
    if asked.ordinals - passage:
        return LACKS_ORDINAL
    if row is not None and asked.names - row:
        return LACKS_NAME_IN_ROW
    return LACKS_NAME if asked.names - passage else 0.0


def _unnamed(candidate: Candidate, rows: int) -> bool:
    """Tell whether it is one row among many, of which the question means another, or none."""
    row = candidate.statement.row and not candidate.own
    return row and (rows > 1 or candidate.words < ALL)


def _in_full(passage: Passage, statement: Statement) -> str:
    """Put what leads up to a statement before it."""
    leads = (
        passage.text[start - passage.start : end - passage.start] for start, end in statement.leads
    )
    return " ".join((*leads, statement.text))


def _with_meaning(
    question: str, rated: Sequence[Candidate], similarity: Similarity
) -> list[Candidate]:
    likeness = similarity(
        question, [_in_full(candidate.passage, candidate.statement) for candidate in rated]
    )
    return [
        replace(candidate, meaning=float(value))
        for candidate, value in zip(rated, likeness, strict=True)
    ]


def _rarity(asked: Asked, held: Sequence[Set[str]]) -> dict[str, float]:
    """Weigh each word of the question: the fewer of the passages hold it, the more it tells."""
    total = len(held)
    return {
        word: (ASIDE if word in asked.aside else 1.0)
        * (1 + log((total + 1) / (sum(word in passage for passage in held) + 0.5)))
        for word in sorted(asked.words)
    }


def _covered(found: Set[str], weights: Mapping[str, float]) -> float:
    """Give the share of the question's weight that these words hold."""
    total = sum(weights.values())
    held = sum(weight for word, weight in weights.items() if word in found)
    return held / total if total else 0.0


def similarity_of(embedder: Embedder, remembered: int = REMEMBERED) -> Similarity:
    """Compare by an embedder's vectors; those of sentences seen lately are kept."""
    kept: OrderedDict[str, Vectors] = OrderedDict()
    lock = Lock()

    def compare(question: str, texts: Sequence[str]) -> list[float]:
        with lock:
            known = {text: kept[text] for text in texts if text in kept}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, embedder.embed_passages(new), strict=True))
        with lock:
            for text in texts:
                kept[text] = known[text]
                kept.move_to_end(text)
            while len(kept) > remembered:
                kept.popitem(last=False)
        asked = embedder.embed_query(question)
        return [float((known[text] @ asked).max()) for text in texts]

    return compare
