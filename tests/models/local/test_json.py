import json

import jsonschema
import pytest
import torch

from sartor.errors import ConfigError, InputError, InvalidOutput
from sartor.models.local.grammar import Grammars
from sartor.protocols import Generation
from sartor.types import Completion, Message

ASKED = [Message("user", "Describe the refund.")]
SCHEMAS = {
    "flat": {
        "type": "object",
        "properties": {
            "days": {"type": "integer", "minimum": 1, "maximum": 60},
            "ok": {"type": "boolean"},
        },
        "required": ["days", "ok"],
        "additionalProperties": False,
    },
    "unbounded": {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "list": {"type": "array", "items": {"type": "number"}},
        },
        "required": ["text", "list"],
    },
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    "ends with x": {"type": "string", "pattern": "^.*x$"},
    "unicode keys": {
        "type": "object",
        "properties": {"Straße": {"enum": ["schön", "日本"]}, "😀": {"type": ["null", "string"]}},
        "required": ["Straße", "😀"],
    },
    "tree": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["name", "children"],
                "additionalProperties": False,
            }
        },
    },
    "leaf or branch": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {
                            "left": {"$ref": "#/$defs/node"},
                            "right": {"$ref": "#/$defs/node"},
                        },
                        "required": ["left", "right"],
                        "additionalProperties": False,
                    },
                    {
                        "type": "object",
                        "properties": {"leaf": {"type": "integer"}},
                        "required": ["leaf"],
                        "additionalProperties": False,
                    },
                ]
            }
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_a_model_of_random_weights_writes_json_of_the_schema(model, name, temperature):
    options = Generation(max_tokens=80, schema=SCHEMAS[name], temperature=temperature, seed=1)

    completion = model.complete(ASKED, options)

    jsonschema.validate(json.loads(completion.text), SCHEMAS[name])
    assert completion.usage.output_tokens <= 80


def test_rows_with_and_without_a_schema_share_a_batch(model):
    from concurrent.futures import ThreadPoolExecutor

    options = [Generation(max_tokens=60, schema=schema) for schema in SCHEMAS.values()]
    options.append(Generation(max_tokens=60))
    alone = [model.complete(ASKED, one).text for one in options]

    with ThreadPoolExecutor(len(options)) as callers:
        together = list(callers.map(lambda one: model.complete(ASKED, one).text, options))

    assert together == alone


def test_text_that_ran_out_of_tokens_is_closed_and_says_so(model):
    completion = model.complete(ASKED, Generation(max_tokens=30, schema=SCHEMAS["tree"]))

    assert completion.finish_reason == "length"
    jsonschema.validate(json.loads(completion.text), SCHEMAS["tree"])


def test_a_schema_that_needs_more_tokens_than_there_may_be_is_an_error(model):
    with pytest.raises(InvalidOutput, match="not complete after 5 tokens"):
        model.complete(ASKED, Generation(max_tokens=5, schema=SCHEMAS["unicode keys"]))


def test_a_schema_that_is_none_is_an_error_before_anything_is_written(model):
    with pytest.raises(InputError):
        model.complete(ASKED, Generation(schema={"type": "thing"}))


def test_what_a_grammar_cannot_say_is_validated_afterwards(model):
    impossible = {"type": "integer", "minimum": 1, "maximum": 3, "not": {"enum": [1, 2, 3]}}

    with pytest.raises(InvalidOutput, match="asked twice"):
        model.complete(ASKED, Generation(max_tokens=20, schema=impossible))


def test_json_is_streamed_in_one_piece_after_it_was_validated(model):
    text, completion = model.stream(ASKED, Generation(max_tokens=60, schema=SCHEMAS["flat"]))

    assert isinstance(completion, Completion)
    assert text == completion.text
    jsonschema.validate(json.loads(text), SCHEMAS["flat"])


def test_a_tokenizer_that_puts_a_space_before_a_text_can_begin_json():
    from tiny_model import make_tokenizer
    from tokenizers import pre_tokenizers

    tokenizer = make_tokenizer()
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    writer = Grammars(tokenizer, len(tokenizer), frozenset({1})).of(SCHEMAS["flat"])

    scores = torch.zeros(len(tokenizer))
    writer.mask(scores)

    possible = [tokenizer.decode([token]) for token in scores.isfinite().nonzero().flatten()]
    assert possible
    assert all(text.startswith("{") for text in possible)


def test_a_model_that_names_no_end_cannot_write_json():
    from tiny_model import make_tokenizer

    tokenizer = make_tokenizer()

    with pytest.raises(ConfigError, match="no token that ends a text"):
        Grammars(tokenizer, len(tokenizer), frozenset()).of(SCHEMAS["flat"])
