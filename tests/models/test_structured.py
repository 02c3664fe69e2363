from __future__ import annotations

import json

import pytest

from sartor.errors import InputError, InvalidOutput
from sartor.models.structured import complete_valid
from sartor.types import Completion, Message, Usage

SCHEMA = {
    "type": "object",
    "properties": {"days": {"type": "integer"}},
    "required": ["days"],
}
ASK = [Message("user", "How many days?")]


def asking(*texts, reason="stop"):
    """Return a way to ask that says these texts, and the list of what it was asked."""
    left, asked = list(texts), []

    def ask(messages):
        asked.append(list(messages))
        return Completion(left.pop(0), Usage(10, 5, seconds=1.0), reason, "m")

    return ask, asked


def test_valid_json_is_asked_for_once():
    ask, asked = asking('{"days": 3}')
    assert complete_valid(ask, ASK, SCHEMA).text == '{"days": 3}'
    assert asked == [ASK]


def test_the_model_is_told_what_was_wrong_and_both_answers_are_counted():
    ask, asked = asking('{"days": "three"}', '{"days": 3}')
    completion = complete_valid(ask, ASK, SCHEMA)
    assert completion.text == '{"days": 3}'
    assert completion.usage == Usage(20, 10, 0, 2.0)
    said, complaint = asked[1][1:]
    assert said == Message("assistant", '{"days": "three"}')
    assert "$.days: 'three' is not of type 'integer'" in complaint.content
    assert json.dumps(SCHEMA) in complaint.content


@pytest.mark.parametrize("bad", ["", "three", '{"days": NaN}', "[" * 100_000, "{}", '{"days": 1'])
def test_what_is_wrong_twice_is_an_error_and_not_a_text(bad):
    ask, asked = asking(bad, bad, '{"days": 3}')
    with pytest.raises(InvalidOutput, match="asked twice"):
        complete_valid(ask, ASK, SCHEMA)
    assert len(asked) == 2


def test_an_answer_cut_at_max_tokens_says_so():
    ask, _ = asking('{"days', '{"days', reason="length")
    with pytest.raises(InvalidOutput, match="cut at max_tokens"):
        complete_valid(ask, ASK, SCHEMA)


def test_a_fence_around_the_json_is_taken_off():
    ask, asked = asking('```json\n{"days": 3}\n```')
    assert complete_valid(ask, ASK, SCHEMA).text == '{"days": 3}'
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "number or so"}, r"wrong at \$\.type"),
        ({"properties": {"a": {"minimum": "low"}}}, "minimum"),
        ({"$ref": "#/$defs/missing"}, "'#/\\$defs/missing', which is not in it"),
        ({"items": [{"$ref": "http://127.0.0.1:9/x.json"}]}, "items|refers"),
        ({"allOf": [{"$ref": "http://127.0.0.1:9/x.json"}]}, "refers to 'http"),
    ],
)
def test_a_wrong_schema_is_refused_before_anything_is_asked(schema, words):
    ask, asked = asking()
    with pytest.raises(InputError, match=words):
        complete_valid(ask, ASK, schema)
    assert asked == []


def test_references_inside_the_schema_are_followed():
    schema = {"$defs": {"n": {"type": "integer"}}, "items": {"$ref": "#/$defs/n"}, "type": "array"}
    ask, _ = asking('["a"]', "[1, 2]")
    assert complete_valid(ask, ASK, schema).text == "[1, 2]"
