"""Two spellings of the same thing become one."""

# ruff: noqa: RUF001 - texts in many scripts

import pytest

from sartor.text.normal import fold, fold_accents, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich", "zurich"),
        ("  ŁÓDŹ\n now ", "lodz now"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ﬁne STRASSE Straße", "fine strasse strasse"),
        ("العَرَبِيَّة", "العربية"),
        ("Ørsted Æon", "orsted aeon"),
    ],
)
def test_case_width_accents_and_spaces_are_folded(text, expected):
    assert fold(text) == expected


@pytest.mark.parametrize("text", ["हिन्दी", "ภาษาไทย", "한국어", "日本語が"])
def test_signs_that_are_letters_stay(text):
    assert fold_accents(text) == text


def test_squeezing_keeps_the_words_as_they_are():
    assert squeeze("\u00a0A\t\r\nb  ") == "A b"
