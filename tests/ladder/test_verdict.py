"""What a verdict can be asked, and what it advises."""

from functools import partial

import pytest
from known_systems import Knows, measured, questions

from sartor.errors import ConfigError, NotFound
from sartor.ladder.climb import climb
from sartor.ladder.forming import Tried
from sartor.ladder.levers import LEVERS, next_steps
from sartor.ladder.rungs import Rung
from sartor.ladder.verdict import Verdict
from sartor.types import Gain, Measurement, Row, Score, Scorecard

ASKED = questions(60)


@pytest.fixture(scope="module")
def verdict():
    shares = {"bad": 0.1, "good": 0.9, "as good": 0.9}
    rungs = [
        Rung(name, order, partial(Knows, share))
        for order, (name, share) in enumerate(shares.items())
    ]
    rungs.append(Rung("later", 9, object, needs="not built yet"))
    return climb(rungs, ASKED, evaluate=measured, volume=1_000)


def test_what_can_be_told_apart_is(verdict):
    assert verdict.compare("good", "bad") == "better"
    assert verdict.compare("bad", "good") == "worse"


def test_what_cannot_be_told_apart_is_not_decided(verdict):
    assert verdict.compare("good", "as good") == "cannot tell"
    assert verdict.comparison("good", "as good").differing == 0


def test_a_comparison_has_its_figures(verdict):
    found = verdict.comparison("good", "bad")
    assert found.difference.low > 0
    assert found.p < 0.001


def test_of_a_measure_where_less_is_better_less_is_better(verdict):
    found = verdict.comparison("good", "bad", "answers.words")
    assert found.metric == "answers.words"
    seconds = verdict.comparison("good", "bad", "latency.seconds")
    assert seconds.metric == "latency.seconds"


def test_an_unknown_rung_is_not_found_and_the_nearest_is_named(verdict):
    with pytest.raises(NotFound, match="did you mean 'good'"):
        verdict.compare("goood", "bad")


def test_a_rung_that_was_not_measured_says_why(verdict):
    with pytest.raises(NotFound, match="not built yet"):
        verdict.compare("good", "later")


def test_a_measure_that_nobody_has_is_not_found(verdict):
    with pytest.raises(NotFound, match=r"did you mean 'answers\.correct'"):
        verdict.compare("good", "bad", "answers.corect")


def test_the_others_are_compared_with_the_chosen_one(verdict):
    assert verdict.rung == verdict.nearest == "good"
    assert verdict.comparisons["bad"].outcome == "worse"
    assert verdict.comparisons["as good"].outcome == "cannot tell"


# --- no worse -------------------------------------------------------------------------------------


def test_a_small_system_is_shown_to_be_no_worse_by_the_paired_difference(verdict):
    found = verdict.no_worse("as good", "good", margin=0.05)
    assert found.outcome == "no worse"
    assert found.difference.low > -0.05
    assert (found.metric, found.margin) == ("answers.correct", 0.05)


def test_what_is_worse_by_more_than_the_margin_is_worse(verdict):
    assert verdict.no_worse("bad", "good").outcome == "worse"
    assert verdict.no_worse("good", "bad").outcome == "no worse"


def test_that_no_difference_was_found_does_not_make_two_systems_equal():
    shares = {"small": 0.78, "large": 0.82}
    rungs = [
        Rung(name, order, partial(Knows, share))
        for order, (name, share) in enumerate(shares.items())
    ]
    found = climb(rungs, questions(50), evaluate=measured, volume=1)
    assert found.compare("small", "large") == "cannot tell"
    assert found.no_worse("small", "large", margin=0.02).outcome == "cannot tell"
    assert found.no_worse("small", "large", margin=0.3).outcome == "no worse"


def test_of_a_measure_where_less_is_better_more_is_worse():
    def card(values):
        scores = [Score("latency.seconds", f"q{place}", one) for place, one in enumerate(values)]
        rows = (Row(one.question_id, None, (one,)) for one in scores)
        return Scorecard({}, tuple(rows))

    quick, slow = card([1.0 + place / 100 for place in range(40)]), card([2.0] * 40)
    verdict = Verdict(None, "", {"quick": quick, "slow": slow}, {}, {}, "")
    assert verdict.no_worse("quick", "slow", "latency.seconds", margin=0.1).outcome == "no worse"
    assert verdict.no_worse("slow", "quick", "latency.seconds", margin=0.1).outcome == "worse"


@pytest.mark.parametrize("margin", [0.0, -0.1, float("nan"), float("inf")])
def test_a_margin_must_leave_room(verdict, margin):
    with pytest.raises(ConfigError, match="margin"):
        verdict.no_worse("good", "bad", margin=margin)


# --- what it advises ------------------------------------------------------------------------------


def gain(stage, lost, mean):
    return Gain(stage, lost, Measurement("gain", mean, mean - 0.05, mean + 0.05, 60), "")


def test_what_would_bring_most_comes_first():
    gains = (gain("not retrieved", 6, 0.1), gain("not in the documents", 12, 0.2))
    found = {"retrieval.mrr": Measurement("retrieval.mrr", 0.5, 0.4, 0.6, 60)}
    steps = next_steps("rag", {"rag": Scorecard(found, (), gains=gains)}, (), Tried())
    assert steps[0].startswith("20 points [15, 25]: 12 questions of rag")
    assert "sartor add" in steps[0]
    assert "splitting.size" in steps[1]


def test_a_rung_that_searches_nothing_is_not_told_to_search_better():
    gains = (gain("not retrieved", 6, 0.1),)
    (step,) = next_steps("prompt", {"prompt": Scorecard({}, (), gains=gains)}, (), Tried())
    assert "shown no documents" in step


def test_every_stage_where_an_answer_can_be_lost_has_a_lever():
    from typing import get_args

    from sartor.types import Stage

    assert set(LEVERS) == set(get_args(Stage))


def test_a_requirement_about_something_else_names_its_own_lever():
    rungs = [Rung("slow", 0, partial(Knows, 1.0))]
    verdict = climb(rungs, ASKED, evaluate=measured, bar="format.valid >= 0.99", volume=1)
    assert verdict.rung is None
    assert verdict.next_steps[0].startswith("format.valid >= 0.99 is unmeasured")
    assert "schema" in verdict.next_steps[0]


def test_missing_for_one_reason_is_said_once():
    steps = next_steps(None, {}, (), Tried(missing={"a": "a model", "b": "a model"}))
    assert steps == ("Measure a, b too: a model.",)


def test_what_is_likely_says_how_many_questions_would_prove_it():
    rungs = [Rung("one", 0, partial(Knows, 0.9))]
    verdict = climb(rungs, ASKED, evaluate=measured, bar="answers.correct >= 0.85", volume=1)
    assert verdict.status == "likely"
    assert any("further questions" in step for step in verdict.next_steps)
