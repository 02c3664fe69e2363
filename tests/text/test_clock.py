import pytest

from sartor.text.numbers import agree, quantities


def one(text):
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("8 pm", "20:00"), ("9:15 a.m.", "09:15"), ("20 Uhr", "8 p.m."), ("noon", "12:00"),
        ("8 o'clock", "8 pm"), ("12 am", "midnight"), ("at 8", "8 pm"), ("9.30 Uhr", "9:30 am"),
    ],
)  # fmt: skip
def test_a_time_of_day_is_the_same_by_both_clocks(left, right):
    assert agree(one(left), one(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("9:15 am", "9:15 pm"), ("8 am", "20:00"), ("08:00", "8 pm"), ("at 9", "8 pm"),
        ("8 pm", "8 km"),
    ],
)  # fmt: skip
def test_other_halves_of_the_day_and_other_hours_do_not_agree(left, right):
    assert not agree(one(left), one(right))


def test_the_first_time_of_a_range_may_be_of_either_half_of_the_day():
    first, last = quantities("open 9 to 5 pm")
    assert agree(one("9 am"), first)
    assert agree(one("17:00"), last)


def test_a_full_stop_behind_a_time_is_no_part_of_it():
    text = "It closes at 8 pm."
    assert text[one(text).start : one(text).end] == "8 pm"
