"""Follow-ups made to stand alone, with a model and without."""

import pytest

from sartor.assistants.understanding import standalone, wordings
from sartor.testing.model import ScriptedModel
from sartor.types import Message

HISTORY = [Message("user", "What is the refund window?"), Message("assistant", "30 days.")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And for students?", "And for students? (refund window)"),
        ("How long is it exactly?", "How long is refund window exactly?"),
        ("Why?", "Why? (refund window)"),
        ("Who may enter the museum without paying?", "Who may enter the museum without paying?"),
    ],
)
def test_a_follow_up_borrows_its_topic(question, expected):
    assert standalone(question, HISTORY) == expected
    assert standalone(question, []) == question


def test_a_topic_is_passed_on_over_several_follow_ups():
    history = [*HISTORY, Message("user", "And for students?"), Message("assistant", "Same.")]
    assert standalone("Why?", history) == "Why? (students refund window)"


ROOMS = ["How many seats does Bodensee have?", "And Chiemsee?"]


def asked(*questions):
    return [Message("user", question) for question in questions]


def test_a_name_in_a_piece_of_a_question_takes_the_place_of_the_one_before():
    assert standalone("And Chiemsee?", asked(ROOMS[0])) == "And Chiemsee? (seats)"


def test_a_pronoun_means_what_the_last_question_names():
    question = "Does it have a projector?"
    assert standalone(question, asked(*ROOMS)) == "Does Chiemsee have a projector?"
    further = standalone("How big is it?", asked(*ROOMS, question))
    assert further == "How big is Chiemsee?"


@pytest.mark.parametrize(
    "question",
    [
        "Who founded ACME?",
        "Is there a gym?",
        "Can I bring my dog?",
        "Why is the sky blue?",
        "But who orders toner?",
        "Gibt es einen Parkplatz?",
    ],
)
def test_a_question_with_something_of_its_own_stands_alone(question):
    assert standalone(question, asked(*ROOMS)) == question


def test_no_topic_is_older_than_the_last_question_that_stands_alone():
    history = asked(*ROOMS, "Who founded ACME?")
    assert standalone("When?", history) == "When? (founded ACME)"
    assert standalone("Where did it move?", history) == "Where did ACME move?"


@pytest.mark.parametrize(
    "nothing", ["thanks", "Thank you!", "hello", "Danke!", "???", "\U0001f600"]
)
def test_thanks_and_greetings_borrow_no_topic_and_lend_none(nothing):
    assert standalone(nothing, asked(*ROOMS)) == nothing
    history = asked("Who founded ACME?", nothing)
    assert standalone("When?", history) == "When? (founded ACME)"


def test_german_follow_ups_work_too():
    history = [Message("user", "Wie hoch ist die Hundesteuer?")]
    assert "Hundesteuer" in standalone("Und für den zweiten?", history)


def test_a_model_rewrites_and_nonsense_of_it_is_not_searched():
    model = ScriptedModel(['"What is the refund window for students?"', "Sure!\nHere it is:"])
    assert standalone("And for students?", HISTORY, model) == (
        "What is the refund window for students?"
    )
    assert "assistant: 30 days." in model.prompts[0]
    assert standalone("And for students?", HISTORY, model) == "And for students? (refund window)"


def test_wordings_are_switched_on_one_by_one():
    said = {"expand": "1. Other words\n- More words", "decompose": "First part?\nSecond part?"}

    def ask(template, **values):
        return said[template]

    assert wordings("Why and how?", [], ask) == ["Why and how?"]
    assert wordings("Why and how?", [], ask, queries=2) == ["Why and how?", "Other words"]
    assert wordings("Why and how?", [], ask, decompose=True)[1:] == ["First part?", "Second part?"]
    said["decompose"] = "Why and how?"
    assert wordings("Why and how?", [], ask, decompose=True) == ["Why and how?"]
    off = wordings("And for students?", HISTORY, ask, rewrite=False)
    assert off == ["And for students? (refund window)"]
