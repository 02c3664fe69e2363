# ruff: noqa: E501 - tables of sentences are kept one to a line

import pytest

from sartor.text.claims import claims, claims_nothing, clauses


@pytest.mark.parametrize(
    "sentence",
    ["Hello there!", "Here is what I found:", "Here are the details:", "Sure!", "Thank you for asking.",
     "Let me know if you need more.", "I could not find that in the documents.", "What is a refund?",
     "## Refunds", "----", "", "Vielen Dank!", "The following rules apply:"],
)  # fmt: skip
def test_greetings_questions_headings_and_introductions_claim_nothing(sentence):
    assert claims_nothing(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Refunds take 14 days.", "No refund is paid.", "Here is what I found: refunds take 14 days.",
     "Great Britain is an island.", "Here, the river is deep.", "Yes, refunds take 14 days."],
)  # fmt: skip
def test_what_says_something_claims_something(sentence):
    assert not claims_nothing(sentence)


def test_joined_clauses_are_claims_of_their_own_where_they_are_long_enough():
    text = "Refunds take 14 days, but gift cards are never refunded; shipping costs five euros."
    assert [text[start:end] for start, end in claims(text)] == [
        "Refunds take 14 days", "gift cards are never refunded", "shipping costs five euros.",
    ]  # fmt: skip
    assert claims("Small but fine.") == [(0, 15)]
    assert claims("") == [(0, 0)]


def test_clauses_end_behind_semicolons_and_stubs_stay_whole():
    text = "Weber leads the office; Lindqvist founded the company; so what."
    assert [text[start:end] for start, end in clauses(text, 0, len(text))] == [
        "Weber leads the office;", "Lindqvist founded the company; so what.",
    ]  # fmt: skip
