"""What a climb may take: counted, held against the next step, and told."""

import pytest

from sartor.errors import BudgetRefused
from sartor.ladder.allowance import Allowance


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_without_limits_everything_fits():
    allowance = Allowance()
    allowance.spend(1e9)
    assert allowance.unlimited
    assert not allowance.refuses(seconds=1e9, dollars=1e9)


def test_time_runs_from_when_it_is_made():
    clock = Clock()
    clock.now = 1_000
    allowance = Allowance(seconds=60, clock=clock)
    assert not allowance.reached
    clock.now += 60
    assert allowance.reached == "the allowed 60 seconds are over"


def test_what_would_not_fit_is_refused_with_both_figures():
    allowance = Allowance(seconds=600, dollars=10, clock=Clock())
    allowance.spend(9.0)
    assert not allowance.refuses(seconds=600, dollars=1.0)
    told = "it would take about 20 minutes, and 10 minutes are left"
    assert allowance.refuses(seconds=1_200, dollars=0) == told
    told = "it would cost about $2.00, and $1.00 are left"
    assert allowance.refuses(seconds=0, dollars=2) == told


def test_what_nobody_knows_is_let_through_and_counted():
    allowance = Allowance(seconds=60, dollars=1, clock=Clock())
    assert not allowance.refuses(seconds=None, dollars=None)
    allowance.spend(None)
    assert (allowance.spent, allowance.unpriced) == (0.0, 1)


def test_watched_work_goes_on_until_time_is_over():
    clock, told = Clock(), []
    watching = Allowance(seconds=10, clock=clock).watching(lambda *step: told.append(step))
    watching("asking", 1, 3)
    clock.now = 10
    with pytest.raises(BudgetRefused, match="the allowed 10 seconds are over"):
        watching("asking", 2, 3)
    watching("asking", 3, 3)  # what is done is done
    assert told == [("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]
