"""Measures of retrieval, against trec_eval itself and a reference that spells definitions out."""

from math import log2

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.evaluation.measures.ranking import as_trec_eval_orders, holds, ranking
from sartor.evaluation.measures.retrieval import ndcg, retrieval
from sartor.evaluation.measures.spans import span_measures
from sartor.types import Evidence, Hit, Passage

THEIR_NAMES = {
    "retrieval.recall@{k}": "recall_{k}",
    "retrieval.precision@{k}": "P_{k}",
    "retrieval.hit@{k}": "success_{k}",
    "retrieval.ndcg@{k}": "ndcg_cut_{k}",
    "retrieval.mrr": "recip_rank",
    "retrieval.map": "map",
}


def hit(document, start=0, end=100, page=None):
    return Hit(Passage(f"{document}:{start}", document, "x" * (end - start), start, end, page), 1.0)


def ours(scores, grades, k):
    hits = [hit(document) for document in as_trec_eval_orders(scores)]
    evidence = [Evidence(document, grade=grade) for document, grade in grades.items()]
    return dict(retrieval(ranking(hits, evidence), k))


def theirs(scores, grades, k):
    wanted = {f"recall.{k}", f"P.{k}", f"success.{k}", f"ndcg_cut.{k}", "recip_rank", "map"}
    found = pytrec_eval.RelevanceEvaluator({"q": grades}, wanted).evaluate({"q": scores})["q"]
    return {our.format(k=k): found[their.format(k=k)] for our, their in THEIR_NAMES.items()}


ids = st.text("abc19-é", min_size=1, max_size=3)
few = st.sampled_from([0.0, 0.5, 1.0, 1.00000001, -2.0, 1e30])
scores = st.dictionaries(ids, few | st.floats(-1e6, 1e6), min_size=1, max_size=30)
# trec_eval itself crashes where every grade is negative.
judgements = st.dictionaries(ids, st.integers(-2, 4), min_size=1, max_size=15).filter(
    lambda grades: max(grades.values()) >= 0
)


@settings(deadline=None, max_examples=300)
@given(scores, judgements, st.integers(1, 40))
def test_measures_are_those_of_trec_eval(scores, grades, k):
    expected = theirs(scores, grades, k)
    assert ours(scores, grades, k) == {
        name: pytest.approx(value, abs=5e-5) for name, value in expected.items()
    }


def test_a_run_in_numbers():
    found = ours({"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}, {"b": 2, "d": 1, "e": 1, "c": 0}, 3)
    assert found == {
        "retrieval.recall@3": pytest.approx(1 / 3),
        "retrieval.precision@3": pytest.approx(1 / 3),
        "retrieval.hit@3": 1.0,
        "retrieval.ndcg@3": pytest.approx((2 / log2(3)) / (2 + 1 / log2(3) + 1 / log2(4))),
        "retrieval.mrr": 0.5,
        "retrieval.map": pytest.approx((1 / 2 + 2 / 4) / 3),
    }


def test_equal_scores_are_ordered_by_falling_id_and_only_single_precision_tells_them_apart():
    assert as_trec_eval_orders({"a": 1.0, "b": 1.0, "c": 1.000000001}) == ["c", "b", "a"]
    assert as_trec_eval_orders({"a": 1.001, "b": 1.0}) == ["a", "b"]


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
    assert ranking(hits, evidence).ranks == {evidence[0]: 2}


def test_spans_are_ranked_by_passages():
    evidence = [Evidence("b", 0, 10), Evidence("a", 150, 160)]
    hits = [hit("a", 0), hit("a", 100, 200), hit("b")]
    assert ranking(hits, evidence).ranks == {evidence[0]: 3, evidence[1]: 2}


def test_every_passage_on_an_evidence_page_counts_for_precision():
    found = ranking([hit("a", page=2), hit("a", page=1), hit("a", page=2)], [Evidence("a", page=2)])
    assert found.places == (1, 3)
    assert dict(retrieval(found, 3))["retrieval.precision@3"] == pytest.approx(2 / 3)


def test_all_evidence_in_the_first_passage_is_perfect():
    evidence = [Evidence("a", 0, 10), Evidence("a", 20, 30)]
    found = ranking([hit("a"), hit("b")], evidence)
    assert ndcg(found.ranks, found.grades, 10) == 1.0
    assert dict(retrieval(found, 10))["retrieval.map"] == 1.0


def test_spans_are_measured_in_characters():
    evidence = [Evidence("a", 50, 150), Evidence("a", 140, 160), Evidence("b", 0, 90)]
    hits = [hit("a", 0, 100), hit("a", 80, 120), hit("c", 0, 60), hit("b", 0, 90)]
    found = dict(span_measures(hits, evidence, 3))
    shared, wanted, read = 70, 110 + 90, 100 + 40 + 60
    assert found == {
        "retrieval.span_recall@3": shared / wanted,
        "retrieval.span_precision@3": shared / read,
        "retrieval.iou@3": shared / (wanted + read - shared),
    }


def test_without_spans_there_is_nothing_to_measure_in_characters():
    assert not [*span_measures([hit("a")], [Evidence("a"), Evidence("a", page=1)], 10)]


texts = st.integers(0, 300)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), texts, st.integers(1, 60)), max_size=8),
    st.lists(st.tuples(st.sampled_from("ab"), texts, st.integers(1, 60)), min_size=1, max_size=6),
)
def test_span_recall_counts_each_character_once(found, wanted):
    hits = [hit(document, start, start + length) for document, start, length in found]
    evidence = [Evidence(document, start, start + length) for document, start, length in wanted]
    measured = dict(span_measures(hits, evidence, 10))
    read = {(d, place) for d, start, length in found for place in range(start, start + length)}
    asked = {(d, place) for d, start, length in wanted for place in range(start, start + length)}
    assert measured["retrieval.span_recall@10"] == pytest.approx(len(read & asked) / len(asked))
    assert 0 <= measured["retrieval.iou@10"] <= measured["retrieval.span_recall@10"]
