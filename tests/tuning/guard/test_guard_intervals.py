"""Intervals hold what they promise, and what was not measured is left out."""

from math import exp, log

import numpy as np
import pytest

from sartor.tuning.guard.intervals import (
    apart,
    change,
    perplexity,
    perplexity_ratio,
    summarise,
    wilson,
)
from sartor.types import Measurement


def test_shares_have_wilson_intervals_as_tables_print_them():
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(50, 50)[1] == 1.0


def test_missing_values_are_left_out_and_never_zero():
    found = summarise("task.exact", [1.0, None, 1.0, None])

    assert (found.mean, found.n) == (1.0, 2)
    assert summarise("task.exact", [None, None]) is None
    assert change("task.exact", [None, 1.0], [1.0, None]) is None


def test_graded_values_that_are_all_alike_are_not_certain():
    found = summarise("general.probe", [0.4] * 10)

    assert found.low < 0.2 and found.high > 0.6


def test_nineteen_of_twenty_intervals_hold_the_truth():
    draw = np.random.default_rng(3)
    held = {"share": 0, "graded": 0, "change": 0}
    for _ in range(300):
        right = (draw.random(60) < 0.9).astype(float)
        graded = draw.beta(2, 3, 60)
        share, mean = summarise("a", right), summarise("b", graded)
        after = np.where(draw.random(60) < 0.2, 1 - right, right)
        gained = change("c", right, after)
        held["share"] += share.low <= 0.9 <= share.high
        held["graded"] += mean.low <= 0.4 <= mean.high
        held["change"] += gained.low <= 0.2 * (1 - 2 * 0.9) <= gained.high

    assert all(count >= 0.9 * 300 for count in held.values()), held


def test_a_paired_change_is_told_where_two_means_cannot_tell_it():
    before = [0.1 * (number % 10) for number in range(50)]
    after = [value + 0.05 for value in before]
    paired = change("task.f1", before, after)
    unpaired = apart("task.f1", summarise("task.f1", before), summarise("task.f1", after))

    assert paired.mean == pytest.approx(unpaired.mean) == pytest.approx(0.05)
    assert paired.low > 0 > unpaired.low


def test_no_change_at_all_is_not_certain_either():
    found = change("task.exact", [1.0] * 20, [1.0] * 20)

    assert found.mean == 0.0
    assert found.low < -0.05 and found.high > 0.05


def test_perplexity_counts_every_token_alike():
    found = perplexity("general.perplexity", [log(2) * 10, log(8) * 30], [10, 30])

    assert found.mean == pytest.approx(exp((log(2) * 10 + log(8) * 30) / 40))
    assert (found.low, found.high) == pytest.approx((2.0, 8.0))
    assert perplexity("general.perplexity", [], []) is None


def test_the_ratio_of_perplexities_is_known_better_than_either():
    draw = np.random.default_rng(0)
    tokens = [50] * 25
    before = list(50 * draw.normal(4.5, 0.5, 25))
    after = [loss + 50 * log(1.03) for loss in before]
    ratio = perplexity_ratio("general.perplexity", before, after, tokens)
    base = perplexity("general.perplexity", before, tokens)

    assert (ratio.low, ratio.mean, ratio.high) == pytest.approx((1.03, 1.03, 1.03))
    assert base.high / base.low > 1.3


def test_two_means_are_apart_by_both_their_intervals():
    found = apart("x", Measurement("x", 0.5, 0.4, 0.6, 50), Measurement("x", 0.8, 0.7, 0.9, 40))

    assert found.mean == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((0.3 - 0.1414, 0.3 + 0.1414), abs=1e-3)
    assert found.n == 40
