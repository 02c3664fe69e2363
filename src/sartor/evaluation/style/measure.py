"""A voice and a run of answers -> `style.match` for each question.

A score is 1 on their side of the threshold and 0 on the other, so that the mean is a share. Where
the voice cannot be told, or there is no answer, it is missing and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sartor.evaluation.asked import Asked
from sartor.evaluation.style.reading import NEITHER, THRESHOLD
from sartor.evaluation.style.voice import Voice
from sartor.types import Score

MATCH = "style.match"


def style_measure(voice: Voice) -> Callable[[Sequence[Asked]], Iterable[Score]]:
    """Make a measure of a whole run out of a voice."""

    def measure(run: Sequence[Asked]) -> Iterator[Score]:
        texts = {asked.question.id: text for asked in run if (text := _said(asked))}
        told = voice.match(list(texts.values())) if voice.tells else []
        probabilities = dict(zip(texts, told, strict=False))
        for asked in run:
            id = asked.question.id
            yield _score(voice, id, texts.get(id, ""), probabilities.get(id))

    return measure


def _said(asked: Asked) -> str:
    """Give what was said; a refusal to answer is written by rule and is nobody's voice."""
    return asked.answer.text.strip() if asked.answer and not asked.answer.abstained else ""


def _score(voice: Voice, id: str, text: str, probability: float | None) -> Score:
    if probability is None:
        return Score(MATCH, id, None, "nothing was said" if voice.tells else voice.reason)
    side = "in neither voice" if probability == NEITHER else f"{probability:.2f} theirs"
    reason = f"{side}; furthest off: {voice.furthest(text)}"
    return Score(MATCH, id, float(probability >= THRESHOLD), reason)
