"""Two ranked lists become one."""

import pytest

from sartor.knowledge.fusion import Ranking, fuse, taking_part
from sartor.protocols import Scored


def ranking(leg, scores, **more):
    found = tuple(Scored(key, score) for key, score in scores.items())
    return Ranking(leg, found, **{"floor": 0.0, **more})


def keys(found):
    return [hit.key for hit in found]


def test_the_best_of_both_legs_scores_one():
    fused = fuse([ranking("bm25", {1: 7.0, 2: 3.5}), ranking("dense", {1: 0.9, 3: 0.6})])
    assert keys(fused) == [1, 3, 2]
    assert [hit.score for hit in fused] == pytest.approx([1.0, 1 / 3, 0.25])


def test_a_passage_that_a_leg_does_not_name_gets_that_legs_floor():
    fused = fuse([ranking("bm25", {1: 4.0, 2: 2.0}, floor=2.0), ranking("dense", {3: 0.5})])
    assert {hit.key: hit.score for hit in fused} == {1: 0.5, 2: 0.0, 3: 0.5}


def test_equal_scores_are_ordered_by_key():
    assert keys(fuse([ranking("bm25", {9: 1.0, 4: 1.0, 7: 1.0})])) == [4, 7, 9]


def test_weights_are_shares_of_the_legs_that_take_part():
    legs = [
        ranking("bm25", {1: 1.0}, weight=0.5),
        ranking("dense", {2: 1.0}, weight=0.25),
    ]
    assert {hit.key: hit.score for hit in fuse(legs)} == pytest.approx({1: 2 / 3, 2: 1 / 3})


def test_a_leg_without_weight_still_ranks_alone():
    fused = fuse([ranking("dense", {2: 0.9, 1: 0.2}, weight=0.0)])
    assert {hit.key: hit.score for hit in fused} == pytest.approx({2: 1.0, 1: 2 / 9})


def test_a_dropped_leg_takes_no_part():
    legs = [ranking("bm25", {1: 1.0}), ranking("dense", {2: 1.0}, dropped="no signal")]
    assert taking_part(legs) == legs[:1]


def test_dropped_legs_take_part_when_there_is_no_other():
    legs = [ranking("bm25", {}, dropped="no words"), ranking("dense", {2: 1.0}, dropped="flat")]
    assert taking_part(legs) == legs


def test_reciprocal_ranks_look_at_ranks_alone():
    legs = [ranking("bm25", {1: 900.0, 2: 1.0}), ranking("dense", {2: 0.2, 1: 0.1}, weight=9.0)]
    fused = fuse(legs, "rrf")
    assert [hit.score for hit in fused] == pytest.approx([1 / 61 + 1 / 62] * 2)
    assert keys(fused) == [1, 2]


def test_one_hit_in_a_whole_collection_counts_fully():
    assert ranking("bm25", {5: 2.2}).normalised() == {5: 1.0}


@pytest.mark.parametrize("fusion", ["weighted", "rrf"])
def test_no_rankings_give_no_passages(fusion):
    assert fuse([], fusion) == []
