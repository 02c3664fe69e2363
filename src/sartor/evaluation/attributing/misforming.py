"""An answer that is wrong by its form's match -> is the form all that is wrong with it?

Where `match` is a schema or a pattern, the right value in another form is a wrong answer. The value
is looked for in the text: what is expected of a schema leaf by leaf, a pattern without its anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sartor.errors import InputError
from sartor.evaluation.attributing.lost import quoted
from sartor.evaluation.measures.amounts import amount, amount_in
from sartor.evaluation.measures.formats import form, read_json
from sartor.evaluation.measures.patterns import matches
from sartor.evaluation.measures.phrases import phrase_in
from sartor.evaluation.measures.silence import silent
from sartor.types import Answer, Question

_ANCHORS = re.compile(r"^(?:\(\?[a-zA-Z]+\))?(?:\^|\\A)?|(?<!\\)(?:\$|\\Z)$")


def only_misformed(question: Question, answer: Answer) -> str:
    """Say what is wrong with the form of an answer that holds the value; else nothing."""
    if question.match not in ("schema", "regex") or silent(answer):
        return ""
    checked = form(question, answer.text)
    if checked is None or checked.valid is not False or not _holds(question, answer.text):
        return ""
    return f"{checked.reason}; but for its form {quoted(answer.text)} is right"


def _holds(question: Question, text: str) -> bool:
    """Tell whether a text has one of the values, or none is expected."""
    if question.match == "regex":
        return any(_matches_within(pattern, text) for pattern in question.expected)
    return not question.expected or any(_says(one, text) for one in question.expected)


def _matches_within(pattern: str, text: str) -> bool:
    """Look for a pattern anywhere in a text as whole words, in upper or lower case."""
    bare = _ANCHORS.sub("", pattern)
    try:
        return bool(bare) and matches(rf"(?i)(?<![\w.,])(?:{bare})(?!\w|[.,]\d)", text)
    except InputError:
        return False


def _says(expected: str, text: str) -> bool:
    """Tell whether every value of expected JSON stands in a text."""
    try:
        values = list(_leaves(read_json(expected)))
    except ValueError:
        return False
    return bool(values) and all(_stands(value, text) for value in values)


def _stands(value: object, text: str) -> bool:
    spelled = str(value).lower() if isinstance(value, bool) else str(value)
    number = amount(spelled)
    return phrase_in(spelled, text) or bool(number and amount_in(number, text))


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield value
