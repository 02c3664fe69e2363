"""Marks that a model leaves behind its sentences."""

import pytest

from sartor.assistants.marks import before_stops, may_go_on, unmarked


@pytest.mark.parametrize(
    ("said", "text", "numbers"),
    [
        ("It is blue [1].", "It is blue.", (1,)),
        ("It is blue[2][3].", "It is blue.", (2, 3)),
        ("It is blue [1, 4; 2].", "It is blue.", (1, 4, 2)),
        ("It is blue [2-4].", "It is blue.", (2, 3, 4)),
        ("It is blue 【1】.", "It is blue.", (1,)),
        ("It is blue [passage 3].", "It is blue.", (3,)),
        ("It [1] is blue [1].", "It is blue.", (1,)),
        ("It is blue.", "It is blue.", ()),
        ("In [2019] it was [sic] blue.", "In [2019] it was [sic] blue.", ()),
        ("See [1](https://a.example).", "See [1](https://a.example).", ()),
    ],
)
def test_marks_are_read_and_taken_out(said, text, numbers):
    marked = unmarked(said)
    assert (marked.text, marked.numbers) == (text, numbers)


def test_marks_behind_a_stop_belong_to_the_sentence_before():
    assert before_stops("It is blue. [1] [2] It is red.") == "It is blue [1] [2]. It is red."


def test_a_mark_may_be_cut_by_the_stream():
    assert may_go_on("It is blue. [1")
    assert not may_go_on("It is blue. [1] It")
