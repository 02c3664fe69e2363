"""When to say nothing, and what to say then.

In go confidences, or a question and its hits; out come a threshold with its reason, or a sentence
for the reader. Knows no assistant: those with a model abstain by the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from sartor.assistants.asking import asks_nothing, read
from sartor.assistants.relevance import Candidate, rate
from sartor.errors import InputError
from sartor.text.normal import squeeze
from sartor.types import Chosen, Hit

# Silences 6 % of the answerable questions of XQuAD in English, 12 % in German, 13 % in Chinese,
# and 75 to 80 % of those whose answer was taken away; benchmarks/extract.py has the whole curve.
DEFAULT_ABSTAIN_BELOW = 0.3

NO_QUESTION = "There is no question in this. Ask about what the documents say."
LONGEST_QUOTE = 200  # characters of the nearest thing found
MOST_WORDS = 8  # named of what was looked for


def nothing_found(question: str, hits: Sequence[Hit]) -> str:
    """Say what was looked for and the nearest thing that was found."""
    if asks_nothing(question):
        return NO_QUESTION
    wanted = ", ".join(read(question).topic[:MOST_WORDS])
    said = "The documents do not seem to answer this."
    if wanted:
        said += f" Looked for: {wanted}."
    rated = rate(question, hits)
    nearest = next((found for found in rated if not found.statement.instructs), None)
    return f"{said} {_nearest(nearest)}" if nearest else f"{said} Nothing came near."


def _nearest(found: Candidate) -> str:
    text = squeeze(found.statement.text)
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    place = " > ".join((found.passage.document_id, *found.passage.headings))
    return f'The nearest thing found is in {place}: "{text}"'


def calibrate(
    answerable: Sequence[float], unanswerable: Sequence[float], error: float = 0.1
) -> Chosen[float]:
    """Choose the highest threshold that silences at most this share of the answerable questions.

    In go the confidences of questions whose answer is there and of those whose answer is not.
    """
    if not answerable or not 0 <= error < 1:
        raise InputError(
            f"{len(answerable)} answerable questions and an error of {error}; "
            "expected at least one question and a share from 0 to 1"
        )
    below = sorted(answerable)[int(error * len(answerable))]
    lost = _share_below(answerable, below)
    reason = f"silences {lost:.0%} of {len(answerable)} questions whose answer is there"
    if unanswerable:
        rightly = _share_below(unanswerable, below)
        reason += f" and {rightly:.0%} of {len(unanswerable)} whose answer is not"
    return Chosen(below, reason)


def _share_below(confidences: Sequence[float], threshold: float) -> float:
    return sum(confidence < threshold for confidence in confidences) / len(confidences)
