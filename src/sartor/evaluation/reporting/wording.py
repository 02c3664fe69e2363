"""What a scorecard says in plain sentences: the headline, what to fix next, where it was lost.

Shared by the page and the terminal.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import isfinite

from sartor.evaluation.reporting.figures import percent, points
from sartor.types import Comparison, Gain, Scorecard, Stage

CORRECT = "answers.correct"
_MEASURE = re.compile(r"[a-z]+\.[a-z]")  # what a note may begin with: "answers.rouge_l is ..."


@dataclass(frozen=True, slots=True)
class Wording:
    """One stage in words: what fixing it is, what happened there, and where to begin."""

    fixing: str
    happened: str
    begin: str


STAGES: dict[Stage, Wording] = {
    "not in the documents": Wording(
        "Adding what the documents lack",
        "No document holds the answer.",
        "Add the documents that do: sartor add PATH",
    ),
    "not read": Wording(
        "Reading what is not in the text",
        "The document is there, and what was expected stands nowhere in the text read of it.",
        "Check what these questions expect first; then compare the file with what was read of it: "
        "sartor show DOCUMENT",
    ),
    "cut by splitting": Wording(
        "Keeping the evidence whole",
        "The evidence was cut in two between passages.",
        "Try larger passages or an overlap: splitting.size, splitting.overlap",
    ),
    "not retrieved": Wording(
        "Finding the right passage",
        "A passage holds the answer, and search did not find it.",
        "Look at how one of them is searched: sartor search QUESTION --explain",
    ),
    "packed out": Wording(
        "Keeping what was found in the context",
        "The right passage was found, but did not get into the context.",
        "Give the context more room: ask.context_tokens, ask.per_document",
    ),
    "in context, unused": Wording(
        "Using what was in the context",
        "The answer stood in the context and was not used.",
        "Read a few of these answers beside their passages; then the prompt, or a stronger model",
    ),
    "used but wrong": Wording(
        "Getting right what was read",
        "The right passage was used, and the answer is wrong all the same.",
        "Read a few of these answers; a prompt, examples or a stronger model can help",
    ),
    "right but uncited": Wording(
        "Citing what is right",
        "The answer is right, without a source that says so.",
        "Ask for a citation after each sentence in the prompt",
    ),
    "right but wrong format": Wording(
        "Keeping to the format",
        "The answer is right, but not in the form that was asked for.",
        "Give the schema with the question, so that the output is constrained",
    ),
    "right but wrong style": Wording(
        "Keeping to your style",
        "The answer is right, but does not read like your examples.",
        "Put some of your examples into the prompt: rung few-shot",
    ),
    "should have abstained": Wording(
        "Staying silent where nothing is known",
        "There was no answer to give, and one was given.",
        "Measure when to say nothing: sartor calibrate",
    ),
    "no answer": Wording(
        "Answering every question",
        "It failed, ran out of time, or said nothing although it could have answered.",
        "Look at the errors of these questions; if it was silent: sartor calibrate",
    ),
    "unknown": Wording(
        "Finding out what went wrong",
        "Nothing that is stored shows where the answer was lost.",
        "Add evidence to these questions, so that the next run can tell",
    ),
}


def headline(card: Scorecard) -> tuple[str, str]:
    """Say how many questions were answered correctly, and how sure that is."""
    correct = card.measurements.get(CORRECT)
    if correct is None or not isfinite(correct.mean):
        return f"{counted(len(card.rows))} asked", "nothing decides whether the answers are right"
    right = f"{round(correct.mean * correct.n):,} of {counted(correct.n)} answered correctly"
    low, high = 100 * correct.low, 100 * correct.high
    return right, f"{percent(correct.mean, 1)}, 95 % interval {low:.0f} to {high:.0f}"


def counted(count: int) -> str:
    """Write a number of questions."""
    return f"{count:,} question{'' if count == 1 else 's'}"


def next_fixes(card: Scorecard) -> list[Gain]:
    """Sort what could be fixed: sure gains first, then where most was lost; polish comes last."""
    return sorted(card.gains, key=_rank)


def _rank(gain: Gain) -> tuple[bool, float, int]:
    sure = gain.gain.mean if gain.gain.low > 0 else 0.0
    return gain.gain.metric != CORRECT, -sure, -gain.lost


def fix(gain: Gain) -> str:
    """Say what fixing one stage would add, and how sure that is."""
    if gain.gain.mean <= 0:  # asked again with the evidence, and wrong again
        stay = f"{counted(gain.lost)} stay{'s' if gain.lost == 1 else ''}"
        return f"{stay} wrong even with the evidence in hand: prompt or model must be stronger"
    doubt = "" if gain.gain.low > 0 else ", if anything"
    return f"{STAGES[gain.stage].fixing} would add about {added(gain)}{doubt}"


def added(gain: Gain) -> str:
    """Say what is gained, and in which measure if it is not right answers."""
    measure = "" if gain.gain.metric == CORRECT else f" of {gain.gain.metric}"
    return f"{points(gain.gain)}{measure}"


def lost_at(card: Scorecard) -> list[tuple[Stage, int, Gain | None]]:
    """Count what each stage lost, most first, with what fixing it would add if that is known."""
    gains = {gain.stage: gain for gain in card.gains}
    counts = Counter(row.stage for row in card.rows if row.stage)
    return [(stage, lost, gains.get(stage)) for stage, lost in counts.most_common()]


def sentence(note: str) -> str:
    """Write a note as a sentence; the name of a measure stays as it is written."""
    first = note[:1] if _MEASURE.match(note) else note[:1].upper()
    return f"{first}{note[1:]}{'' if note.endswith(('.', '!', '?')) else '.'}"


def standing(first: str, second: str, comparison: Comparison) -> str:
    """Say in one sentence how two systems compare."""
    if comparison.outcome == "cannot tell":
        return f"Cannot tell {first} and {second} apart"
    return f"{first} is {comparison.outcome} than {second}"


def more(comparison: Comparison) -> str:
    """Say what would decide a comparison that is open; empty where nothing in reach would."""
    if comparison.more is None:
        return ""
    return f"about {comparison.more:,} more questions would tell"


def verdict(comparison: Comparison) -> str:
    """Say what a comparison came to, and what would decide it."""
    return "; ".join(filter(None, (comparison.outcome, more(comparison))))
