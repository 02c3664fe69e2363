"""What a network is measured on before and after: held-out examples, prose and general prompts.

Two proofs share nothing: with one of them things are chosen, the other is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from torch import nn

from sartor.protocols import Measure
from sartor.tuning.encoding import Encoder
from sartor.tuning.guard import Measured, Writer, measure_all, room_for
from sartor.tuning.replay import general_prompts, general_texts
from sartor.types import Example, Message

WATCHED = 24  # examples that a network in training is tried on


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything one network is measured on, and with what."""

    encoder: Encoder
    task: tuple[Example, ...]
    measures: tuple[Measure, ...]
    texts: tuple[str, ...]
    prompts: tuple[tuple[Message, ...], ...]
    seed: int

    def measured(self, network: nn.Module, before: Measured | None = None) -> Measured:
        """Measure a network; `before` is what the base scored, where that decides what leaks."""
        return measure_all(
            network,
            self.encoder,
            task=self.task,
            measures=self.measures,
            texts=self.texts,
            prompts=self.prompts,
            before=before,
            seed=self.seed,
        )

    def score(self, network: nn.Module) -> float:
        """Say in one number how well a network in training does its task, on a few examples."""
        watched = [one for one in self.task[:WATCHED] if self._leaves_room(one)]
        writer = Writer(network, self.encoder, max_tokens=room_for(self.encoder, watched))
        written = writer.write([one.prompt for one in watched])
        scores = [
            score
            for measure in self.measures
            for example, text in zip(watched, written, strict=True)
            if (score := measure.score(example, text)) is not None
        ]
        return fmean(scores) if scores else 0.0

    def _leaves_room(self, example: Example) -> bool:
        return len(self.encoder.prompt(example.prompt)) < self.encoder.window


def proofs(
    encoder: Encoder,
    choosing: Sequence[Example],
    reporting: Sequence[Example],
    *,
    measures: Sequence[Measure],
    seed: int,
) -> tuple[Proof, Proof]:
    """Make the proof to choose by and the one to report: every other general text is for each."""
    texts, prompts = general_texts("held out"), general_prompts("held out")

    def proof(task: Sequence[Example], part: int) -> Proof:
        general = texts[part::2], prompts[part::2]
        return Proof(encoder, tuple(task), tuple(measures), *general, seed)

    return proof(choosing, 0), proof(reporting, 1)
