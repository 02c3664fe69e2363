"""A question, its answer and what was expected -> is the answer right, and what decided that?

The first of these that has something to say decides: a person's label; whether it should have
answered at all; the question's own match; the kind of the expected text. Knows nothing of the
system that answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.amounts import (
    amount,
    amount_in,
    scale_named,
    scaled,
    spread,
    spread_in,
)
from sartor.evaluation.measures.checked import checked
from sartor.evaluation.measures.facts import missing
from sartor.evaluation.measures.formats import Form, follows, matches_any, read_json
from sartor.evaluation.measures.overlap import exact
from sartor.evaluation.measures.phrases import length_in_words, list_in, phrase_in
from sartor.evaluation.measures.polarity import expected_polarity, polarity
from sartor.evaluation.measures.silence import says_nothing, silent
from sartor.protocols import Checker
from sartor.types import Question

FEW_WORDS = 8  # an expected text up to this long is looked for as it stands
YES_NO = "yes or no"  # the matcher of an expected text that is only that


@dataclass(frozen=True, slots=True)
class Correct:
    """Whether an answer is right (None: nothing to decide by), what decided it, and why."""

    right: bool | None
    decided_by: str = ""
    reason: str = ""


def correct(asked: Asked, checker: Checker | None = None) -> Correct:
    """Decide whether an answer is right."""
    question, answer = asked.question, asked.answer
    if asked.label is not None:
        return Correct(asked.label, "label", "a person said so")
    if answer is None:
        return Correct(False, "no answer", asked.error or "there is no answer")
    if not expects_an_answer(question):
        return _silence(silent(answer))
    if not wanted(question) and question.match != "schema":
        return Correct(None, "", "nothing is expected to compare it with")
    if silent(answer):
        return Correct(False, "abstention", "it says nothing, but there is an answer")
    return _matched(question, answer.text, checker)


def expects_an_answer(question: Question) -> bool:
    """Say whether something should be said: not when "I don't know" is what is expected."""
    return question.answerable and not any(map(_is_silence, question.expected))


def wanted(question: Question) -> list[str]:
    """Give the expected texts that are more than white space."""
    return [text for text in question.expected if text.strip()]


def matcher(question: Question, expected: str) -> str:
    """Name what compares an expected text: the question's own match, or by the kind of text."""
    return question.match or _kind(expected)


@lru_cache(maxsize=10_000)
def _is_silence(expected: str) -> bool:
    return bool(expected.strip()) and says_nothing(expected)


@lru_cache(maxsize=10_000)
def _kind(expected: str) -> str:
    if expected_polarity(expected):
        return YES_NO
    if amount(expected) or spread(expected):
        return "number"
    return "contains" if length_in_words(expected) <= FEW_WORDS else "facts"


def _silence(said_nothing: bool) -> Correct:
    reason = "" if said_nothing else "it answers, but should have said that it does not know"
    return Correct(said_nothing, "abstention", reason)


def _matched(question: Question, text: str, checker: Checker | None) -> Correct:
    """Compare with each expected text; any of them is enough."""
    if question.match == "regex":
        return _formed("regex", matches_any(question.expected, text))
    if question.match == "schema":
        return _formed("schema", _schema(question, text))
    if question.match and question.match not in _WRONG:
        return Correct(None, "", f"no match is called {question.match!r}")
    found = Correct(None)
    for expected in wanted(question):
        name = matcher(question, expected)
        reason = _WRONG[name](expected, text, question.text)
        if not reason and name == "facts" and checker:
            reason = _contradicted(expected, text, question.text, checker)
        found = Correct(not reason, name, reason)
        if found.right:
            break
    return found


def _formed(name: str, form: Form) -> Correct:
    return Correct(form.valid, name, form.reason)


def _schema(question: Question, text: str) -> Form:
    """Check the form, and the value where one is expected."""
    form = follows(text, question.schema or {})
    if not form.valid or not question.expected:
        return form
    try:
        expected = [read_json(one) for one in question.expected]
    except ValueError as error:
        return Form(None, f"what is expected cannot be read: {error}")
    return Form(True) if read_json(text) in expected else Form(False, "its values are others")


def _contradicted(expected: str, text: str, question: str, checker: Checker) -> str:
    for sentence in checked(checker, text, [expected], question):
        if sentence.support == "contradicted":
            return f"{sentence.text[:80]!r} contradicts it: {sentence.reason}"
    return ""


# Each takes what is expected, the answer and the question, and gives the reason why the answer is
# wrong; nothing when it is right.


def _not_exact(expected: str, text: str, _question: str) -> str:
    return "" if exact(expected, text) else f"it is not {expected[:80]!r}"


def _not_contained(expected: str, text: str, _question: str) -> str:
    found = phrase_in(expected, text) or list_in(expected, text)
    return "" if found else f"{expected[:80]!r} is not in it"


def _no_such_number(expected: str, text: str, question: str) -> str:
    stated = amount(expected)
    ends = spread(expected) if stated is None else None
    if stated is None and not (ends and spread_in(ends, text)):
        return _not_contained(expected, text, question)
    if stated is None or amount_in(stated, text):
        return ""
    scale = scale_named(question)
    if scale > 1 and any(amount_in(scaled(stated, by), text) for by in (scale, 1 / scale)):
        return ""
    return f"{expected!r} is not in it"


def _not_that_polarity(expected: str, text: str, _question: str) -> str:
    said = polarity(text)
    if said == expected_polarity(expected):
        return ""
    return f"{expected!r} is expected; it says {said or 'neither yes nor no'}"


_WRONG: Mapping[str, Callable[[str, str, str], str]] = {
    "exact": _not_exact,
    "contains": _not_contained,
    "number": _no_such_number,
    "facts": missing,
    YES_NO: _not_that_polarity,
}
