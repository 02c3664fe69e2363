"""Does an answer have the form that was asked for?"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

from time import perf_counter

import pytest

from sartor.evaluation.measures import patterns
from sartor.evaluation.measures.formats import follows, form, in_its_language, matches_any
from sartor.types import Question

SCHEMA = {
    "type": "object",
    "properties": {"days": {"type": "integer"}, "tags": {"items": {"enum": ["a", "b"]}}},
    "required": ["days"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "valid", "reason"),
    [
        ('{"days": 14}', True, ""),
        (' \n{"days": 14, "tags": ["a"]} ', True, ""),
        ('{"days": "14"}', False, "$.days: '14' is not of type 'integer'"),
        ('{"days": 14, "tags": ["c"]}', False, "$.tags[0]"),
        ("{}", False, "'days' is a required property"),
        ('{"days": NaN}', False, "NaN is no JSON value"),
        ('{"days": -Infinity}', False, "-Infinity is no JSON value"),
        ('```json\n{"days": 14}\n```', False, "code fence"),
        ('Here you are: {"days": 14}', False, "it is not JSON"),
        ('{"days": 14} Anything else?', False, "it is not JSON"),
        ("", False, "it is not JSON"),
        ("[" * 100_000, False, "it is not JSON"),
        ('{"days": 1' + "0" * 5_000 + "}", False, "it is not JSON"),
    ],
)
def test_an_answer_is_json_of_its_schema_or_says_why_not(text, valid, reason):
    found = follows(text, SCHEMA)
    assert found.valid is valid
    assert reason in found.reason


def test_a_schema_that_is_none_or_leads_elsewhere_decides_nothing():
    for schema in ({"type": "nothing"}, {"$ref": "https://example.org/other.json"}):
        found = follows("{}", schema)
        assert found.valid is None
        assert found.reason


def test_a_question_without_a_form_asks_for_none():
    assert form(Question("q", "?", ("x",)), "x") is None
    assert form(Question("q", "?", ("x+",), match="regex"), "xx").valid
    assert not form(Question("q", "?", schema=SCHEMA), "x").valid


def test_any_pattern_is_enough_and_a_broken_one_decides_nothing_against():
    assert matches_any((r"\d+", "never"), "It took 14.").valid is True
    assert matches_any(("never",), "It took 14.").valid is False
    broken = matches_any(("(", "never"), "It took 14.")
    assert broken.valid is None
    assert "cannot be read" in broken.reason


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|a)*$", r"a*a*a*a*a*b"])
def test_a_pattern_that_never_ends_is_ended(pattern, monkeypatch):
    monkeypatch.setattr(patterns, "SECONDS", 0.5)
    began = perf_counter()
    found = matches_any((pattern,), "a" * 3_000 + "!")
    assert found.valid is None
    assert "takes more than" in found.reason
    assert perf_counter() - began < 10


@pytest.mark.parametrize(
    ("pattern", "text", "valid"),
    [
        (r"^(?:\w+\s)+days\.$", "It takes fourteen days.", True),
        (r"^(\d+,)*\d+$", "1,2,3,x", False),
        ("ä(b\n)+ c", "ä" + "b\n" * 3 + " c", True),
    ],
)
def test_repeated_groups_are_allowed(pattern, text, valid):
    assert matches_any((pattern,), text).valid is valid


@pytest.mark.parametrize(
    ("question", "answer", "same"),
    [
        ("What is the refund window of the shop?", "It is the 14 days after you have it.", True),
        (
            "What is the refund window of the shop?",
            "Das sind die 14 Tage, nachdem es da ist.",
            False,
        ),
        ("Wie lange kann ich die Ware noch umtauschen?", "Das ist bis zum 14. Tag möglich.", True),
        ("退款需要多长时间？", "退款需要十四天。", True),
        ("退款需要多长时间？", "It takes the shop 14 days to do that.", False),
        ("What is the refund window of the shop?", "14", None),
        ("?", "It is the 14 days after you have it.", None),
    ],
)
def test_the_language_of_the_answer_is_that_of_the_question_where_it_can_be_told(
    question, answer, same
):
    assert in_its_language(question, answer) is same
