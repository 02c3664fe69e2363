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
        ("How long is it exactly?", "How long is it exactly? (refund window)"),
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
