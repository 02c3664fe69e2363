"""JSON that follows its schema: validate what a model wrote, ask once more, or say it is wrong.

In go a way to ask, a conversation and a JSON schema; out comes a completion whose text is valid
JSON of that schema. How the model is asked, and whether it was constrained, it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from sartor.errors import InputError, InvalidOutput, MissingExtra
from sartor.types import Completion, Message

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Schema = Mapping[str, object]
SHOWN = 300  # characters of a bad answer in the error
FAULTS_SHOWN = 5


def complete_valid(
    ask: Callable[[Sequence[Message]], Completion], messages: Sequence[Message], schema: Schema
) -> Completion:
    """Ask until the text is JSON of this schema: at most twice, the second time with the faults.

    The usage of both attempts is added up. Raises `InputError` before asking when the schema
    itself is wrong, and `InvalidOutput` when the second attempt is wrong too.
    """
    validator = open_validator(schema)
    first = _without_fence(ask(messages))
    faults = find_faults(first, validator)
    if not faults:
        return first
    second = _without_fence(ask([*messages, *_correction(first.text, faults, schema)]))
    second = replace(second, usage=first.usage + second.usage)
    faults = find_faults(second, validator)
    if faults:
        raise InvalidOutput(
            f"{second.model or 'the model'} was asked twice for JSON of the schema and wrote "
            f"{second.text[:SHOWN]!r}: {'; '.join(faults)}",
            hint="raise max_tokens if it was cut, make the schema simpler, or take another model",
        )
    return second


def open_validator(schema: Schema) -> Validator:
    """Check a schema and return what validates by it; raises `InputError` for a wrong one."""
    try:
        import jsonschema
        from referencing import Registry
    except ImportError as error:
        raise MissingExtra(
            f"JSON answers need the package jsonschema: {error}",
            hint='pip install "sartor[openai]"',
        ) from error
    kind = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise InputError(
            f"the JSON schema is wrong at {error.json_path}: {error.message}",
            hint="correct the schema; nothing was asked",
        ) from error
    _check_references(schema)
    validator: Validator = kind(schema, registry=Registry())  # which fetches nothing
    return validator


def _check_references(schema: Schema) -> None:
    """Raise for a `$ref` that leads nowhere, or out of the schema."""
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    resource = DRAFT202012.create_resource(schema)
    resolver = Registry().with_resource("", resource).crawl().resolver()
    for reference in _references(schema):
        try:
            resolver.lookup(reference)
        except Unresolvable as error:
            raise InputError(
                f"the JSON schema refers to {reference!r}, which is not in it",
                hint="put the definition under $defs and refer to it as #/$defs/NAME",
            ) from error


def _references(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(reference := part.get("$ref"), str):
            yield reference
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _references(inner)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def find_faults(completion: Completion, validator: Validator) -> list[str]:
    """Say what is wrong with a text that should be JSON of a schema; empty when nothing is."""
    try:
        value: Any = json.loads(completion.text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        cut = ", it was cut at max_tokens" if completion.finish_reason == "length" else ""
        return [f"not JSON ({error}){cut}"]
    errors = sorted(validator.iter_errors(value), key=lambda error: error.json_path)
    return [f"{error.json_path}: {error.message[:SHOWN]}" for error in errors[:FAULTS_SHOWN]]


def _without_fence(completion: Completion) -> Completion:
    """Take the Markdown fence away that many models put around JSON."""
    text = completion.text.strip()
    if not (text.startswith("```") and text.endswith("```") and "\n" in text):
        return completion
    return replace(completion, text=text[text.index("\n") : -len("```")].strip())


def _correction(text: str, faults: Sequence[str], schema: Schema) -> list[Message]:
    wrong = "\n".join(f"- {fault}" for fault in faults)
    return [
        Message("assistant", text),
        Message(
            "user",
            f"That does not follow the JSON schema:\n{wrong}\n\n"
            f"The schema is:\n{json.dumps(schema, ensure_ascii=False)}\n\n"
            "Write the whole JSON again, corrected, and nothing else.",
        ),
    ]
