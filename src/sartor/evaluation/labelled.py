"""Answers that people labelled -> how far deciding by match would agree with the people.

Labels decide where there are any. This says what the same figures would be worth without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sartor.evaluation.asked import Asked
from sartor.evaluation.judging.agreement import agreement
from sartor.evaluation.measures.correct import correct
from sartor.protocols import Checker


def labels_note(outcomes: Sequence[Asked], checker: Checker | None) -> Iterator[str]:
    """Say how many answers have labels, and how match agrees with them; nothing without labels."""
    labels = {
        one.question.id: one.label
        for one in outcomes
        if one.label is not None and one.answer is not None
    }
    matched = {
        one.question.id: right
        for one in outcomes
        if one.question.id in labels
        and (right := correct(replace(one, label=None), checker).right) is not None
    }
    found = agreement(matched, labels)
    if found is None:
        return
    some = f"; on {found.n} of them" if found.n < len(labels) else ";"
    kappa = f", kappa {found.kappa.mean:.2f}" if found.kappa else ""
    yield (
        f"people labelled {len(labels)} answers, and their labels decide{some} deciding by match "
        f"would agree with them in {100 * found.accuracy.mean:.0f} %{kappa}"
    )
