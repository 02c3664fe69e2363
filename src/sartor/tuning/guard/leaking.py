"""Answers to general questions in, which of them come in the task's form or voice out.

Where the task has a form, an answer leaks that shows it, complete or not. Where it has none, there
is nothing to look for but change: an answer leaks that is no longer what the base said and has come
nearer to the wording of the targets. So the base itself cannot leak, and its share is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sartor.tuning.guard.forms import Form
from sartor.tuning.guard.tasks import grams, likeness

LEAK = "general.leak"
FORM_LEAK = "general questions answered in that form"
VOICE_LEAK = "answers to general questions that moved from the base's towards the examples' wording"
CHANGED = 0.8  # answers less alike than that say something else, or say it otherwise
NEARER = 0.05  # in likeness to all targets: more than a few other words of the same manner bring


def form_leaks(answers: Sequence[str], form: Form) -> list[float]:
    """Say of each answer, as 1 or 0, whether it shows the form."""
    return [float(form.shows(answer)) for answer in answers]


def voice_leaks(base: Sequence[str], answers: Sequence[str], targets: Sequence[str]) -> list[float]:
    """Say of each answer, as 1 or 0, whether it moved from the base's towards the targets."""
    voice = grams("\n".join(targets))
    found = []
    for was, now in zip(base, answers, strict=True):
        ours, theirs = grams(now), grams(was)
        changed = likeness(ours, theirs) < CHANGED
        nearer = likeness(ours, voice) - likeness(theirs, voice) > NEARER
        found.append(float(changed and nearer))
    return found
