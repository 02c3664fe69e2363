"""What is to be learned and the pace of a machine in, the seconds of a whole run by part out.

A run measures the base, lets it answer general prompts, trains with evaluations in between, and
measures again. Where the share of replay is left to the guard it may do so twice. It counts as the
steps of `tuning.tune` do, and knows none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from sartor.tuning.planning.duration import ROWS
from sartor.tuning.planning.memory import Pass

if TYPE_CHECKING:
    from sartor.tuning.planning.duration import Pace
    from sartor.tuning.recipes import Recipe

FILLER = 0.04  # of what goes through together, on average: the loop allows twice as much
WATCHED = 24  # examples that are answered at each evaluation
LONGEST = 64  # tokens of an answer to a general prompt
CELLS = 8_192  # tokens of prompts and answers that are written together
ROOM, SPARE = 1.25, 8  # an answer may have this much of the longest target, and so many more
ANSWERED = 0.5  # of that a general answer has on average
PROMPTS = 2 / 3  # of the tokens of replay are prompts with their answers; the rest is prose
REPEATS = 4  # times that a general text may come again
SHARES = (2.0, 4.0)  # of replay that are tried where it is left to the guard


@dataclass(frozen=True, slots=True)
class General:
    """The general material: how many prompts to train on and to measure by, and their tokens.

    `prompt` are the tokens of one prompt, `prose` those of all texts to train on, `read` those that
    are read each time something is measured.
    """

    prompts: int
    measured: int
    prompt: float
    prose: int
    read: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a run works on.

    `tokens` of all examples together, `learned` of them, `answer` of the longest target. `held_out`
    are the shares to choose and to report by. `replay` None leaves its share to the guard, which
    tries several. `minutes` is what one training may take; 0: no limit.
    """

    examples: int
    tokens: int
    learned: int
    answer: int
    held_out: tuple[float, float]
    general: General
    replay: float | None = None
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds by part: where the first training is good enough, and where all are needed.

    `tokens` is what the first training learns from, in all its epochs.
    """

    least: Mapping[str, float]
    most: Mapping[str, float]
    tokens: float

    @property
    def seconds(self) -> tuple[float, float]:
        """The least and the most of all parts together."""
        return sum(self.least.values()), sum(self.most.values())


def usual_pass(once: Pass, material: Material) -> Pass:
    """Return what goes through together most of the time: examples of middle length."""
    mean = max(1, round(material.tokens / max(1, material.examples)))
    length = min(mean, once.length)
    learned = material.learned / max(1, material.tokens)
    return Pass(max(1, once.tokens // length) * length, length, learned)


def training_alone(tokens: float, recipe: Recipe, pace: Pace) -> Duration:
    """Say how long it takes to train on so many tokens, and nothing else."""
    parts = {"training": _learning(tokens, recipe, pace)}
    return Duration(parts, parts, tokens)


def whole_run(material: Material, recipe: Recipe, pace: Pace) -> Duration:
    """Say how long a run takes, from what is measured first to what is measured last."""
    run = _Run(material, recipe, pace)
    shares = SHARES if material.replay is None else (material.replay,)
    return Duration(run.parts(shares[:1]), run.parts(shares), run.learned(shares[0]))


@dataclass(frozen=True, slots=True)
class _Run:
    material: Material
    recipe: Recipe
    pace: Pace

    def parts(self, shares: Sequence[float]) -> Mapping[str, float]:
        """Add up a run that trains once with each of these shares of replay."""
        chosen, reported = (share * self.material.examples for share in self.material.held_out)
        before, after = self.pace.answering, self.pace.writing
        measuring = self._measured(reported, before) + self._measured(reported, after)
        if self.material.replay is None:
            measuring += self._measured(chosen, before)
            measuring += len(shares) * self._measured(chosen, after)
        return {
            "training": sum(self._trained(share) for share in shares),
            "measuring": measuring,
            "replay": sum(self._replayed(share) for share in shares),
        }

    def learned(self, share: float) -> float:
        """Count the tokens that a training learns from, however often it sees them."""
        return (self._kept(self.material.tokens) + self._general(share)) * self.recipe.epochs

    # --- training -------------------------------------------------------------------------------

    def _trained(self, share: float) -> float:
        tokens = self.learned(share)
        seconds = _learning(tokens / (1 - FILLER), self.recipe, self.pace)
        steps = ceil(tokens / self.recipe.batch_tokens)
        evaluations = max(1, min(self.recipe.evaluations, steps))
        seconds += evaluations * self._evaluated()
        limit = 60 * self.material.minutes
        return min(seconds, limit + self._evaluated()) if limit else seconds

    def _evaluated(self) -> float:
        """Read the examples to choose by, and answer some of them."""
        count = self.material.held_out[0] * self.material.examples
        read = self.material.held_out[0] * self.material.tokens * self.pace.reading
        return read + self._written(min(WATCHED, count), self._asked, self._room, self.pace.writing)

    # --- replay ---------------------------------------------------------------------------------

    def _general(self, share: float) -> float:
        """Count the tokens that are mixed in; there are only so many."""
        general = self.material.general
        pairs = general.prompts * self._pair
        return min(share * self._kept(self.material.learned), REPEATS * (pairs + general.prose))

    def _replayed(self, share: float) -> float:
        general = self.material.general
        wanted = PROMPTS * self._general(share) / self._pair
        count = min(general.prompts, ROWS * ceil(wanted / ROWS))
        return self._written(count, general.prompt, self._short, self.pace.answering)

    # --- measuring ------------------------------------------------------------------------------

    def _measured(self, count: float, writing: float) -> float:
        general = self.material.general
        return (
            self._written(count, self._asked, self._room, writing)
            + self._written(general.measured, general.prompt, self._short, writing)
            + general.read * self.pace.reading
        )

    def _written(self, count: float, prompt: float, room: float, writing: float) -> float:
        """Answer so many prompts; each batch waits for its longest answer."""
        rows = max(1, min(ROWS, int(CELLS / (prompt + room))))
        return ceil(count / rows) * room * writing + count * prompt * self.pace.reading

    # --- sizes ----------------------------------------------------------------------------------

    def _kept(self, number: float) -> float:
        """Leave out what is held out."""
        return number * (1 - sum(self.material.held_out))

    @property
    def _asked(self) -> float:
        """Tokens of a prompt."""
        return (self.material.tokens - self.material.learned) / max(1, self.material.examples)

    @property
    def _room(self) -> int:
        return int(ROOM * self.material.answer) + SPARE

    @property
    def _short(self) -> int:
        return min(self._room, LONGEST)

    @property
    def _pair(self) -> float:
        """Tokens of a general prompt and its answer."""
        return self.material.general.prompt + ANSWERED * self._short


def _learning(tokens: float, recipe: Recipe, pace: Pace) -> float:
    return tokens * pace.learning + tokens / recipe.batch_tokens * pace.updating
