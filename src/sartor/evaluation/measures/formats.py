"""A question that wants a form and an answer -> does it have that form?

The whole answer counts: JSON inside a code fence or behind a sentence is not JSON. Knows JSON
schemas, patterns and languages, and nothing about what is right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from sartor.errors import InputError
from sartor.evaluation.measures.patterns import matches
from sartor.text.languages import detect
from sartor.text.normal import squeeze
from sartor.types import Question

LONGEST = 1_000_000  # characters of an answer that are read as JSON
LONGEST_REASON = 200
LANGUAGE_SAMPLE = 1_000  # characters of an answer that show its language


@dataclass(frozen=True, slots=True)
class Form:
    """Whether an answer has the form that was asked for; None: it cannot be told. And why."""

    valid: bool | None
    reason: str = ""


def form(question: Question, text: str) -> Form | None:
    """Check an answer against the question's schema or pattern; None where it asks for none."""
    if question.schema is not None:
        return follows(text, question.schema)
    if question.match == "regex" and question.expected:
        return matches_any(question.expected, text)
    return None


def follows(text: str, schema: Mapping[str, object]) -> Form:
    """Check that a text is JSON and follows a schema."""
    try:
        value = read_json(text)
    except ValueError as error:
        return Form(False, f"it is not JSON: {error}")
    return _validated(value, json.dumps(schema, sort_keys=True, default=str))


@lru_cache(maxsize=16)  # correctness and form both ask, and a pattern may take its time
def matches_any(patterns: tuple[str, ...], text: str) -> Form:
    """Check that a text matches one of several patterns; None when that cannot be found out."""
    failed = ""
    for pattern in patterns:
        try:
            if matches(pattern, text):
                return Form(True)
        except InputError as error:
            failed = str(error)
    return Form(None, failed) if failed else Form(False, "it matches no expected pattern")


def read_json(text: str) -> Any:  # noqa: ANN401
    """Read a text as JSON by the standard; raises `ValueError` that says what is wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters; at most {LONGEST} are read")
    if text.lstrip().startswith("```"):
        raise ValueError("it stands in a code fence")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def in_its_language(question: str, answer: str) -> bool | None:
    """Say whether an answer is in the language of its question; None: it cannot be told."""
    asked = _language(question)
    said = detect(answer[:LANGUAGE_SAMPLE]) if asked else ""
    return asked == said if said else None


@lru_cache(maxsize=10_000)
def _language(text: str) -> str:
    return detect(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _validated(value: object, schema: str) -> Form:
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    validator = _validator(schema)
    if isinstance(validator, str):
        return Form(None, validator)
    try:
        found = best_match(validator.iter_errors(value))
    except (Unresolvable, RecursionError, ValueError) as error:
        return Form(None, squeeze(f"the schema cannot be followed: {error}")[:LONGEST_REASON])
    if found is None:
        return Form(True)
    return Form(False, squeeze(f"{found.json_path}: {found.message}")[:LONGEST_REASON])


@lru_cache(maxsize=1_000)
def _validator(schema: str) -> Any:  # noqa: ANN401  # jsonschema has no types
    """Build what checks a schema, or say why it is none; links into the web are not followed."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry

    read = json.loads(schema)
    kind = validator_for(read, default=Draft202012Validator)
    try:
        kind.check_schema(read)
    except SchemaError as error:
        return squeeze(f"the schema is none: {error.message}")[:LONGEST_REASON]
    return kind(read, registry=Registry())
