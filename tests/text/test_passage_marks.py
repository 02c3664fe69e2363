"""Every sentence of a passage ends with the passage's number; nothing else is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sartor.text.marks import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs 40 euros.", "It costs 40 euros. [2]"),
        ("It rains. We stay!", "It rains. [2] We stay! [2]"),
        ('He said: "Go home." Then he left.', 'He said: "Go home." [2] Then he left. [2]'),
        (
            "# The kettle\n\nIt is red. It is new.\n",
            "# The kettle\n\nIt is red. [2] It is new. [2]\n",
        ),
        ("Battery | 12\nMotor | 36", "Battery | 12\nMotor | 36"),
        ("你好。天气很好！", "你好。 [2]天气很好！ [2]"),  # noqa: RUF001
        ("", ""),
    ],
)
def test_a_sentence_gets_the_number_and_a_heading_does_not(text, expected):
    assert marked(text, 2) == expected


@given(st.text(alphabet="aB .!?\n#|\"'1", max_size=60))
def test_taking_the_marks_out_gives_the_text_back(text):
    assert marked(text, 7).replace(" [7]", "") == text
