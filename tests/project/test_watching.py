"""A model that is lost under test is noticed; a question that takes long is not a lost model."""

from time import monotonic

import pytest

from sartor.errors import Unreachable
from sartor.evaluation.systems import Reply
from sartor.project.watching import MOST_LATE, Watched
from sartor.types import Answer, Question

QUESTION = Question("q", "Who is there?")
LATER, EARLIER = 1_000.0, -1_000.0


class Scripted:
    """Replies, or fails, in the order it is told."""

    name = "scripted"

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def ask(self, question, deadline):
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Reply(Answer(outcome))


def ask(watched, left):
    return watched.ask(QUESTION, monotonic() + left)


def test_answers_pass_through():
    watched = Watched(Scripted("Me."))
    assert ask(watched, LATER).answer.text == "Me."
    assert watched.lost is None


def test_a_refused_connection_is_a_lost_model_and_nobody_is_asked_any_more():
    inner = Scripted(Unreachable("refused"), "Me.")
    watched = Watched(inner)
    for _ in range(3):
        with pytest.raises(Unreachable, match="refused"):
            ask(watched, LATER)
    assert inner.outcomes == ["Me."]


def test_one_question_whose_time_ran_out_is_no_lost_model():
    watched = Watched(Scripted(Unreachable("late"), "Me."))
    with pytest.raises(Unreachable):
        ask(watched, EARLIER)
    assert watched.lost is None
    assert ask(watched, LATER).answer.text == "Me."


def test_several_in_a_row_whose_time_ran_out_are():
    watched = Watched(Scripted(*[Unreachable("late")] * MOST_LATE))
    for _ in range(MOST_LATE):
        with pytest.raises(Unreachable):
            ask(watched, EARLIER)
    assert watched.lost is not None


def test_other_failures_are_that_questions_alone():
    watched = Watched(Scripted(ValueError("odd"), "Me."))
    with pytest.raises(ValueError, match="odd"):
        ask(watched, LATER)
    assert watched.lost is None
