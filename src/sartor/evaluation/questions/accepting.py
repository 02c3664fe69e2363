"""Questions -> the same, or what makes figures over them false.

A pattern that is none, a schema that is none, one id twice: nothing that is measured over such
questions would hold, so it is refused before anything is asked. Files and lists are held to the
same; what only weakens a figure is a finding of `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sartor.errors import InputError, nearest
from sartor.evaluation.measures.formats import follows
from sartor.evaluation.questions.found import SHOWN_MISTAKES
from sartor.types import Evidence, Message, Question

MATCHES = ("exact", "contains", "number", "regex", "schema", "facts")
MAKE = 'sartor.types.Question("q1", "How long?", ("14 days",))'


def accepted(questions: object) -> tuple[Question, ...]:
    """Take questions that were handed in as a list; raises `InputError` that names each fault."""
    if isinstance(questions, str | bytes) or not isinstance(questions, Iterable):
        raise InputError(
            f"questions are {type(questions).__name__}; expected a path or a list of Question",
            MAKE,
        )
    listed = tuple(questions)
    if not listed:
        raise InputError("there is no question in the list that was handed in", MAKE)
    faults = list(_faults(listed))
    if faults:
        shown = faults[:SHOWN_MISTAKES]
        more = [f"... and {len(faults) - len(shown)} more"] if len(faults) > len(shown) else []
        told = "\n".join(f"  {fault}" for fault in (*shown, *more))
        raise InputError(f"the questions handed in cannot be used:\n{told}", MAKE)
    return listed


def incomparable(question: Question) -> str:
    """Say why no answer can be compared with what is expected; nothing where that can be done."""
    if question.match and question.match not in MATCHES:
        known = f"expected one of {', '.join(MATCHES)}{nearest(question.match, MATCHES)}"
        return f"match is {question.match!r}; {known}"
    if question.match == "regex":
        return next(filter(None, map(_no_pattern, question.expected)), "")
    if question.match == "schema" and question.schema is None:
        return "match is schema, and there is no schema to follow"
    return "" if question.schema is None else _no_schema(question.schema)


def _no_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"expected {pattern!r} is no regular expression: {error}"
    return ""


def _no_schema(schema: Mapping[str, object]) -> str:
    """Follow a schema with a value of no importance: what comes of it is about the schema."""
    form = follows("null", schema)
    return form.reason if form.valid is None else ""


def _faults(questions: tuple[object, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for place, question in enumerate(questions):
        if not isinstance(question, Question):
            yield f"place {place}: found {type(question).__name__}; expected a Question"
            continue
        why = _wrong_kind(question) or incomparable(question)
        if why:
            yield f"question {question.id!r}: {why}"
        elif question.id in seen:
            yield f"question {question.id!r}: its id stands there twice"
        else:
            seen.add(question.id)


def _wrong_kind(question: Question) -> str:
    """Find a field of another kind than it says: Python lets anything be put there."""
    single = {"id": str, "text": str, "match": str, "answerable": bool}
    if question.schema is not None:
        single["schema"] = dict
    for name, kind in single.items():
        value = getattr(question, name)
        if not isinstance(value, kind):
            return f"{name} is {type(value).__name__}; expected {kind.__name__}"
    if not question.text.strip():
        return "text is empty"
    several = {"expected": str, "evidence": Evidence, "history": Message, "tags": str}
    for name, kind in several.items():
        values = getattr(question, name)
        if not isinstance(values, tuple | list):
            return f"{name} is {type(values).__name__}; expected a tuple of {kind.__name__}"
        if not all(isinstance(value, kind) for value in values):
            return f"{name} holds something else than {kind.__name__}"
    return ""
