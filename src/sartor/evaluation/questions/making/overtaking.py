"""Candidates -> those that no other document overtakes: an old edition is not asked about.

Each sentence of every document is held against the candidates that it shares most words with.
Whether the two say different things, and which document is the newer one, is for the caller to
tell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from sartor.evaluation.questions.making.candidate import Candidate
from sartor.protocols import Corpus
from sartor.text.sentences import sentences
from sartor.types import Document

LEAST_SHARED = 0.6  # of a candidate's words: with fewer a sentence is about something else
_WORD = re.compile(r"[^\W\d_]+")

# (a document, its sentence, another document, its sentence) -> does the first overtake the second?
Overtakes = Callable[[Document, str, Document, str], bool]


def not_overtaken(
    candidates: Sequence[Candidate], corpus: Corpus, overtakes: Overtakes
) -> list[Candidate]:
    """Leave out what a sentence of another document overtakes; every document is read once."""
    homes = {one.document: corpus.document(one.document) for one in candidates}
    said = [homes[one.document].text[one.start : one.end] for one in candidates]
    alike = _Alike(said)
    gone: set[int] = set()
    for id in corpus.document_ids():
        document = homes.get(id) or corpus.document(id)
        for start, end in sentences(document.text):
            text = document.text[start:end]
            for place in alike.to(text):
                home = homes[candidates[place].document]
                if home.id != id and overtakes(document, text, home, said[place]):
                    gone.add(place)
    return [one for place, one in enumerate(candidates) if place not in gone]


class _Alike:
    """Texts, found by the words they share with another."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [_words(text) for text in texts]
        self._least = [LEAST_SHARED * len(own) for own in words]
        self._with: Mapping[str, list[int]] = defaultdict(list)
        for place, own in enumerate(words):
            for word in own:
                self._with[word].append(place)

    def to(self, text: str) -> list[int]:
        """Give the places of the texts that share most of their words with this one."""
        shared = Counter(place for word in _words(text) for place in self._with.get(word, ()))
        return [place for place, count in shared.items() if count >= self._least[place]]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
