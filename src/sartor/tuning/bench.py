"""What every training of one order shares: the base, the examples, what is measured on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sartor.protocols import Progress
from sartor.tuning.base import Base, open_base
from sartor.tuning.encoding import Encoded, Encoder
from sartor.tuning.examples import Split, split_examples
from sartor.tuning.guard import Writer, choose_measures, room_for
from sartor.tuning.guard.measuring import GENERAL_ROOM
from sartor.tuning.loop import Job, Watch, train
from sartor.tuning.methods import METHODS, Method
from sartor.tuning.order import Attempt, Order
from sartor.tuning.proof import Proof, proofs
from sartor.tuning.recipes import Recipe
from sartor.tuning.replay import replay_examples
from sartor.types import Chosen, Example

SPLIT = "split.json"
TELLING = 50  # examples by which a gain of some twenty points can be told ...
MOST_HELD_OUT = 0.2  # ... unless that would take more than this share of all


@dataclass(slots=True)
class Bench:
    """What every attempt at one order shares: the base, the examples, what is measured."""

    order: Order
    folder: Path
    method: Method
    base: Base
    encoder: Encoder
    split: Split
    choosing: Proof
    reporting: Proof
    fresh: bool = True  # nothing has been attached to the base yet

    @classmethod
    def prepared(cls, order: Order, folder: Path) -> Bench:
        """Open the base, split the examples, decide what is measured."""
        method = METHODS[order.recipe.method]
        base = _opened(order, method)
        length = order.recipe.max_length or base.window
        encoder = Encoder(base.tokenizer, window=min(base.window, length))
        split = _split(order, folder)
        measures = order.measures or choose_measures(split.train)
        choosing, reporting = proofs(
            encoder, split.dev, split.test, measures=measures, seed=order.seed
        )
        return cls(order, folder, method, base, encoder, split, choosing, reporting)

    def trained(
        self,
        share: Chosen[float],
        *,
        recipe: Recipe | None = None,
        examples: Sequence[Example] | None = None,
        seed: int | None = None,
        resume: bool = False,
        progress: Progress | None = None,
        watch: Watch | None = None,
    ) -> Attempt:
        """Train once; what is not given is the order's own."""
        order, base = self.order, self._bare()
        recipe = recipe or order.recipe
        learned = self.split.train if examples is None else examples
        seed = order.seed if seed is None else seed
        general = self._general(share.value, learned, base)
        network = self.method.attach(base.network, recipe, seed=seed)
        done = train(
            Job(
                network=network,
                encoder=self.encoder,
                recipe=recipe,
                train=[*self._encoded(learned), *general],
                dev=self._encoded(self.split.dev),
                folder=self.folder / f"replay-{share.value:g}",
                method=self.method,
                precision=base.precision,
                device=base.device,
                measure=self.choosing.score if self.choosing.task else None,
                minutes=order.minutes,
                resume=resume,
                seed=seed,
                progress=progress,
                watch=watch,
            )
        )
        return Attempt(share, self.method, done)

    def _bare(self) -> Base:
        """Give the base with nothing attached, opened anew where a training has used it."""
        if not self.fresh:
            self.base = _opened(self.order, self.method)
        self.fresh = False
        return self.base

    def _general(self, share: float, learned: Sequence[Example], base: Base) -> list[Encoded]:
        """Mix in so many general tokens for each one learned; the base itself answers prompts."""
        if not share:
            return []
        room = min(room_for(self.encoder, learned), GENERAL_ROOM)
        replay = replay_examples(
            write=Writer(base.network, self.encoder, max_tokens=room).write,
            tokens=round(share * sum(one.targets for one in self._encoded(learned))),
            count=self._count,
            theirs=self.order.theirs,
            seed=self.order.seed,
        )
        texts = [self.encoder.text(text, source="replay") for text in replay.texts]
        return [*self._encoded(replay.examples), *texts]

    def _encoded(self, examples: Sequence[Example]) -> list[Encoded]:
        """Encode examples; those that cannot be learned from were named by the check before."""
        found = []
        for example in examples:
            try:
                found.append(self.encoder.encode(example))
            except ValueError:
                continue
        return found

    def _count(self, text: str) -> int:
        return len(self.encoder.tokenizer(text, add_special_tokens=False)["input_ids"])


def _opened(order: Order, method: Method) -> Base:
    return open_base(
        order.base,
        precision=order.precision,
        device=order.device,
        quantised=method.quantised,
        whole=method.whole,
        threads=order.threads,
    )


def _split(order: Order, folder: Path) -> Split:
    """Split the examples, and write down how.

    A tenth chooses and a tenth reports, or more of few examples: on a handful nothing can be told.
    """
    number = max(1, len(order.examples))
    test = min(MOST_HELD_OUT, max(0.1, TELLING / number))
    dev = min(MOST_HELD_OUT, max(0.1, TELLING / 2 / number))
    split = split_examples(order.examples, seed=order.seed, dev=dev, test=test)
    (folder / SPLIT).write_text(split.to_json(), encoding="utf-8")
    return split
