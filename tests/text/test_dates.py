# ruff: noqa: E501 - tables of sentences are kept one to a line

import pytest

from sartor.text.dates import agree, compatible, dates


def one(text):
    (found,) = dates(text)
    return found


@pytest.mark.parametrize(
    "text",
    ["March 1, 1991", "1 March 1991", "1st of March 1991", "Mar 1, 1991", "1991-03-01", "01.03.1991",
     "1. März 1991", "1991年3月1日", "1er mars 1991", "1 de marzo de 1991", "1º marzo 1991"],
)  # fmt: skip
def test_every_way_to_write_a_date_gives_the_same_one(text):
    found = one(f"It was on {text} that it rained.")
    assert (found.year, found.month, found.day) == (1991, 3, 1)


def test_a_date_follows_from_a_fuller_one_and_not_the_other_way_round():
    year, month, day = one("1991"), one("March 1991"), one("1 March 1991")
    assert agree(year, day)
    assert agree(month, day)
    assert not agree(day, year)
    assert compatible(day, year)
    assert not compatible(one("April 1991"), day)


@pytest.mark.parametrize("text", ["14 juillet 1789", "14 de julio de 1789", "14/07/1789"])
def test_a_day_in_front_of_its_month_is_read_in_more_languages(text):
    assert (one(text).year, one(text).month, one(text).day) == (1789, 7, 14)
    assert (one("octubre de 1492").year, one("octubre de 1492").month) == (1492, 10)


def test_the_planet_is_no_month():
    assert one("The Mars 2020 mission").month is None
    assert dates("4 Mars rovers") == []


def test_a_decade_holds_its_years():
    assert agree(one("the 1990s"), one("1994"))
    assert not agree(one("the 1980s"), one("1994"))


def test_slashes_that_can_be_read_both_ways_keep_the_year_only():
    assert (one("3/14/1991").month, one("3/14/1991").day) == (3, 14)
    assert (one("3/4/1991").month, one("3/4/1991").year) == (None, 1991)


@pytest.mark.parametrize(
    "text", ["2000 km", "1500 people", "1,500", "15000", "it may rain", "", "room 1200a"]
)
def test_numbers_of_other_things_are_no_dates(text):
    assert dates(text) == []
