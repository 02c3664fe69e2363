"""Answers when the model cannot be reached."""

import time

import pytest

from sartor.assistants.falling_back import FallingBack
from sartor.errors import InvalidOutput, KeyRefused, ProviderError, Unreachable
from sartor.types import Answer, Checked, Done, Retrieved, Sentence, Step, Token, Withdrawn

QUOTE = Sentence("A quote.", (), "supported")


class Breaking:
    """Send some events, then fail."""

    def __init__(self, error, *events):
        self.error, self.events = error, events

    def stream(self, *_):
        yield from self.events
        raise self.error


class Quoting:
    def __init__(self, **fields):
        self.deadlines = []
        self.fields = fields

    def stream(self, question, history, labels, deadline):
        self.deadlines.append(deadline)
        yield Retrieved((), 0.0)
        yield Token("A quote.")
        yield Checked(QUOTE)
        steps = (Step("extract", 0.0, 0.001),)
        yield Done(Answer("A quote.", (QUOTE,), steps=steps, rung="extract", **self.fields))


def events_of(inner, fallback=None, deadline=None):
    return list(FallingBack(inner, fallback or Quoting()).stream("?", deadline=deadline))


def test_a_model_that_answers_is_left_alone():
    inner = Quoting()
    assert events_of(inner) == list(inner.stream("?", (), (), None))


@pytest.mark.parametrize("error", [Unreachable("no answer in 60 s.", "try"), TimeoutError("late")])
def test_before_any_text_the_fallback_answers_and_says_so(error):
    events = events_of(Breaking(error, Retrieved((), 0.0)))
    assert not any(isinstance(event, Withdrawn) for event in events)
    answer = events[-1].answer
    assert answer.text == "A quote."
    assert answer.notes[0].startswith("the model could not be reached: ")
    assert answer.notes[0].endswith("these are quotes from the documents")
    assert "->" not in answer.notes[0]
    assert [step.name for step in answer.steps] == ["unreachable", "extract"]
    assert answer.steps[1].started >= answer.steps[0].seconds


def test_in_mid_stream_what_was_sent_is_withdrawn_first():
    events = events_of(Breaking(Unreachable("broke off"), Retrieved((), 0.0), Token("Half a")))
    kinds = [type(event) for event in events]
    assert kinds == [Retrieved, Token, Withdrawn, Retrieved, Token, Checked, Done]


def test_what_is_already_withdrawn_is_not_withdrawn_again():
    events = events_of(Breaking(Unreachable("x"), Retrieved((), 0.0), Token("a"), Withdrawn("b")))
    assert [type(event) for event in events].count(Withdrawn) == 1


@pytest.mark.parametrize(
    "error",
    [KeyRefused("key"), InvalidOutput("no JSON"), ProviderError("garbage"), ValueError("x")],
)
def test_what_somebody_must_correct_is_raised(error):
    with pytest.raises(type(error)):
        events_of(Breaking(error))


def test_a_deadline_that_has_passed_does_not_bind_the_fallback():
    fallback = Quoting()
    events_of(Breaking(Unreachable("late")), fallback, time.monotonic() - 1)
    later = time.monotonic() + 100
    events_of(Breaking(Unreachable("x")), fallback, later)
    assert fallback.deadlines == [None, later]


def test_an_abstention_is_not_called_quotes():
    events = events_of(Breaking(Unreachable("x")), Quoting(abstained=True))
    assert "quotes" not in events[-1].answer.notes[0]


def test_answer_is_what_the_stream_ends_with():
    assert FallingBack(Breaking(Unreachable("x")), Quoting()).answer("?").text == "A quote."
