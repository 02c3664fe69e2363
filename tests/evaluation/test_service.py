"""What one answer took."""

from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.names import is_measure
from sartor.evaluation.measures.service import service
from sartor.types import Answer, Question, Step, Usage

QUESTION = Question("q", "?")


def measured(answer, **more):
    found = {value.metric: value.value for value in service(Asked(QUESTION, answer, **more))}
    assert all(is_measure(name) for name in found)
    return found


def test_time_tokens_price_and_rules_are_given_as_they_were_measured():
    answer = Answer(
        "x",
        usage=Usage(100, 20),
        timings={"search": 0.1, "Write Up": 0.4, "42": 1.0},
        cost=0.002,
        flags=("links: 2", "refused", "links: 1"),
    )
    assert measured(answer, seconds=0.6, first_token=0.2) == {
        "latency.seconds": 0.6,
        "latency.first_token.seconds": 0.2,
        "latency.search.seconds": 0.1,
        "latency.write_up.seconds": 0.4,
        "tokens.input": 100,
        "tokens.output": 20,
        "cost.query": 0.002,
        "rules.links": 1.0,
        "rules.refused": 1.0,
    }


def test_steps_stand_in_for_timings_and_repeated_ones_add_up():
    steps = (Step("search", 0.0, 0.25), Step("search", 0.5, 0.5))
    assert measured(Answer("x", steps=steps))["latency.search.seconds"] == 0.75


def test_what_nobody_measured_is_left_out_and_an_unknown_price_is_none():
    assert measured(Answer("x")) == {"cost.query": None}
    assert measured(None, seconds=120.0) == {"latency.seconds": 120.0}
