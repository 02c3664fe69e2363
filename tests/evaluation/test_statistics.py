"""Intervals."""

from random import Random

import pytest

from sartor.evaluation.statistics import bootstrap, measurement, percentile, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # textbook values of the score interval
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (8, 10, 0.4902, 0.9433),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_gives_the_score_interval(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-4)


def test_proportions_get_a_wilson_interval():
    found = measurement("answers.contains", [1.0, 1.0, 0.0, 1.0])
    assert (found.mean, found.n) == (0.75, 4)
    assert (found.low, found.high) == wilson(3, 4)


def test_graded_values_get_an_interval_around_their_mean_that_never_changes():
    values = [0.1, 0.5, 0.5, 0.9, 0.3, 0.7]
    found = measurement("retrieval.ndcg@10", values)
    assert found.mean == pytest.approx(0.5)
    assert found.low < found.mean < found.high
    assert found == measurement("retrieval.ndcg@10", values)


def test_the_bootstrap_interval_covers_the_truth_about_as_often_as_it_says():
    draw, covered = Random(5), 0
    for _ in range(60):
        low, high = bootstrap([draw.random() for _ in range(40)], lambda x: sum(x) / len(x))
        covered += low <= 0.5 <= high
    assert covered >= 51


def test_a_percentile_is_one_of_the_values():
    seconds = [0.1 * number for number in range(1, 21)]
    found = percentile("latency.p95", seconds, 0.95)
    assert found.mean == pytest.approx(1.9)
    assert found.low <= found.mean <= found.high
    assert percentile("latency.p50", [3.0], 0.5).mean == 3.0
