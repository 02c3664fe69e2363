"""Intervals: what they are, that they hold the truth, and what they refuse."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.errors import InputError
from sartor.evaluation.statistics import bootstrap, measurement, percentile, wilson
from sartor.evaluation.statistics.distributions import binomial, student

GRADES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # textbook values of the score interval
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (8, 10, 0.4902, 0.9433),
        (20, 20, 0.8389, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_gives_the_score_interval(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_between_0_and_1(counted):
    low, high = wilson(*counted)
    assert 0 <= low <= counted[0] / counted[1] <= high <= 1


def test_proportions_get_a_wilson_interval_whatever_their_documents():
    found = measurement("answers.correct", [1.0, 1.0, 0.0, 1.0], clusters=["a", "a", "b", "b"])
    assert (found.mean, found.n) == (0.75, 4)
    assert (found.low, found.high) == wilson(3, 4)


def test_questions_gained_and_lost_leave_room_on_both_sides():
    found = measurement("gain", [1.0, 0.0, 0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    assert -1 <= found.low < 0 < found.mean < found.high <= 1


def test_truth_values_count_as_0_and_1():
    assert measurement("m", [True, False]) == measurement("m", [1.0, 0.0])


def test_graded_values_get_an_interval_around_their_mean_that_never_changes():
    values = [0.1, 0.5, 0.5, 0.9, 0.3, 0.7]
    found = measurement("retrieval.ndcg@10", values)
    assert found.mean == pytest.approx(0.5)
    assert found.low < found.mean < found.high
    assert found == measurement("retrieval.ndcg@10", values)


def test_another_seed_gives_another_interval_close_by():
    values = list(np.linspace(0, 1, 30) ** 2)
    one, other = (measurement("retrieval.map", values, seed=seed) for seed in (0, 1))
    assert one.low != other.low
    assert one.low == pytest.approx(other.low, abs=0.02)


@given(GRADES)
@settings(max_examples=60, deadline=None)
def test_a_share_has_an_interval_of_shares_that_can_be_written_as_json(values):
    found = measurement("retrieval.ndcg@10", values, resamples=1000)
    assert -1e-12 <= found.low <= found.mean <= found.high <= 1 + 1e-12
    json.dumps([found.low, found.high], allow_nan=False)


def test_questions_about_one_document_tell_less_than_as_many_about_different_ones():
    draw = np.random.default_rng(0)
    places = np.repeat(np.arange(10), 6)
    values = 0.8 * draw.random(10)[places] + 0.2 * draw.random(60)
    alone = measurement("retrieval.map", values)
    together = measurement("retrieval.map", values, clusters=[str(one) for one in places])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_a_question_without_a_document_stands_alone():
    values = [0.2, 0.4, 0.9, 0.5, 0.7]
    assert measurement("m", values, clusters=[""] * 5) == measurement("m", values)


def test_a_single_right_answer_proves_little():
    found = measurement("answers.correct", [1.0])
    assert (found.low, found.high) == pytest.approx((0.2065, 1.0), abs=1e-3)


@pytest.mark.parametrize("clusters", [None, ["only"]])
def test_a_single_graded_answer_leaves_almost_everything_open(clusters):
    found = measurement("retrieval.ndcg@10", [0.6], clusters=clusters)
    assert found.low < 0.15 and found.high > 0.9


def test_the_values_of_a_single_document_leave_almost_everything_open():
    found = measurement("retrieval.ndcg@10", [0.5, 0.6, 0.7], clusters=["only"] * 3)
    assert found.low < 0.15 and found.high > 0.9


def test_equal_grades_leave_open_what_equal_answers_do():
    found = measurement("retrieval.ndcg@10", [0.5] * 20)
    assert (found.low, found.high) == pytest.approx((0.4194, 0.5806), abs=1e-3)


def test_an_amount_is_no_share_however_small():
    free = measurement("cost.query", [0.0] * 20)
    assert (free.low, free.high) == (0.0, 0.0)
    flat = measurement("cost.query", [0.002] * 20)
    assert (flat.low, flat.high) == pytest.approx((0.002, 0.002))
    one = measurement("cost.query", [0.002])
    assert (one.low, one.high) == pytest.approx((0.0, 0.02))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None])
def test_what_is_not_a_number_is_refused_by_its_place(bad):
    with pytest.raises(InputError, match="value 2 of 3 is .*; expected a number"):
        measurement("answers.f1", [0.5, bad, 1.0])


def test_no_values_are_refused():
    with pytest.raises(InputError, match=r"answers\.f1: no values"):
        measurement("answers.f1", [])


def test_clusters_must_match_the_values():
    with pytest.raises(ValueError, match="1 clusters for 2 values"):
        measurement("m", [0.5, 0.6], clusters=["a"])


def test_a_percentile_is_one_of_the_values():
    seconds = [0.1 * number for number in range(1, 21)]
    found = percentile("latency.p95", seconds, 0.95)
    assert found.mean == pytest.approx(1.9)
    assert found.low <= found.mean <= found.high


def test_a_percentile_of_a_few_may_lie_above_all_that_were_seen():
    found = percentile("latency.p95", [1.0, 1.2, 0.9, 1.1, 1.6], 0.95)
    assert 1.6 < found.high <= 16


def test_a_percentile_of_one_value_leaves_a_factor_of_ten_open():
    found = percentile("latency.p50", [3.0], 0.5)
    assert (found.mean, found.n) == (3.0, 1)
    assert (found.low, found.high) == pytest.approx((0.3, 30.0))


@pytest.mark.parametrize("seconds", [[0.0], [0.0, 0.0], [0.0, 1.0, 2.0], [-1.0, 2.0]])
def test_a_percentile_of_zeros_is_a_number(seconds):
    found = percentile("latency.p95", seconds, 0.95)
    json.dumps([found.low, found.high], allow_nan=False)
    assert found.low <= found.mean <= found.high


def test_a_percentile_of_few_documents_is_less_sure_than_of_many():
    seconds = list(np.repeat(np.linspace(1, 3, 20), 10))
    places = [str(one) for one in np.repeat(np.arange(20), 10)]
    alone = percentile("latency.p50", seconds, 0.5)
    together = percentile("latency.p50", seconds, 0.5, clusters=places)
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_any_summary_can_be_resampled():
    def spread(sample):
        return max(sample) - min(sample)

    low, high = bootstrap([0.1 * n for n in range(20)], spread)
    assert 0.9 < low < high == pytest.approx(1.9)
    assert bootstrap([1, 1, 2, 2], spread, clusters=["a", "a", "b", "b"]) == (0, 1)


def test_a_hundred_thousand_values_take_no_time():
    values = np.random.default_rng(0).random(100_000)
    clusters = [str(place // 3) for place in range(100_000)]
    started = time.perf_counter()
    measurement("retrieval.map", values, clusters=clusters)
    percentile("latency.p95", values, 0.95, clusters=clusters)
    assert time.perf_counter() - started < 2


def test_many_documents_are_summarised_as_if_resampled():
    draw = np.random.default_rng(3)
    values = draw.beta(8, 2, 1001)
    resampled = measurement("retrieval.map", values[:1000])
    normal = measurement("retrieval.map", values)
    assert normal.high - normal.low == pytest.approx(resampled.high - resampled.low, rel=0.03)


def test_the_binomial_and_students_t_are_those_of_the_tables():
    assert binomial(4, 0.5) == pytest.approx([1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16])
    assert binomial(100_000, 0.3).sum() == pytest.approx(1)
    table = {1: 12.706, 2: 4.303, 5: 2.571, 10: 2.228, 30: 2.042, 1000: 1.962}
    assert {degrees: student(degrees) for degrees in table} == pytest.approx(table, abs=2e-3)


# --- coverage, reduced: benchmarks/coverage.py is the whole of it -----------------------------


def share_covered(one, truth, sets=400):
    draw = np.random.default_rng(1)
    found = [one(draw) for _ in range(sets)]
    return sum(each.low <= truth <= each.high for each in found) / sets


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.85])
def test_intervals_of_proportions_hold_the_truth_as_often_as_they_say(rate):
    covered = share_covered(lambda draw: measurement("m", draw.binomial(1, rate, 40)), rate)
    assert 0.92 <= covered <= 0.98


@pytest.mark.parametrize(
    ("make", "truth"),
    [
        (lambda draw, n: draw.random(n), 0.5),
        (lambda draw, n: draw.beta(8, 1.5, n), 8 / 9.5),
        (lambda draw, n: draw.binomial(3, 0.85, n) / 3, 0.85),
        (lambda draw, n: draw.exponential(1, n), 1.0),
    ],
)
@pytest.mark.parametrize("n", [20, 40])
def test_intervals_of_few_and_skewed_values_hold_the_truth_as_often_as_they_say(make, truth, n):
    covered = share_covered(lambda draw: measurement("m", make(draw, n), resamples=1000), truth)
    assert 0.915 <= covered <= 0.985


def test_intervals_of_clustered_values_hold_the_truth_as_often_as_they_say():
    def one(draw):
        places = draw.integers(0, 20, 60)
        values = 0.6 * draw.beta(4, 1, 20)[places] + 0.4 * draw.beta(4, 1, 60)
        clusters = [str(place) for place in places]
        return measurement("m", values, clusters=clusters, resamples=1000)

    assert 0.915 <= share_covered(one, 0.8) <= 0.985


@pytest.mark.parametrize(("share", "truth"), [(0.5, 1.0), (0.95, np.exp(0.7 * 1.644854))])
@pytest.mark.parametrize("n", [20, 100])
def test_intervals_of_percentiles_hold_the_truth_as_often_as_they_say(share, truth, n):
    covered = share_covered(
        lambda draw: percentile("latency.p", draw.lognormal(0, 0.7, n), share), truth
    )
    assert 0.92 <= covered <= 0.985
