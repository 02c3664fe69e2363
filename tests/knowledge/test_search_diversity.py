"""Repeats are folded, documents kept within bounds, results spread when asked."""

from sartor.knowledge.diversity import Candidate, choose, diversify
from sartor.text.near import similarity
from sartor.types import Passage

REFUND = "Refunds are paid within fourteen days after the item has come back to our warehouse."
COPY = REFUND.replace("our warehouse", "our  Warehouse")
OTHER = "Orders above fifty euros are delivered free of charge to any address in the country."


def candidates(*texts, documents=()):
    places = [*documents] or [f"d{number}" for number, _ in enumerate(texts)]
    return [
        Candidate(key, 1.0 - key / 10, Passage(f"p{key}", places[key], text, 0, len(text)))
        for key, text in enumerate(texts)
    ]


def shown(chosen):
    return [candidate.passage.id for candidate in chosen]


def test_a_near_duplicate_is_folded_into_the_better_hit():
    chosen = choose(candidates(REFUND, OTHER, COPY), 10, likeness=similarity, fold=0.9)
    assert shown(chosen) == ["p0", "p1"]
    assert chosen[0].folded == ["p2"]


def test_nothing_is_folded_when_folding_is_off():
    chosen = choose(candidates(REFUND, COPY), 10, likeness=similarity, fold=0)
    assert shown(chosen) == ["p0", "p1"]


def test_as_many_hits_as_asked_for_remain_after_folding():
    chosen = choose(candidates(REFUND, COPY, COPY, OTHER), 2, likeness=similarity, fold=0.9)
    assert shown(chosen) == ["p0", "p3"]


def test_candidates_are_drawn_only_as_far_as_needed():
    stream = iter(candidates(REFUND, OTHER, "Third.", "Fourth."))
    choose(stream, 1, likeness=similarity, fold=0.9)
    assert [candidate.passage.id for candidate in stream] == ["p2", "p3"]


def test_a_document_gives_no_more_hits_than_its_share():
    found = candidates("a b c", "d e f", "g h i", documents=["one", "one", "two"])
    chosen = choose(found, 10, likeness=similarity, fold=0.9, per_document=1)
    assert shown(chosen) == ["p0", "p2"]


def test_a_folded_passage_does_not_use_up_its_documents_share():
    found = candidates(REFUND, COPY, OTHER, documents=["one", "one", "one"])
    chosen = choose(found, 10, likeness=similarity, fold=0.9, per_document=2)
    assert shown(chosen) == ["p0", "p2"]


def test_diversity_brings_up_what_is_unlike_the_first():
    found = candidates(REFUND, COPY, OTHER)

    def alike(one, other):
        return similarity(one.passage.text, other.passage.text)

    assert shown(diversify(found, diversity=0.5, likeness=alike)) == ["p0", "p2", "p1"]


def test_no_diversity_keeps_the_order():
    found = candidates(REFUND, COPY, OTHER)
    assert diversify(found, diversity=0.0, likeness=lambda *_: 1.0) == found


def test_nothing_can_be_diversified():
    assert diversify([], diversity=0.5, likeness=lambda *_: 1.0) == []
