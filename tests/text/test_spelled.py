import pytest

from sartor.text.spelled import with_digits


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Quinze jours ouvrés.", "15 jours ouvrés."),
        ("vingt-deux", "22"),
        ("Trente et un jours", "31 jours"),
        ("trente-et-un jours", "31 jours"),
        ("soixante-quinze euros", "75 euros"),
        ("quatre-vingts ans", "80 ans"),
        ("quatre-vingt-dix-sept", "97"),
        ("veinte días y treinta noches", "20 días y 30 noches"),
        ("treinta y dos", "32"),
        ("veintidós", "22"),
    ],
)
def test_french_and_spanish_number_words_become_digits(text, plain):
    assert with_digits(text) == plain


@pytest.mark.parametrize(
    "text",
    ["", "Once upon a time", "un appareil neuf", "one cent", "Police seize it", "15 jours", "王"],
)
def test_words_that_mean_something_else_as_often_stay(text):
    assert with_digits(text) == text
