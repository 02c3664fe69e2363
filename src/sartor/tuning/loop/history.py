"""What has happened in a training so far, and what follows from it. Plain data that is stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sartor.tuning.loop.job import Standing, Step

CHANCE = 0.05  # what a measure on some two dozen examples goes up and down by
RECENT = 20  # steps that tell how fast training is now


@dataclass(slots=True)
class History:
    """Every step, the best of them, and how many evaluations ago that was.

    A better task measure is better; where two are as good as equal, or there is none, the lower dev
    loss is: a measure on a few examples goes up and down by chance while the loss shows that there
    still is something to learn. So waiting ends when either gets better.
    """

    steps: list[Step] = field(default_factory=list)
    best_step: int = 0
    best_score: tuple[float, float] | None = None
    highest_measure: float = -math.inf
    lowest_loss: float = math.inf
    waited: int = 0

    @property
    def last(self) -> Step:
        """The step that was done last."""
        return self.steps[-1]

    @property
    def tokens(self) -> int:
        """Tokens that were trained on, filler not counted."""
        return sum(step.tokens for step in self.steps)

    @property
    def seconds(self) -> float:
        """Seconds of all steps, evaluations not counted."""
        return sum(step.seconds for step in self.steps)

    def evaluated(self, dev_loss: float | None, measure: float | None) -> bool:
        """Note what the last step is worth; true when nothing before was better."""
        self.steps[-1] = replace(self.last, dev_loss=dev_loss, measure=measure)
        score = (_or_worst(measure), _or_worst(None if dev_loss is None else -dev_loss))
        better = self._is_better(score)
        self.highest_measure = max(self.highest_measure, score[0])
        learning = dev_loss is not None and dev_loss < self.lowest_loss
        if dev_loss is not None and learning:
            self.lowest_loss = dev_loss
        self.waited = 0 if better or learning else self.waited + 1
        if better:
            self.best_step, self.best_score = self.last.number, score
        return better

    def _is_better(self, score: tuple[float, float]) -> bool:
        if self.best_score is None:
            return True
        (measure, loss), (_, best_loss) = score, self.best_score
        if loss == best_loss or measure > self.highest_measure + CHANCE:
            return score > self.best_score
        return loss > best_loss and measure >= self.highest_measure - CHANCE

    def standing(self, steps: int, *, at_most: float, memory: int) -> Standing:
        """Return how far training has come of so many steps; it goes on so many seconds at most."""
        recent = self.steps[-RECENT:]
        seconds = sum(step.seconds for step in recent)
        tokens = sum(step.tokens for step in recent)
        return Standing(
            step=self.last,
            steps=steps,
            best=self.best_step,
            tokens_per_second=tokens / seconds if seconds else 0.0,
            seconds_left=min(at_most, (steps - self.last.number) * seconds / len(recent)),
            memory=memory,
        )

    def to_json(self) -> dict[str, object]:
        """Return what `from_json` makes the same history of."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> History:
        """Read a stored history."""
        score = stored["best_score"]
        return cls(
            steps=[Step(**step) for step in stored["steps"]],
            best_step=stored["best_step"],
            best_score=(score[0], score[1]) if score else None,
            waited=stored["waited"],
            highest_measure=stored["highest_measure"],
            lowest_loss=stored["lowest_loss"],
        )


def _or_worst(value: float | None) -> float:
    return -math.inf if value is None or math.isnan(value) else value
