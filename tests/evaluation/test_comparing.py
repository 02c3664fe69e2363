"""Comparisons of two systems on the same questions."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.errors import InputError
from sartor.evaluation.statistics import compare, holm

RIGHT = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)
GRADED = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


def named(values):
    return {f"q{place}": float(value) for place, value in enumerate(values)}


def right_or_wrong(n, better, worse):
    """So many questions, of which the first wins `better` and loses `worse`."""
    first = [place < better or place >= better + worse for place in range(n)]
    second = [place >= better for place in range(n)]
    return named(first), named(second)


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [  # 2 * P(at most `worse` of all that differ), a fair coin
        (0, 0, 1.0),
        (3, 3, 1.0),
        (1, 0, 1.0),
        (5, 0, 0.0625),
        (6, 0, 0.03125),
        (8, 1, 0.0390625),
        (10, 2, 0.0385742),
        (2, 10, 0.0385742),
        (30, 15, 0.0356982),
    ],
)
def test_mcnemar_is_exact(better, worse, p):
    assert compare("m", *right_or_wrong(60, better, worse)).p == pytest.approx(p, abs=1e-6)


def test_six_wins_without_a_loss_tell_and_five_do_not():
    told = compare("answers.correct", *right_or_wrong(100, 6, 0))
    assert (told.outcome, told.differing, told.more) == ("better", 6, None)
    open_still = compare("answers.correct", *right_or_wrong(100, 5, 0))
    assert open_still.outcome == "cannot tell"
    assert 50 <= open_still.more <= 100
    assert open_still.test == told.test == "exact McNemar"


def test_the_number_of_further_questions_would_tell_in_four_of_five():
    n, better, worse = 100, 15, 8
    total = n + compare("m", *right_or_wrong(n, better, worse)).more
    draw, told = np.random.default_rng(0), 0
    for _ in range(300):
        won, lost, _ = draw.multinomial(total, [better / n, worse / n, 1 - (better + worse) / n])
        told += compare("m", *right_or_wrong(total, won, lost)).outcome == "better"
    assert 0.72 <= told / 300 <= 0.88


def test_systems_that_never_differ_cannot_be_told_apart_by_any_number():
    found = compare("m", *right_or_wrong(30, 0, 0))
    assert (found.outcome, found.differing, found.more, found.p) == ("cannot tell", 0, None, 1.0)
    assert found.difference.low < 0 < found.difference.high


def test_a_tie_would_need_no_number_in_reach():
    assert compare("m", *right_or_wrong(30, 4, 4)).more is None


def test_one_question_tells_nothing():
    found = compare("m", {"q": 1.0}, {"q": 0.0})
    assert (found.outcome, found.p) == ("cannot tell", 1.0)
    assert found.more >= 5


def test_graded_values_are_compared_by_every_sign_where_they_are_few():
    first, second = named([0.9, 0.8, 0.7, 0.9, 0.6, 0.8]), named([0.5, 0.6, 0.6, 0.4, 0.5, 0.7])
    found = compare("retrieval.ndcg@10", first, second)
    assert found.test == "paired permutation, every sign"
    assert found.p == 2 / 64
    assert found.outcome == "better"


def test_graded_values_are_compared_by_drawn_signs_where_they_are_many():
    draw = np.random.default_rng(0)
    base = draw.random(50)
    found = compare("m", named(base + 0.1 * draw.random(50)), named(base))
    assert found.test == "paired permutation, 10,000 draws"
    assert found.p == pytest.approx(1 / 10_001)
    assert found.difference.mean == pytest.approx(0.05, abs=0.01)


def test_thousands_of_graded_values_take_the_normal_limit():
    draw = np.random.default_rng(0)
    first, second = named(draw.random(5000)), named(draw.random(5000))
    found = compare("m", first, second)
    assert found.test == "paired permutation, normal limit"
    assert 0 < found.p <= 1


def test_less_is_better_of_seconds():
    slow, quick = named([2.0 + place / 10 for place in range(9)]), named([1.0] * 9)
    assert compare("latency.seconds", slow, quick, lower_is_better=True).outcome == "worse"
    found = compare("latency.seconds", quick, slow, lower_is_better=True)
    assert found.outcome == "better"
    assert found.difference.mean < 0


def test_questions_about_one_document_flip_together():
    first, second = named([0.9, 0.8] * 6), named([0.5] * 12)
    clusters = {f"q{place}": f"doc{place // 6}" for place in range(12)}
    assert compare("m", first, second).outcome == "better"
    assert compare("m", first, second, clusters=clusters).outcome == "cannot tell"


def test_only_questions_that_both_have_are_compared():
    found = compare("m", {"a": 1.0, "b": 0.0}, {"b": 1.0, "c": 1.0})
    assert found.difference.n == 1
    with pytest.raises(InputError, match="no question in common"):
        compare("m", {"a": 1.0}, {"b": 1.0})


def test_nan_is_refused():
    with pytest.raises(InputError, match="expected a number"):
        compare("m", {"a": float("nan")}, {"a": 1.0})


def test_the_order_of_the_questions_does_not_matter():
    draw = np.random.default_rng(4)
    first, second = named(draw.random(40)), named(draw.random(40))
    turned = dict(reversed(first.items()))
    assert compare("m", first, second) == compare("m", turned, second)


@given(RIGHT)
@settings(deadline=None)
def test_right_or_wrong_seen_from_the_other_side_is_the_mirror_image(pairs):
    _mirrored(pairs)


@given(GRADED)
@settings(max_examples=40, deadline=None)
def test_graded_seen_from_the_other_side_is_the_mirror_image(pairs):
    _mirrored(pairs)


def _mirrored(pairs):
    first, second = (named(side) for side in zip(*pairs, strict=True))
    one, other = compare("m", first, second), compare("m", second, first)
    assert one.p == pytest.approx(other.p)
    assert one.difference.mean == pytest.approx(-other.difference.mean)
    assert one.difference.low == pytest.approx(-other.difference.high, abs=1e-9)
    assert (one.differing, one.more) == (other.differing, other.more)
    opposite = {"better": "worse", "worse": "better", "cannot tell": "cannot tell"}
    assert one.outcome == opposite[other.outcome]


# --- Holm -------------------------------------------------------------------------------------


def test_holm_multiplies_the_smallest_by_the_number_of_comparisons():
    found = [compare("m", *right_or_wrong(100, wins, 0)) for wins in (6, 9, 5)]
    held = holm(found)
    assert [one.p for one in held] == pytest.approx([0.0625, 3 * 2 / 2**9, 0.0625])
    assert [one.outcome for one in held] == ["cannot tell", "better", "cannot tell"]


def test_a_verdict_that_falls_says_how_many_more_questions_it_takes():
    alone = compare("m", *right_or_wrong(100, 6, 0))
    held, *_ = holm([alone, alone, alone])
    assert alone.more is None
    assert 0 < held.more < 300


def test_one_comparison_alone_stays_as_it_is():
    found = compare("m", *right_or_wrong(100, 6, 0))
    assert holm([found]) == [found]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_makes_a_p_smaller_and_keeps_their_order(chances):
    model = compare("m", *right_or_wrong(100, 6, 0))
    given_ = [
        replace(model, p=p, outcome="better" if p <= 0.05 else "cannot tell") for p in chances
    ]
    held = holm(given_)
    ordered = [after.p for _, after in sorted(zip(chances, held, strict=True), key=lambda x: x[0])]
    assert all(before <= after.p <= 1 for before, after in zip(chances, held, strict=True))
    assert all(smaller <= larger for smaller, larger in pairwise(ordered))
    assert all((one.outcome == "better") == (one.p <= 0.05) for one in held)


# --- false alarms, reduced: benchmarks/coverage.py is the whole of it -------------------------


def false_alarms(one, sets=600):
    draw = np.random.default_rng(2)
    return sum(one(draw) for _ in range(sets)) / sets


def test_mcnemar_tells_equal_systems_apart_in_at_most_6_percent():
    def one(draw):
        won, lost, _ = draw.multinomial(100, [0.15, 0.15, 0.7])
        return compare("m", *right_or_wrong(100, won, lost)).p <= 0.05

    assert false_alarms(one) <= 0.06


@pytest.mark.parametrize("n", [9, 40])
def test_permutation_tells_equal_systems_apart_in_at_most_6_percent(n):
    def one(draw):
        first, second = named(draw.exponential(1, n)), named(draw.exponential(1, n))
        return compare("m", first, second, resamples=100).p <= 0.05

    assert false_alarms(one, sets=400) <= 0.06 + 0.015  # and twice the error of counting so few
