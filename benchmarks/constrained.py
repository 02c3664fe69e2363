"""Is JSON from a grammar always valid, and what does it cost for each token?

    python benchmarks/constrained.py [--tokens 200]

A small Llama with random weights answers 50 schemas of rising difficulty, greedily and by lot: a
model that knows nothing keeps to a schema only if it cannot do otherwise. `finished` of the texts
were completed by the model; the others ran into the limit and were closed within it. The overhead
is the time of making a mask and taking a token, for a vocabulary of 16,000, beside the step of the
97M model of `generation.py`, and the time of closing a text. Writes
`benchmarks/results/constrained.json`.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import jsonschema
import torch
from transformers import AutoTokenizer

from generation import SHAPE, make_model
from measuring import percentile, write_result
from sartor.errors import SartorError
from sartor.models.local import LocalModel
from sartor.models.local.grammar import Grammars
from sartor.protocols import Generation
from sartor.types import Message

ASKED = [Message("user", "Fill in the form.")]
SMALL = {"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 4}
END = 3_000  # any token of a whole word
TEXT, WHOLE, YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def fields(properties, required=None, **more):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
        **more,
    }


def many(items, **bounds):
    return {"type": "array", "items": items, **bounds}


def deep(levels):
    inner = fields({"value": WHOLE})
    for _ in range(levels):
        inner = fields({"inner": inner})
    return inner


def tree(properties):
    return {"$ref": "#/$defs/node", "$defs": {"node": fields(properties)}}


NODE = {"$ref": "#/$defs/node"}
ADDRESS = fields({"street": TEXT, "number": WHOLE, "city": TEXT}, ["city"])
BRANCH = {"anyOf": [fields({"left": NODE, "right": NODE}), fields({"leaf": WHOLE})]}
SCHEMAS = [
    # single values
    YES,
    WHOLE,
    {"type": "number"},
    {"type": "null"},
    TEXT,
    {"const": "agreed"},
    {"enum": ["red", "green", 3, None, True]},
    {"type": "integer", "minimum": 18, "maximum": 65},
    {"type": "number", "minimum": -0.5, "maximum": 0.5},
    {"type": "integer", "exclusiveMinimum": 1000},
    {"type": "integer", "multipleOf": 25, "minimum": 0, "maximum": 1000},
    {"type": ["string", "null"]},
    {"type": "string", "minLength": 3, "maxLength": 8},
    {"type": "string", "minLength": 40},
    # patterns and formats
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    {"type": "string", "pattern": "^(yes|no|maybe)( indeed)?$"},
    {"type": "string", "pattern": "^.*x$"},
    {"type": "string", "pattern": "^[ä-ü]{2,5}$"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "ipv4"},
    # lists
    many(WHOLE),
    many(TEXT, minItems=2, maxItems=4),
    many({"enum": ["a", "b"]}, minItems=5, maxItems=5),
    many(many({"type": "number"}, minItems=2), minItems=2),
    {"type": "array", "prefixItems": [TEXT, WHOLE, YES], "items": False, "minItems": 3},
    # objects
    fields({"name": TEXT, "age": WHOLE}),
    fields({"name": TEXT, "age": WHOLE, "email": TEXT}, ["name"]),
    {"type": "object"},
    {"type": "object", "additionalProperties": WHOLE},
    {"type": "object", "properties": {"a": YES}, "required": ["a"], "additionalProperties": TEXT},
    fields({"Straße": TEXT, "größe (cm)": WHOLE, "日本語": YES, "😀": {"enum": ["👍", "👎"]}}),
    fields({'quote "here"': TEXT, "back\\slash": WHOLE, "line\nbreak": YES}),
    fields({f"field{number}": YES for number in range(16)}),
    fields({"home": ADDRESS, "work": ADDRESS}, ["home"]),
    fields({"people": many(fields({"name": TEXT, "tags": many(TEXT, maxItems=3)}), minItems=1)}),
    deep(6),
    # choices
    {"anyOf": [WHOLE, fields({"error": TEXT})]},
    {"anyOf": [fields({"kind": {"const": "circle"}, "radius": {"type": "number"}}),
               fields({"kind": {"const": "square"}, "side": {"type": "number"}})]},
    fields({"value": {"anyOf": [TEXT, {"type": "null"}, many(WHOLE, minItems=1)]}}),
    {"oneOf": [{"type": "string", "maxLength": 5}, {"type": "integer", "minimum": 0}]},
    {"allOf": [{"type": "object", "properties": {"a": WHOLE}, "required": ["a"]},
               {"type": "object", "properties": {"b": TEXT}, "required": ["b"]}]},
    # references and recursion
    {"$ref": "#/$defs/day", "$defs": {"day": {"enum": ["Monday", "Tuesday"]}}},
    tree({"name": TEXT, "children": many(NODE)}),
    tree({"value": WHOLE, "next": {"anyOf": [NODE, {"type": "null"}]}}),
    {"$ref": "#/$defs/node", "$defs": {"node": BRANCH}},
    {"$ref": "#/$defs/value", "$defs": {"value": {"anyOf": [
        TEXT, WHOLE, many({"$ref": "#/$defs/value"}),
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}}]}}},
    # everything
    fields({
        "id": {"type": "string", "pattern": "^INV-[0-9]{6}$"},
        "date": {"type": "string", "format": "date"},
        "lines": many(fields({"item": TEXT, "count": {"type": "integer", "minimum": 1, "maximum": 99},
                              "price": {"type": "number", "minimum": 0}}), minItems=1, maxItems=5),
        "paid": YES,
        "note": {"type": ["string", "null"], "maxLength": 60},
        "currency": {"enum": ["EUR", "USD", "GBP"]},
    }, ["id", "date", "lines", "currency"]),
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=200)
    tokens = parser.parse_args().tokens
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_model(folder, SHAPE | SMALL | HEADS, end=END)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = LocalModel(folder, precision="fp32", threads=1)
        rows = [row(model, number, heat, tokens) for number in range(50) for heat in (0.0, 1.0)]
        model.close()
        cost = overhead(tokenizer)
    write_result("constrained", {"max_tokens": tokens, **summary(rows), **cost})


def row(model, number, heat, tokens):
    options = Generation(max_tokens=tokens, temperature=heat, seed=number, schema=SCHEMAS[number])
    started = time.perf_counter()
    try:
        completion = model.complete(ASKED, options)
        jsonschema.validate(json.loads(completion.text), SCHEMAS[number])
        outcome = completion.finish_reason
    except (SartorError, ValueError, jsonschema.ValidationError) as error:
        outcome = f"invalid: {error}"
    seconds = round(time.perf_counter() - started, 3)
    return {"schema": number, "temperature": heat, "outcome": outcome, "seconds": seconds}


def overhead(tokenizer):
    """Time masks and tokens of grammars that are followed by lot; the network is left out."""
    size = SHAPE["vocab_size"]
    grammars = Grammars(tokenizer, size, frozenset({END}))
    started = time.perf_counter()
    grammars.of(YES)
    first = time.perf_counter() - started
    lot = torch.Generator().manual_seed(0)
    making, masks, closing = [], [], []
    for schema in SCHEMAS:
        started = time.perf_counter()
        writer = grammars.of(schema)
        making.append(time.perf_counter() - started)
        written = []
        for _ in range(200):
            scores = torch.randn(size, generator=lot)
            started = time.perf_counter()
            writer.mask(scores)
            token = int(scores.argmax())
            done = token == END or writer.take(token)
            masks.append(time.perf_counter() - started)
            written.append(token)
            if done:
                break
        else:
            started = time.perf_counter()
            writer.text(written, finished=False)
            closing.append(time.perf_counter() - started)
    return {
        "first_grammar_seconds": round(first, 3),
        "grammar_ms": milliseconds(making),
        "token_ms": milliseconds(masks),
        "closing_ms": milliseconds(closing),
    }


def milliseconds(seconds):
    return {
        "median": round(1000 * statistics.median(seconds), 3),
        "p95": round(1000 * percentile(seconds, 0.95), 3),
        "n": len(seconds),
    }


def summary(rows):
    invalid = [row for row in rows if row["outcome"].startswith("invalid")]
    return {
        "schemas": len(SCHEMAS),
        "texts": len(rows),
        "valid": 1 - len(invalid) / len(rows),
        "finished": sum(row["outcome"] == "stop" for row in rows),
        "closed": sum(row["outcome"] == "length" for row in rows),
        "invalid": invalid,
    }


if __name__ == "__main__":
    main()
