"""A curve says whether more examples would help, and only when it can tell."""

import math

import numpy as np
import pytest

from sartor.tuning.searching import Trial, curve, nested
from sartor.types import Example, Measurement, Message


def known(score_at, *, examples=80, noise=0.05):
    """Trainings whose true scores are known: the same test examples each time."""
    hardness = np.random.default_rng(0).normal(0, 0.1, examples)

    def train(share, seed):
        draw = np.random.default_rng([seed, int(100 * share)])
        scores = np.clip(score_at(share) + hardness + draw.normal(0, noise, examples), 0, 1)
        mean = float(scores.mean())
        return Trial(
            Measurement("task.f1", mean, mean - 0.03, mean + 0.03, examples), tuple(scores)
        )

    return train


def conversation(number, text=None):
    ask = text or f"Question {number}: what about {number * 37} and {number * number}?"
    return Example((Message("user", ask), Message("assistant", f"It is {number}.")), f"x:{number}")


def test_a_curve_that_still_rises_asks_for_more():
    found = curve(known(lambda share: 0.3 + 0.4 * share), examples=400)

    assert found.helps == "more examples would help"
    assert found.gain.mean == pytest.approx(0.2, abs=0.03)
    assert [point.examples for point in found.points] == [100, 200, 400]
    assert "the last step brought +" in found.reason


def test_a_curve_that_is_flat_does_not():
    found = curve(known(lambda share: 0.6, noise=0.01))

    assert found.helps == "more examples would not help"
    assert abs(found.gain.mean) < 0.02


def test_where_all_is_right_already_there_is_nothing_left_to_gain():
    found = curve(known(lambda share: 0.6 + 0.9 * share))

    assert found.helps == "more examples would not help"
    assert "nothing left to gain" in found.reason


def test_where_chance_is_larger_than_the_gain_it_says_so():
    found = curve(known(lambda share: 0.4 + 0.05 * share, examples=12, noise=0.3))

    assert found.helps == "cannot tell"
    assert "more seeds would tell" in found.reason


def test_seeds_that_disagree_make_it_less_sure():
    def train(share, seed):
        mean = 0.5 + (0.3 if seed % 2 and share == 1 else 0.05 * share)
        return Trial(Measurement("task.f1", mean, mean, mean, 50), (mean,) * 50)

    alone = curve(train)
    both = curve(train, seeds=2)

    assert both.points[0].seeds == 2
    assert both.gain.high - both.gain.low > alone.gain.high - alone.gain.low
    assert both.helps == "cannot tell"


def test_further_seeds_are_trained_while_the_budget_lasts():
    now = 0.0
    asked = []

    def train(share, seed):
        nonlocal now
        now += 60 * share
        asked.append((share, seed))
        return known(lambda share: share / 2)(share, seed)

    found = curve(train, seeds=9, minutes=4, clock=lambda: now)

    assert found.points[-1].seeds == 2, "a third round would have ended after 5.25 minutes"
    assert len(asked) == 6


def test_ctrl_c_keeps_the_seeds_that_are_complete():
    def train(share, seed):
        if seed == 1 and share == 0.5:
            raise KeyboardInterrupt
        return known(lambda share: share / 2)(share, seed)

    assert curve(train, seeds=3).points[0].seeds == 1
    with pytest.raises(KeyboardInterrupt):
        curve(lambda share, seed: train(share, 1))


def test_means_alone_are_compared_too():
    def train(share, seed):
        mean = 0.2 + 0.6 * share
        return Trial(Measurement("task.f1", mean, mean - 0.05, mean + 0.05, 60))

    found = curve(train)

    assert found.helps == "more examples would help"
    assert found.gain.low == pytest.approx(0.3 - 0.05 * math.sqrt(2))


def test_each_part_lies_within_the_next_and_what_is_alike_stays_together():
    unlike = [conversation(number) for number in range(60)]
    alike = [
        conversation(1_000 + copy, "When will my parcel be here, please?") for copy in range(20)
    ]
    examples = [*unlike, *alike]
    quarter, half, whole = nested(examples, seed=3)

    assert set(quarter) < set(half) < set(whole) == set(examples)
    assert len(half) == pytest.approx(40, abs=12)
    assert len(quarter) == pytest.approx(20, abs=12)
    for part in (quarter, half):
        copies = sum(one in part for one in alike)
        assert copies in {0, 20}, "near-duplicates are drawn together"
    assert nested(examples, seed=3)[0] == quarter
