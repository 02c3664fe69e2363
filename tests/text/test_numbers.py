# ruff: noqa: E501 - tables of sentences are kept one to a line

import pytest

from sartor.text.numbers import agree, quantities


def one(text):
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("5 km", "five kilometres"), ("5 km", "5-kilometre"), ("5,000 m", "5 km"), ("50 %", "50 percent"),
        ("50 %", "50 Prozent"), ("$5 million", "5,000,000 dollars"), ("€3,50", "3.5 euros"),
        ("twenty-one", "21"), ("two hundred and five", "205"), ("3rd", "third"), ("1 200", "1,200"),
        ("1.000 Euro", "1000 EUR"), ("zwölf Stunden", "12 hours"), ("einundzwanzig", "21"), ("三十天", "30 days"),
        ("5万", "50,000"), ("百分之五", "5 %"), ("30 days", "30天"), ("24 months", "two years"),
        ("70 °F", "21.1 °C"), ("3.2bn", "3,200 million"), ("8 km", "5 miles"), ("about 200", "207"),
        ("over 200", "207"), ("3.1 million", "3,096,000"), ("EUR 84 million", "84 million euros"),
        ("150 euros a week", "€150 weekly"), ("150 euros per night", "150 euros"), ("1.500 euros", "1,500 euros"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_quantity_agree(left, right):
    assert agree(one(left), one(right))


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("5 km", "5 miles"), ("5 km", "6 km"), ("$5", "€5"), ("14 days", "14 weeks"), ("5", "5 %"),
        ("3", "third"), ("over 200", "150"), ("at least 5", "less than 5"), ("501", "about 500"),
        ("17,786,419", "17,786,420"), ("5 million", "5 billion"), ("€150 per week", "€150 per night"),
        ("after 30 days", "within 30 days"), ("1.500 euros", "1,500.83 euros"), ("EUR 10,000", "10,100 euros"),
    ],
)  # fmt: skip
def test_other_values_units_and_bounds_do_not_agree(claimed, said):
    assert not agree(one(claimed), one(said))


def test_quantities_stand_where_they_say():
    text = "It costs $5 million, 10 to 15 km from Lyon."
    assert [text[q.start : q.end] for q in quantities(text)] == ["$5 million", "10", "15 km"]
    assert [q.unit for q in quantities(text)] == ["USD", "length", "length"]


@pytest.mark.parametrize(
    "text", ["CD28 and IL-2", "H3K4me3", "the 4x4x", "no numbers here", "", "一个人"]
)
def test_digits_of_codes_and_small_words_are_no_quantities(text):
    assert quantities(text) == []


def test_an_m_behind_money_is_millions_and_behind_a_firm_no_minute():
    assert one("a loss of $45m").values == one("a loss of $45 million").values
    assert one("3M in its reports").unit != "time"
