"""How many questions tell what."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sartor.evaluation.statistics import (
    compare,
    detectable,
    measurement,
    percentile,
    questions_to_prove,
    wilson,
)
from sartor.types import Measurement


def proportion(right, n):
    return Measurement("answers.correct", right / n, *wilson(right, n), n)


def test_sixty_questions_tell_twelve_points():
    assert detectable(60) == pytest.approx(0.12, abs=0.01)


def test_six_questions_or_fewer_tell_only_all_from_nothing():
    assert detectable(1) == detectable(6) == 1.0


@given(st.integers(1, 20_000), st.integers(1, 2_000))
def test_more_questions_tell_smaller_differences(n, more):
    assert 0 < detectable(n + more) <= detectable(n) <= 1


def test_a_detectable_difference_is_told_in_four_of_five():
    n = 100
    difference = detectable(n)
    draw, told = np.random.default_rng(0), 0
    for _ in range(400):
        lost = (1 / 8 - difference) / 2
        won, lost, _ = draw.multinomial(n, [lost + difference, lost, 1 - 2 * lost - difference])
        first = {str(q): float(q < won or q >= won + lost) for q in range(n)}
        second = {str(q): float(q >= won) for q in range(n)}
        told += compare("m", first, second).outcome == "better"
    assert 0.7 <= told / 400 <= 0.9


def test_twenty_of_twenty_want_two_more_to_prove_85_percent():
    found = proportion(20, 20)
    assert found.low == pytest.approx(0.839, abs=5e-4)
    assert questions_to_prove(found, 0.85, at_least=True) == 2


@given(st.integers(1, 400), st.floats(0, 1), st.floats(0.02, 0.98))
def test_so_many_further_questions_prove_a_proportion_and_one_fewer_do_not(n, share, value):
    right = round(share * n)
    assume(abs(right / n - value) > 0.02)
    found = proportion(right, n)
    more = questions_to_prove(found, value, at_least=True)
    if found.low >= value:
        assert more == 0
    elif found.mean < value:
        assert more is None
    else:
        assert wilson(found.mean * (n + more), n + more)[0] >= value - 1e-9
        if more > 1:
            assert wilson(found.mean * (n + more - 1), n + more - 1)[0] < value


def test_at_most_is_proved_by_the_upper_end():
    found = proportion(2, 40)
    assert questions_to_prove(found, 0.5, at_least=False) == 0
    more = questions_to_prove(found, 0.1, at_least=False)
    assert wilson(0.05 * (40 + more), 40 + more)[1] <= 0.1


def test_what_the_estimate_does_not_meet_no_number_proves():
    assert questions_to_prove(proportion(8, 10), 0.85, at_least=True) is None
    assert questions_to_prove(proportion(17, 20), 0.85, at_least=True) is None
    assert questions_to_prove(proportion(20, 20), 1.0, at_least=True) is None


def test_a_hundred_thousand_questions_are_out_of_reach():
    assert questions_to_prove(proportion(8501, 10_000), 0.85, at_least=True) is None


def test_other_intervals_shrink_with_the_root_of_the_questions():
    found = Measurement("retrieval.ndcg@10", 0.80, 0.70, 0.88, 50)
    assert questions_to_prove(found, 0.75, at_least=True) == 150


def test_waiting_times_are_proved_by_their_upper_end():
    found = percentile("latency.p95", list(np.linspace(0.5, 1.5, 40)), 0.95)
    assert found.mean < 1.6 < found.high
    assert questions_to_prove(found, 1.6, at_least=False) > 0


def test_a_price_that_is_always_the_same_is_proved():
    assert questions_to_prove(measurement("cost.query", [0.1] * 5), 0.2, at_least=False) == 0
