"""What every training of one order shares: the base, the examples, what is measured on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from sartor.protocols import Progress
from sartor.tuning.base import Base, open_base
from sartor.tuning.encoding import Encoded, Encoder
from sartor.tuning.examples import Split, held_out, split_examples
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
    known: dict[tuple[int, int], list[Encoded]] = field(default_factory=dict)  # what was mixed in

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
        minutes: float | None = None,
        resume: bool = False,
        progress: Progress | None = None,
        watch: Watch | None = None,
    ) -> Attempt:
        """Train once; what is not given is the order's own."""
        order, recipe = self.order, recipe or self.order.recipe
        learned = self.split.train if examples is None else examples
        seed = order.seed if seed is None else seed
        general = self.mixed(share.value, learned)
        network = self.attached(recipe, seed=seed)
        base = self.base
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
                minutes=order.minutes if minutes is None else minutes,
                resume=resume,
                seed=seed,
                progress=progress,
                watch=watch,
            )
        )
        return Attempt(share, self.method, done)

    def attached(self, recipe: Recipe, *, seed: int) -> nn.Module:
        """Give the base with a recipe's weights attached, as they are before training."""
        network = self.method.attach(self._bare().network, recipe, seed=seed)
        self.fresh = False
        return network

    def mixed(self, share: float, learned: Sequence[Example]) -> list[Encoded]:
        """Mix in so many general tokens for each one learned; the base itself answers prompts.

        As many tokens are the same ones each time: a search asks for them with every trial.
        """
        if not share:
            return []
        room = min(room_for(self.encoder, learned), GENERAL_ROOM)
        tokens = round(share * sum(one.targets for one in self._encoded(learned)))
        if (tokens, room) not in self.known:
            self.known[tokens, room] = self._general(tokens, room)
        return self.known[tokens, room]

    def _general(self, tokens: int, room: int) -> list[Encoded]:
        replay = replay_examples(
            write=Writer(self._bare().network, self.encoder, max_tokens=room).write,
            tokens=tokens,
            count=self._count,
            theirs=self.order.theirs,
            seed=self.order.seed,
        )
        texts = [self.encoder.text(text, source="replay") for text in replay.texts]
        return [*self._encoded(replay.examples), *texts]

    def _bare(self) -> Base:
        """Give the base with nothing attached, opened anew where a training has used it."""
        if not self.fresh:
            self.base = _opened(self.order, self.method)
            self.fresh = True
        return self.base

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
    """Split the examples, and write down how."""
    dev, test = held_out(len(order.examples))
    split = split_examples(order.examples, seed=order.seed, dev=dev, test=test)
    (folder / SPLIT).write_text(split.to_json(), encoding="utf-8")
    return split
