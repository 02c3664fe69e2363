"""The real ledger, the real analyser and the index together: what is committed is what is found."""

from contextlib import closing

import numpy as np
import pytest

from sartor.knowledge.index.card import Card
from sartor.knowledge.index.follow import follow
from sartor.knowledge.index.owner import SharedIndex
from sartor.knowledge.index.verify import Comparison, verify
from sartor.knowledge.ledger import DeleteDocument, Ledger, NewPassage, PutDocument
from sartor.knowledge.terms import terms
from sartor.protocols import Where
from sartor.types import Document, Source, Span

FINGERPRINT = "letters"
CARD = Card(fingerprint=FINGERPRINT, dimension=26, analyser="terms")


def embed(text):
    counts = np.array([text.lower().count(chr(97 + n)) + 0.01 for n in range(26)], np.float32)
    return (counts / np.linalg.norm(counts)).reshape(1, -1)


def put(name, text, **fields):
    document = Document(id=name, source="docs", title=name, text=text, language="en", **fields)
    middle = text.index("|") + 1
    spans = (Span(0, middle), Span(middle, len(text)))
    return PutDocument(document, tuple(NewPassage(span) for span in spans))


@pytest.fixture
def ledger(folder):
    with closing(Ledger(folder / "ledger.db")) as ledger:
        ledger.put_source(Source(name="docs", location="docs"))
        yield ledger


@pytest.fixture
def index(folder, ledger):
    def catch_up(index, seconds):
        return follow(index, ledger, terms, FINGERPRINT, seconds)

    with closing(SharedIndex(folder / "index", CARD, catch_up)) as index:
        yield index


def compare(index, ledger):
    return verify(index, ledger, terms, FINGERPRINT)


def found(index, ledger, query, where=None):
    hits = index.search_terms(terms(query, "en"), 5, where or Where())
    return [passage.text for passage in ledger.passages([hit.key for hit in hits]).values()]


def test_words_are_found_at_once_and_vectors_follow(index, ledger):
    ledger.commit([put("a", "Refunds take days.|Zebras graze."), put("b", "Xylophones|ring.")])
    assert found(index, ledger, "refund") == ["Refunds take days.|"]
    assert index.search_vector(embed("zzz")[0], 5, Where()) == []
    waiting = list(ledger.unembedded(FINGERPRINT))
    ledger.put_vectors(FINGERPRINT, {one.hash: embed(one.text) for one in waiting})
    best = index.search_vector(embed("Zebras graze.")[0], 1, Where())[0]
    assert ledger.passages([best.key])[best.key].text == "Zebras graze."
    assert compare(index, ledger) == Comparison(compared=4)


def test_edits_deletions_and_labels_reach_the_index(index, ledger):
    ledger.commit([put("a", "Old news.|Kept."), put("b", "Gone soon.|Also.", labels=("staff",))])
    assert found(index, ledger, "soon") == []
    assert found(index, ledger, "soon", Where(labels=("staff",))) == ["Gone soon.|"]
    ledger.commit([put("a", "Fresh news.|Kept."), DeleteDocument("b")])
    assert found(index, ledger, "old") == []
    assert found(index, ledger, "soon", Where(labels=None)) == []
    assert found(index, ledger, "fresh") == ["Fresh news.|"]
    assert compare(index, ledger) == Comparison(compared=2)


def test_a_log_that_was_shortened_costs_a_full_comparison_only(index, ledger):
    ledger.commit([put("a", "One.|Two."), put("b", "Three.|Four.")])
    assert index.applied() == ledger.last_change()
    ledger.commit([DeleteDocument("b"), put("c", "Five.|Six.")])
    ledger.compact_log(ledger.last_change())
    assert index.catch_up(10)
    assert compare(index, ledger) == Comparison(compared=4)
