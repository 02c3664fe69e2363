"""What is trained on what, what is seen meanwhile, and what came of it. Plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from sartor.protocols import Progress
from sartor.types import Chosen

if TYPE_CHECKING:
    from torch import nn

    from sartor.tuning.encoding import Encoded, Encoder
    from sartor.tuning.methods import Method
    from sartor.tuning.recipes import Recipe

Stopped = Literal["finished", "early", "time"]


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step. `loss` is the mean over its learned tokens; `tokens` without filler.

    `dev_loss` and `measure` are there where the network was evaluated after this step.
    """

    number: int
    loss: float
    tokens: int
    seconds: float
    learning_rate: float
    dev_loss: float | None = None
    measure: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far training has come: the last step, and what it promises."""

    step: Step
    steps: int  # of the whole run
    best: int  # the step with the best weights so far; 0: none was evaluated
    tokens_per_second: float
    seconds_left: float
    memory: int  # bytes, at their highest so far


class Watch(Protocol):
    """Look on: every step, and every sentence that somebody should read."""

    def see(self, standing: Standing) -> None: ...  # noqa: D102

    def say(self, note: str) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one training needs.

    `network` has been prepared by `method`: what requires a gradient is trained. `folder` holds
    checkpoints and belongs to this training alone; `resume` goes on from the last one, else it
    is emptied. `measure` says how good the network is at its task (higher is better) and decides
    together with the loss on `dev` which weights are kept. `minutes` 0 is no limit. `at_once` is
    how many tokens, filler included, go through the network together; 0: what suits the device.
    """

    network: nn.Module
    encoder: Encoder
    recipe: Recipe
    train: Sequence[Encoded]
    dev: Sequence[Encoded]
    folder: Path
    method: Method | None
    precision: Chosen[str]
    device: Chosen[str]
    measure: Callable[[nn.Module], float] | None = None
    minutes: float = 0.0
    resume: bool = False
    seed: int = 0
    progress: Progress | None = None
    watch: Watch | None = None
    at_once: int = 0

    def say(self, note: str) -> None:
        """Hand a sentence to whoever looks on."""
        if self.watch is not None:
            self.watch.say(note)


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a job. `network` is the same object, with the best weights in it.

    `tokens` and `seconds` are of the training alone, without evaluations and filler, and of all
    sessions together when it was resumed. `sample` is one example, decoded, and which of its
    pieces are learned.
    """

    network: nn.Module
    steps: int
    epochs: float
    losses: tuple[Step, ...]
    best_step: int
    stopped: Stopped
    seconds: float
    tokens: int
    tokens_per_second: float
    peak_memory: int
    supervised_share: float
    sample: tuple[tuple[str, bool], ...]
    notes: tuple[str, ...]
