"""Candidates -> those that no other document contradicts: an old edition is not asked about.

Each sentence of every document is held against the candidates that it shares words with. Whether
two sentences then say different things, and which document is the newer one, is for the caller to
tell: it knows what a newer edition is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from sartor.evaluation.questions.making.candidate import Candidate
from sartor.text.sentences import sentences
from sartor.types import Document

Overtakes = Callable[[Document, str, Document, str], bool]
"""Tells of a document and its sentence whether they overtake another document and its sentence."""

LEAST_SHARED = 0.6  # of a candidate's words: fewer, and a sentence is about something else
_WORD = re.compile(r"[^\W\d_]+")


def not_overtaken(
    candidates: Sequence[Candidate], documents: Iterable[Document], overtakes: Overtakes
) -> list[Candidate]:
    """Leave out what a sentence of another document overtakes; `documents` are read once."""
    said, homes = _statements(candidates, documents := list(documents))
    words = [frozenset(_WORD.findall(text.casefold())) for text in said]
    places: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(words):
        for word in own:
            places[word].append(place)
    gone: set[int] = set()
    for document in documents:
        for start, end in sentences(document.text):
            text = document.text[start:end]
            shared = Counter(
                place
                for word in set(_WORD.findall(text.casefold()))
                for place in places.get(word, ())
            )
            gone.update(
                place
                for place, count in shared.items()
                if count >= LEAST_SHARED * len(words[place])
                and homes[place].id != document.id
                and overtakes(document, text, homes[place], said[place])
            )
    return [one for place, one in enumerate(candidates) if place not in gone]
