"""Measures of retrieval, against a reference that spells the definitions out."""

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.evaluation.retrieval import evidence_ranks, holds, ndcg, recall, reciprocal_rank
from sartor.types import Evidence, Hit, Passage


def hit(document, start=0, end=100, page=None):
    return Hit(Passage(f"{document}:{start}", document, "x" * (end - start), start, end, page), 1.0)


def reference_ndcg(ranked, grades, k):
    def gain(order):
        return sum(max(0, grades.get(d, 0)) / log2(i + 2) for i, d in enumerate(order[:k]))

    best = gain(sorted(grades, key=lambda d: -grades[d]))
    return gain(ranked) / best if best else 0.0


rankings = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=16)
judgements = st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 3), max_size=12)
cuts = st.integers(1, 12)


@settings(deadline=None)
@given(rankings, judgements, cuts)
def test_measures_equal_their_definitions(ranked, grades, k):
    ranks = {item: rank for rank, item in enumerate(ranked, start=1)}
    relevant = {item for item, grade in grades.items() if grade > 0}
    first = next((i for i, item in enumerate(ranked, start=1) if item in relevant), None)
    assert ndcg(ranks, grades, k) == pytest.approx(reference_ndcg(ranked, grades, k))
    expected = len(relevant & {*ranked[:k]}) / len(relevant) if relevant else 0.0
    assert recall(ranks, grades, k) == pytest.approx(expected)
    assert reciprocal_rank(ranks, grades) == pytest.approx(1 / first if first else 0.0)


@pytest.mark.slow
@settings(deadline=None)
@given(rankings, judgements.filter(lambda grades: any(grades.values())), cuts)
def test_measures_equal_trec_evals(ranked, grades, k):
    pytrec_eval = pytest.importorskip("pytrec_eval")
    judge = pytrec_eval.RelevanceEvaluator(
        {"q": grades}, {f"ndcg_cut.{k}", f"recall.{k}", "recip_rank"}
    )
    run = {item: float(-place) for place, item in enumerate(ranked)}
    theirs = judge.evaluate({"q": run}).get("q", {})
    ranks = {item: rank for rank, item in enumerate(ranked, start=1)}
    assert ndcg(ranks, grades, k) == pytest.approx(theirs.get(f"ndcg_cut_{k}", 0.0))
    assert recall(ranks, grades, k) == pytest.approx(theirs.get(f"recall_{k}", 0.0))
    assert reciprocal_rank(ranks, grades) == pytest.approx(theirs.get("recip_rank", 0.0))


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (Evidence("d"), True),
        (Evidence("other"), False),
        (Evidence("d", page=3), True),
        (Evidence("d", page=4), False),
        (Evidence("d", start=90, end=95), True),
        (Evidence("d", start=199, end=300), True),
        (Evidence("d", start=200, end=300), False),
        (Evidence("d", start=10, end=20), False),
    ],
)
def test_a_hit_holds_its_document_its_page_and_the_spans_it_overlaps(piece, expected):
    assert holds(hit("d", 80, 200, page=3), piece) is expected


def test_several_passages_of_one_document_take_one_place():
    evidence = [Evidence("b")]
    hits = [hit("a", 0), hit("a", 100, 200), hit("b")]
    assert evidence_ranks(hits, evidence) == {evidence[0]: 2}


def test_spans_are_ranked_by_passages():
    evidence = [Evidence("b", 0, 10), Evidence("a", 150, 160)]
    hits = [hit("a", 0), hit("a", 100, 200), hit("b")]
    assert evidence_ranks(hits, evidence) == {evidence[0]: 3, evidence[1]: 2}


def test_all_evidence_in_the_first_passage_is_perfect():
    evidence = [Evidence("a", 0, 10), Evidence("a", 20, 30)]
    ranks = evidence_ranks([hit("a"), hit("b")], evidence)
    assert ndcg(ranks, dict.fromkeys(evidence, 1), 10) == 1.0
