"""How much of a query an embedder can read."""

import pytest

from sartor.knowledge.legibility import legibility


class Fixed:
    """An embedder that knows these tokens, whatever the text."""

    def __init__(self, tokens):
        self.tokens = tokens

    def known_spans(self, text):
        return self.tokens


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("refund window", [(0, 6), (7, 13)], 1.0),
        ("refund Fristen", [(0, 6), (7, 9), (9, 12), (12, 14)], (1 + 1 / 3) / 2),
        ("退款期限", [(1, 2)], 0.25),
        ("退款", [(0, 2)], 1.0),  # one token for both characters is a word that is known
        ("Возврат", [], 0.0),
        ("?!", [(0, 1), (1, 2)], 1.0),
        (" refund", [(0, 7)], 1.0),  # some tokenizers count the space before a word
    ],
)
def test_words_count_by_how_whole_the_embedder_keeps_them(text, tokens, expected):
    assert legibility(text, Fixed(tokens)) == pytest.approx(expected)


def test_an_embedder_that_does_not_say_is_taken_at_its_word():
    assert legibility("Возврат", object()) == 1.0
