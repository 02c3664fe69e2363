"""Questions that stand in conversations."""

import pytest

from sartor.text.given_away import GivenAway, given_away

ASKED = ["How long may I keep the book?", "Why?", "Where do I hand in the red form of this year?"]


@pytest.mark.parametrize(
    "turn",
    [
        "How long may I keep the book?",
        "HOW LONG MAY I KEEP THE BOOK",
        "Hello.\nHow long may I keep the book?\nThanks",
        "I have a card. How long may I keep the book? I need it.",
        "Question: How long may I keep the book?",
    ],
)
def test_a_turn_that_is_or_holds_the_question_gives_it_away(turn):
    assert list(given_away(ASKED, ["Hi", turn])) == [GivenAway(0, 1, exact=True)]


def test_nearly_the_same_words_do_too():
    turn = "Where do I hand in the red form of this year please?"
    assert list(given_away(ASKED, [turn])) == [GivenAway(2, 0, exact=False)]


def test_short_questions_and_other_words_give_nothing_away():
    assert list(given_away(ASKED, ["Why?", "How long may I keep a dog?", "", "?"])) == []
    assert list(given_away([], ["Why?"])) == []
