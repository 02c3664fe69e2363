"""Examples -> all that is to know about them before training.

Without an encoder everything is looked at that needs no tokens; with test questions, also whether
the examples give one away. It changes nothing: `fixing` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from sartor.errors import ExamplesRefused
from sartor.tuning.encoding import Encoder
from sartor.tuning.examples.checks.answers import answer_findings
from sartor.tuning.examples.checks.content import (
    amount_findings,
    fact_findings,
    language_findings,
)
from sartor.tuning.examples.checks.copies import copy_findings
from sartor.tuning.examples.checks.leakage import leaking
from sartor.tuning.examples.checks.private import private_findings
from sartor.tuning.examples.checks.tokens import characters, token_check
from sartor.tuning.examples.checks.turns import turn_findings
from sartor.tuning.examples.found import (
    NOT_CHECKED,
    Checked,
    Mended,
    Place,
    Read,
    folded,
    place_of_finding,
)
from sartor.types import Example, ExampleFinding, Question

SHOWN_ERRORS = 3  # of a kind
_ORDER = {"error": 0, "warning": 1, "note": 2}
_FINDERS = (
    turn_findings,
    answer_findings,
    copy_findings,
    private_findings,
    fact_findings,
    language_findings,
    amount_findings,
)


Finder = Callable[[Sequence[Example]], Iterable[ExampleFinding]]


def check_examples(
    read: Read,
    *,
    encoder: Encoder | None = None,
    questions: Sequence[Question] = (),
    also: Finder | None = None,
) -> Checked:
    """Check what was read; errors first, each kind together, by line.

    `also` finds what only the caller can know. What could not be looked at is noted.
    """
    examples = tuple(_placed(read.examples))
    leaks = list(leaking(examples, questions)) if questions else []
    findings = list(read.findings)
    for find in (*_FINDERS, *filter(None, [also])):
        findings += find(examples)
    findings += [finding for _, finding in leaks]
    tokens = token_check(examples, encoder) if encoder and examples else None
    findings += tokens.findings if tokens else ()
    findings += _not_looked_at(tokens=encoder is not None, questions=bool(questions))
    return Checked(
        examples,
        tuple(_sorted(findings)),
        tokens.lengths if tokens else characters(examples),
        tokens.share if tokens else None,
        tokens.sample if tokens else (),
        _counts(examples, read),
        read.kind,
        read.name,
        tuple(_told_nothing(read.mended, questions)),
        frozenset(place for place, _ in leaks),
    )


def accepted(checked: Checked) -> tuple[Example, ...]:
    """Give the examples if nothing stands against training on them; else `ExamplesRefused`."""
    errors = checked.errors
    if not errors:
        return checked.examples
    told = [line for _, same in groupby(errors, key=lambda one: one.kind) for line in _kind(same)]
    name = checked.name or "the examples"
    fix = " --fix CLEANED.jsonl" if any(error.fixable for error in errors) else ""
    raise ExamplesRefused(
        f"{name} cannot be learned from as it is:\n" + "\n".join(told),
        f"sartor tune check {checked.name or 'FILE'}{fix}",
    )


def _kind(same: Iterable[ExampleFinding]) -> Iterator[str]:
    """Tell the errors of one kind, those that are alike on one line."""
    lines = folded(same)
    for what, where, _ in lines[:SHOWN_ERRORS]:
        yield f"  {where}: {what}" if where else f"  {what}"
    if len(lines) > SHOWN_ERRORS:
        yield f"  ... and {len(lines) - SHOWN_ERRORS:,} more like it"


def _not_looked_at(*, tokens: bool, questions: bool) -> Iterator[ExampleFinding]:
    if not tokens:
        told = "tokens, the model's window and its chat template: no base model is named"
        yield ExampleFinding("note", NOT_CHECKED, told, fix="--base FOLDER")
    if not questions:
        told = "whether a test question is given away: there are no test questions"
        yield ExampleFinding("note", NOT_CHECKED, told, fix="--questions FILE")


def told_in_full(finding: ExampleFinding) -> str:
    """Write a finding on one line, its place first."""
    place = place_of_finding(finding)
    return f"{place}: {finding.message}" if place else finding.message


def _placed(examples: Iterable[Example]) -> Iterable[Example]:
    """Give a place to examples that come from no file: the number of each."""
    for number, example in enumerate(examples, start=1):
        yield (
            example if example.source else replace(example, source=Place(0, number).of("examples"))
        )


def _told_nothing(mended: Sequence[Mended], questions: Sequence[Question]) -> Iterable[Mended]:
    """Leave nothing of a row that, once mended, would give a test question away."""
    for one in mended:
        if one.example and any(leaking([one.example], questions)):
            yield Mended(one.place, f"{one.why}; it gives a test question away")
        else:
            yield one


def _counts(examples: Sequence[Example], read: Read) -> Mapping[str, int]:
    roles = Counter(message.role for example in examples for message in example.messages)
    return {
        "examples": len(examples),
        "rows left out": len(read.mended),
        "answers": roles["assistant"],
        "with system": sum(example.messages[0].role == "system" for example in examples),
        "several answers": sum(
            sum(message.role == "assistant" for message in example.messages) > 1
            for example in examples
        ),
    }


def _sorted(findings: Iterable[ExampleFinding]) -> list[ExampleFinding]:
    listed = list(findings)
    first = {kind: place for place, kind in reversed(list(enumerate(f.kind for f in listed)))}
    return sorted(
        listed,
        key=lambda one: (
            _ORDER[one.severity],
            first[one.kind],
            place_of_finding(one) or Place(0),
        ),
    )
