"""Rungs that must be built first: when they are, when not, and what is said about it."""

from functools import partial

import pytest
from known_systems import Knows, measured, questions

from sartor.errors import BudgetRefused, Unreachable
from sartor.ladder.allowance import Allowance
from sartor.ladder.climb import climb
from sartor.ladder.rungs import Effort, Rung

ASKED = questions(100, documents=100)
BAR = "answers.correct >= 0.8"
MINUTES = Effort(seconds=600, dollars=0.0, reason="400 steps of 1.5 s")

up = partial(climb, evaluate=measured, volume=10_000)


class Bench:
    """Rungs that write down in which order they were built."""

    def __init__(self):
        self.built = []

    def rung(self, name, order, share, *, cost=0.001, **more):
        def build():
            self.built.append(name)
            return Knows(share, cost=cost)

        return Rung(name, order, build, **more)

    def trained(self, name, order, share, *, effort=MINUTES, **more):
        return self.rung(name, order, share, effort=effort, **more)


@pytest.fixture
def bench():
    return Bench()


# --- built only when needed -----------------------------------------------------------------------


def test_nothing_is_trained_while_a_rung_that_is_there_is_proved(bench):
    rungs = [bench.rung("a", 0, 0.2), bench.rung("b", 1, 0.97), bench.trained("t", 2, 1.0)]
    verdict = up(rungs, ASKED, bar=BAR)
    assert bench.built == ["a", "b"]
    assert (verdict.rung, verdict.status) == ("b", "proved")
    assert verdict.unbuilt == {"t": "not needed: b is proved; sartor climb --all builds it anyway"}
    assert not verdict.missing
    assert not verdict.unfinished


def test_nothing_is_trained_while_a_rung_that_is_there_is_likely(bench):
    rungs = [bench.rung("a", 0, 0.84), bench.trained("t", 1, 1.0)]
    verdict = up(rungs, ASKED, bar=BAR)
    assert verdict.status == "likely"
    assert bench.built == ["a"]


def test_who_wants_proof_gets_it_built(bench):
    rungs = [bench.rung("a", 0, 0.84), bench.trained("t", 1, 1.0)]
    verdict = up(rungs, ASKED, bar=BAR, strict=True)
    assert bench.built == ["a", "t"]
    assert (verdict.rung, verdict.status) == ("t", "proved")


def test_when_nothing_is_enough_rungs_are_built_one_by_one_until_one_is(bench):
    rungs = [
        bench.trained("t3", 3, 1.0),
        bench.trained("t2", 2, 0.97),
        bench.trained("t1", 1, 0.4),
        bench.rung("a", 0, 0.2),
    ]
    verdict = up(rungs, ASKED, bar=BAR)
    assert bench.built == ["a", "t1", "t2"]
    assert verdict.rung == "t2"
    assert list(verdict.unbuilt) == ["t3"]


def test_what_is_there_is_measured_first_wherever_it_stands_on_the_ladder(bench):
    rungs = [bench.trained("t", 0, 1.0), bench.rung("a", 5, 0.97)]
    assert up(rungs, ASKED, bar=BAR).rung == "a"
    assert bench.built == ["a"]


def test_on_demand_everything_is_built(bench):
    rungs = [bench.rung("a", 0, 0.97), bench.trained("t", 1, 1.0, cost=0.0001)]
    verdict = up(rungs, ASKED, bar=BAR, everything=True)
    assert bench.built == ["a", "t"]
    assert verdict.rung == "t"
    assert not verdict.unbuilt


def test_without_a_bar_nothing_is_built_and_that_is_said(bench):
    rungs = [bench.rung("a", 0, 0.5), bench.trained("t", 1, 1.0)]
    verdict = up(rungs, ASKED)
    assert bench.built == ["a"]
    assert "without a bar" in verdict.unbuilt["t"]
    assert not any("without a bar" in note for note in verdict.notes)  # once is enough
    assert up(rungs, ASKED, everything=True).rung == "t"


def test_what_was_built_before_is_measured_like_any_other(bench):
    rungs = [bench.rung("a", 0, 0.97), bench.rung("t", 1, 1.0)]
    assert list(up(rungs, ASKED, bar=BAR).cards) == ["a", "t"]


def test_the_names_of_rungs_decide_nothing(bench):
    for first, second in (("prompt", "lora"), ("lora", "prompt")):
        rungs = [bench.rung(first, 0, 0.97), bench.trained(second, 1, 1.0)]
        verdict = up(rungs, ASKED, bar=BAR)
        assert (verdict.rung, list(verdict.unbuilt)) == (first, [second])


# --- what goes wrong while building ---------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [RuntimeError("loss is nan"), MemoryError("out of memory"), BudgetRefused("no room")]
)
def test_a_crash_while_training_is_recorded_and_the_next_one_is_built(bench, error):
    def crash():
        raise error

    rungs = [
        bench.rung("a", 0, 0.2),
        Rung("t1", 1, crash, effort=MINUTES),
        bench.trained("t2", 2, 0.97),
    ]
    verdict = up(rungs, ASKED, bar=BAR)
    assert str(error) in verdict.missing["t1"]
    assert verdict.rung == "t2"
    assert not verdict.unfinished


def test_a_model_that_is_gone_while_building_ends_the_climb(bench):
    def gone():
        raise Unreachable("the model is gone")

    rungs = [bench.rung("a", 0, 0.2), Rung("t", 1, gone, effort=MINUTES)]
    with pytest.raises(Unreachable):
        up(rungs, ASKED, bar=BAR)


# --- what an unbuilt one would cost ---------------------------------------------------------------


def dear_and_unbuilt(bench, **more):
    return [
        bench.rung("short", 0, 0.2, cost=0.0001),
        bench.rung("dear", 1, 0.97, cost=0.01),
        bench.trained("t", 2, 1.0, like="short", **more),
    ]


def test_an_unbuilt_rung_that_may_be_cheaper_is_named_with_figures_and_command(bench):
    effort = Effort(seconds=600, dollars=24.0)
    verdict = up(dear_and_unbuilt(bench, effort=effort), ASKED, bar=BAR)
    (step,) = [one for one in verdict.next_steps if "may be cheaper" in one]
    assert "t is not built" in step
    assert "about $3.00 a month at 10,000 questions ($2.00 of that for building it" in step
    assert "dear costs $100" in step
    assert step.endswith("sartor climb --rung t --all.")
    assert "t" not in bench.built


@pytest.mark.parametrize(
    "effort",
    [Effort(dollars=50_000.0), Effort(dollars=None)],
    ids=["dearer", "nobody knows"],
)
def test_one_that_is_dearer_or_of_unknown_price_is_not_recommended(bench, effort):
    verdict = up(dear_and_unbuilt(bench, effort=effort), ASKED, bar=BAR)
    assert not any("cheaper" in step for step in verdict.next_steps)


def test_what_is_built_often_costs_more_a_month(bench):
    effort = Effort(dollars=240.0)
    often = dear_and_unbuilt(bench, effort=effort, lasts=1.0)
    assert not any("cheaper" in step for step in up(often, ASKED, bar=BAR).next_steps)


def test_a_price_that_holds_the_building_already_is_not_charged_twice(bench):
    rungs = dear_and_unbuilt(bench, effort=Effort(dollars=50_000.0), lasts=None)
    (step,) = [one for one in up(rungs, ASKED, bar=BAR).next_steps if "may be cheaper" in one]
    assert "about $1.00 a month" in step


# --- an allowance ---------------------------------------------------------------------------------


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


def timed(clock, seconds_each, name, system, asked):
    clock.now += seconds_each * len(asked)
    return measured(name, system, asked)


def test_when_time_is_over_the_verdict_is_about_what_was_measured_and_says_so(bench):
    clock = Clock()
    verdict = climb(
        [bench.rung("a", 0, 0.97), bench.rung("b", 1, 1.0), bench.rung("c", 2, 1.0)],
        ASKED,
        evaluate=partial(timed, clock, 1.0),
        volume=1,
        bar=BAR,
        allowance=Allowance(seconds=150, clock=clock),
    )
    assert list(verdict.cards) == ["a", "b"]
    assert verdict.rung == "a"
    assert verdict.missing == {"c": "the allowed 2 minutes are over"}
    assert "c (the allowed 2 minutes are over)" in verdict.unfinished
    assert verdict.next_steps[0].startswith("Go on with c: sartor climb; with a larger")


def test_training_that_would_not_fit_is_not_begun(bench):
    rungs = [bench.rung("a", 0, 0.2), bench.trained("t", 1, 1.0)]
    verdict = up(rungs, ASKED, bar=BAR, allowance=Allowance(seconds=300))
    assert bench.built == ["a"]
    assert "would take about 10 minutes" in verdict.unbuilt["t"]
    assert "t" in verdict.unfinished
    assert verdict.rung is None


def test_a_quicker_training_further_up_may_still_fit(bench):
    rungs = [
        bench.rung("a", 0, 0.2),
        bench.trained("slow", 1, 1.0),
        bench.trained("quick", 2, 1.0, effort=Effort(seconds=10)),
    ]
    verdict = up(rungs, ASKED, bar=BAR, everything=True, allowance=Allowance(seconds=300))
    assert bench.built == ["a", "quick"]
    assert verdict.rung == "quick"
    assert "slow" in verdict.unfinished


def test_nothing_is_trained_while_cheaper_rungs_are_left_out_for_lack_of_time(bench):
    dear = Effort(seconds=100)
    rungs = [
        bench.rung("a", 0, 0.2),
        bench.rung("b", 1, 1.0, each=dear),
        bench.trained("t", 2, 1.0, effort=Effort(seconds=1)),
    ]
    verdict = up(rungs, ASKED, bar=BAR, allowance=Allowance(seconds=300))
    assert bench.built == ["a"]
    assert "not all measured yet" in verdict.unbuilt["t"]


def test_money_is_counted_and_held_against_what_the_next_rung_would_cost(bench):
    rungs = [
        bench.rung("a", 0, 0.2, cost=0.01),
        bench.rung("b", 1, 1.0, cost=0.01, like="a"),
        bench.rung("c", 2, 1.0, cost=0.01, like="a"),
    ]
    verdict = up(rungs, ASKED, bar=BAR, allowance=Allowance(dollars=2.5))
    assert list(verdict.cards) == ["a", "b"]
    assert verdict.missing == {"c": "it would cost about $1.00, and $0.50 are left"}


def test_what_costs_nothing_fits_into_no_money(bench):
    rungs = [bench.rung("a", 0, 0.2, cost=0.0), bench.rung("b", 1, 1.0, cost=0.0)]
    verdict = up(rungs, ASKED, allowance=Allowance(dollars=0.0))
    assert list(verdict.cards) == ["a", "b"]


def test_money_that_nobody_can_count_is_told(bench):
    rungs = [bench.rung("a", 0, 0.2, cost=None)]
    verdict = up(rungs, ASKED, allowance=Allowance(dollars=1.0))
    assert any("Of 100 answers nobody knows the price" in note for note in verdict.notes)


def test_what_is_stored_is_taken_whatever_is_left(bench):
    known = measured("a", Knows(0.97), ASKED)
    verdict = up(
        [bench.rung("a", 0, 0.97), bench.rung("b", 1, 1.0)],
        ASKED,
        stored=lambda name, _: known if name == "a" else None,
        allowance=Allowance(seconds=0),
    )
    assert list(verdict.cards) == ["a"]
    assert list(verdict.missing) == ["b"]


def test_a_rung_that_is_stopped_in_the_middle_for_lack_of_time_is_left_out(bench):
    clock = Clock()
    allowance = Allowance(seconds=50, clock=clock)

    def evaluate(name, system, asked):
        watched = allowance.watching()
        for done in range(len(asked)):
            clock.now += 1
            watched("asking", done, len(asked))
        return measured(name, system, asked)

    rungs = [bench.rung("a", 0, 1.0)]
    verdict = climb(rungs, ASKED, evaluate=evaluate, volume=1, allowance=allowance)
    assert verdict.missing == {"a": "the allowed 50 seconds are over"}
    assert verdict.unfinished
