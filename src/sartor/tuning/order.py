"""What shall be trained, what came of it, and the card that tells of both. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.protocols import Measure
from sartor.tuning.examples import Split, fingerprint
from sartor.tuning.recipes import Recipe
from sartor.tuning.registry import BaseFacts, Card, DataFacts, TrainingFacts
from sartor.tuning.registry.asked import asked_in
from sartor.types import Chosen, Example, GuardReport

if TYPE_CHECKING:
    from sartor.tuning.base import Base
    from sartor.tuning.guard import Limits, Measured
    from sartor.tuning.loop import Trained
    from sartor.tuning.methods import Method


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be trained, from what, within which limits.

    `base_name` is how the user names the base, `file` where the examples come from, `longest` the
    tokens of the longest one (0: not known). `theirs` are general examples of the user's own to mix
    in. `replay` None leaves its share to the guard. Without `measures` they are chosen by looking
    at the examples.
    """

    name: str
    base: Path
    base_name: str
    file: str
    examples: tuple[Example, ...]
    recipe: Recipe
    limits: Limits
    longest: int = 0
    theirs: tuple[Example, ...] = ()
    measures: tuple[Measure, ...] = ()
    replay: float | None = None
    minutes: float = 0.0
    precision: str = "auto"
    device: str = "auto"
    threads: int = 0
    seed: int = 0
    machine: str = ""
    licence: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One training with one share of replay; `tried` holds every share, with what came of it."""

    replay: Chosen[float]
    method: Method
    trained: Trained
    tried: tuple[Chosen[float], ...] = ()

    def save(self, folder: Path) -> None:
        """Write what was learned."""
        self.method.save(self.trained.network, folder)

    @property
    def trainable(self) -> int:
        """How many weights were trained."""
        return sum(one.numel() for one in self.trained.network.parameters() if one.requires_grad)

    @property
    def parameters(self) -> int:
        """How many weights the network has, what was attached included."""
        return sum(one.numel() for one in self.trained.network.parameters())


def card_of(
    order: Order,
    attempt: Attempt,
    split: Split,
    base: Base,
    before: Measured,
    after: Measured,
    guard: GuardReport,
) -> Card:
    """Write down how an adapter came about and what was found."""
    trained, identity = attempt.trained, base.identity
    return Card(
        method=attempt.method.name,
        base=BaseFacts(
            model=order.base_name,
            fingerprint=identity.fingerprint,
            weights=identity.weights,
            tokenizer=identity.tokenizer,
            template=identity.template,
            licence=order.licence,
        ),
        data=_data_of(order, attempt, split),
        training=TrainingFacts(
            recipe=asdict(order.recipe),
            seeds={"split": order.seed, "weights": order.seed, "order": order.seed},
            precision=base.precision,
            device=base.device,
            machine=order.machine,
            versions=order.versions,
            stopped=trained.stopped,
            steps=trained.steps,
            epochs=trained.epochs,
            best_step=trained.best_step,
            seconds=trained.seconds,
            tokens=trained.tokens,
            peak_memory=trained.peak_memory,
            trainable=attempt.trainable,
            parameters=attempt.parameters,
        ),
        before=before.measurements,
        after=after.measurements,
        looked_for=after.looked_for,
        guard=guard,
        notes=(*order.notes, *split.notes, *before.notes, *trained.notes),
    )


def _data_of(order: Order, attempt: Attempt, split: Split) -> DataFacts:
    return DataFacts(
        file=order.file,
        fingerprint=fingerprint(order.examples),
        train=len(split.train),
        dev=len(split.dev),
        test=len(split.test),
        split=split.fingerprint,
        asked=asked_in(order.examples),
        replay=attempt.replay,
        tried=attempt.tried,
        supervised=attempt.trained.supervised_share,
        sample=attempt.trained.sample,
        rests_on=_documents(order.examples),
    )


def _documents(examples: Iterable[Example]) -> tuple[str, ...]:
    """Name the documents whose passages stand in the examples."""
    return tuple(sorted({rest.document_id for one in examples for rest in one.rests_on}))
