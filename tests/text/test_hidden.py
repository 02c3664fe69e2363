"""What a reader cannot see is reported, what belongs there is not."""

# ruff: noqa: RUF001 - texts in many scripts

import pytest

from sartor.text.hidden import suspicious


def tags(words):
    return "".join(chr(0xE0000 + ord(letter)) for letter in words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pass\u200bword", "1 zero-width characters, the first at character 4"),
        ("a\u200db", "joiners inside plain words"),
        ("see \u202etxt.exe", "1 characters that reverse the direction of text"),
        ("x" + "\ufe01\ufe02\ufe03", "3 stacked variation selectors"),
        ("\ue000 logo", "private-use characters"),
    ],
)
def test_each_kind_is_named_with_its_first_place(text, said):
    (sentence,) = suspicious(text)
    assert said in sentence


def test_tag_characters_are_read_aloud():
    (sentence,) = suspicious(f"Invoice {tags('obey me')} 12")
    assert (
        sentence
        == "7 tag characters, which no screen shows, the first at character 8; they spell 'obey me'"
    )


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "\ufeffwith a mark of order",
        "👩\u200d👩\u200d👧 ❤\ufe0f",
        "می\u200cخواهم",
        f"\U0001f3f4{tags('gbeng')}\U000e007f",
    ],
)
def test_invisible_characters_at_home_are_not_suspicious(text):
    assert suspicious(text) == ()
