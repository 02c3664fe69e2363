"""What a climb would take, told before anything is asked."""

import pytest
from known_systems import Knows, measured, questions

from sartor.ladder.estimate import estimate
from sartor.ladder.rungs import Effort, Rung

ASKED = questions(50)


def never():
    raise AssertionError("it was built")


def rung(name, order=0, **more):
    return Rung(name, order, never, **more)


def test_each_rung_is_asked_every_question_and_none_is_built():
    found = estimate([rung("b", 1), rung("a", 0)], ASKED)
    assert [one.rung for one in found.rungs] == ["a", "b"]
    assert found.questions == 100


def test_a_rung_that_lacks_something_takes_nothing():
    assert estimate([rung("a"), rung("b", 1, needs="examples")], ASKED).questions == 50


def test_what_was_measured_before_takes_nothing():
    card = measured("a", Knows(1.0, cost=0.01), ASKED)
    found = estimate([rung("a")], ASKED, cards={"a": card})
    assert (found.questions, found.dollars, found.seconds, found.tokens) == (0, 0, 0, 0)


def test_a_rung_like_one_that_was_measured_is_expected_to_take_as_much():
    card = measured("a", Knows(1.0, cost=0.01), ASKED)
    lora = rung("t", 1, like="a", effort=Effort(seconds=600, dollars=2.0, reason="400 steps"))
    found = estimate([rung("a"), lora], ASKED, cards={"a": card})
    assert found.dollars == pytest.approx(50 * 0.01 + 2.0)
    assert found.building == 600
    assert found.rungs[1].reason == "400 steps; answers as those of a"


def test_else_it_takes_what_it_says_of_itself():
    each = Effort(seconds=2.0, dollars=0.001, tokens=700)
    found = estimate([rung("a", each=each)], ASKED)
    assert (found.seconds, found.tokens) == (100, 35_000)
    assert found.dollars == pytest.approx(0.05)


def test_else_as_it_did_in_an_earlier_climb():
    earlier = {"a": measured("a", Knows(1.0, cost=0.01), questions(7))}
    like = rung("t", 1, like="a", effort=Effort(seconds=60, reason="9 steps"))
    found = estimate([rung("a", each=Effort(seconds=99.0)), like], ASKED, earlier=earlier)
    assert [one.dollars for one in found.rungs[:1]] == [pytest.approx(0.5)]
    assert [one.reason for one in found.rungs] == [
        "answers as in the last climb",
        "9 steps; answers as those of a in the last climb",
    ]
    assert found.questions == 100  # what was measured then is asked again


def test_what_nobody_knows_of_one_is_unknown_of_all():
    found = estimate([rung("a", each=Effort(seconds=2.0)), rung("b", 1)], ASKED)
    assert found.seconds is None
    assert found.rungs[0].seconds == 100
    assert found.rungs[0].dollars is None


def test_wordings_are_raced_on_top():
    found = estimate([rung("a", variants={"b": never})], ASKED, development=questions(20))
    assert found.questions == 50 + 2 * 20
