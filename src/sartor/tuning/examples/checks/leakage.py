"""Examples that give a test question away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sartor.text.given_away import given_away
from sartor.tuning.examples.found import about
from sartor.types import Example, ExampleFinding, Question

_FIX = "what is tested with must not be learned; --fix leaves the example out"


def leaking(
    examples: Sequence[Example], questions: Sequence[Question]
) -> Iterator[tuple[int, ExampleFinding]]:
    """Find the examples with a turn that is a test question, or nearly one; each with its place."""
    turns = [
        (place, message.content)
        for place, example in enumerate(examples)
        for message in example.messages
        if message.role == "user"
    ]
    found: dict[int, ExampleFinding] = {}
    said = [turn for _, turn in turns]
    for one in given_away([question.text for question in questions], said):
        place = turns[one.turn][0]
        question = questions[one.question]
        if one.exact or place not in found:
            how = "is" if one.exact else "is nearly"
            told = f"{how} the test question {question.id!r}: {question.text[:80]!r}"
            found[place] = about(
                examples[place],
                "error" if one.exact else "warning",
                "leakage",
                told,
                fix=_FIX,
                fixable=True,
            )
    yield from sorted(found.items())
