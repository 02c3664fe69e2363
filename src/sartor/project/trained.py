"""A trained rung -> its adapter: the one that is there while nothing it learned from changed.

Whether it is there is told without a model and without making examples. An adapter that learned
from passages stays as long as hardly any of those that hold its answers changed: it has learned
how to answer from passages, not what they say.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sartor.errors import ConfigError, SartorError
from sartor.ladder.rungs import Effort
from sartor.networks.identity import identify
from sartor.project.lessons import Lessons
from sartor.project.tuning import TuneOptions, Tuning, options_of
from sartor.protocols import Model, Progress
from sartor.storage.whole_file import write_whole
from sartor.tuning.examples import read_examples, write_examples
from sartor.tuning.grounding import stale
from sartor.tuning.planning import read_shape
from sartor.types import Adapter, Example

if TYPE_CHECKING:
    from sartor.tuning.loop import Watch

NEEDED = ("torch", "transformers", "peft")
NO_EXTRA = 'training needs the extra tune: pip install "sartor[tune]"'
STALE = 0.05  # share of the examples whose answer may have changed in the documents since
MARKER = "climb.key"  # beside a training under way: what it is for


@dataclass(frozen=True, slots=True)
class Trained:
    """A rung that answers as another one does, on a model that was tuned for it.

    `over` is the rung whose prompts it answers.
    """

    name: str
    over: Literal["prompt", "rag"]
    whole: bool
    order: int

    @property
    def reads(self) -> bool:
        """Whether it answers from passages, and so has learned to."""
        return self.over == "rag"

    @property
    def adapter(self) -> str:
        """The name of its adapter in the registry."""
        return f"climb-{self.name.replace('+', '-')}"


TRAINED = {
    rung.name: rung
    for rung in (
        Trained("lora", "prompt", whole=False, order=6),
        Trained("lora+rag", "rag", whole=False, order=7),
        Trained("full", "prompt", whole=True, order=8),
        Trained("full+rag", "rag", whole=True, order=9),
    )
}
WHEN_ASKED = ("full", "full+rag")  # the guides: nothing to begin with


@dataclass(frozen=True)
class Training:
    """Trains the rungs of one climb on one base, and knows what was trained before.

    `base` is the model to tune as the user names it, `changes` are values of the recipe, `notes` a
    folder in which it is written down what an adapter was trained for. With `anew` what was trained
    before this climb does not count.
    """

    tuning: Tuning
    lessons: Lessons
    base: str
    notes: Path
    changes: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0
    anew: bool = False
    progress: Progress | None = None
    watch: Watch | None = None
    _now: set[str] = field(default_factory=set, init=False, repr=False)  # rungs trained by this

    def needs(self, rung: Trained) -> str:
        """Say what is missing to train it, and the command that helps; empty when nothing is."""
        if any(find_spec(name) is None for name in NEEDED):
            return NO_EXTRA
        if not self.lessons.examples.is_file():
            return (
                f"there are no examples in {self.lessons.examples.name} to learn from: write rows "
                'of {"messages": [...]} there, or --examples FILE'
            )
        if rung.reads and not self.lessons.ground.answering.library.document_ids():
            return "there are no documents: sartor add PATH"
        try:
            read_shape(self.tuning.base(self.base))
        except ConfigError as error:
            return f"{error.args[0]}: {error.hint}" if error.hint else str(error.args[0])
        return ""

    # --- what is there ------------------------------------------------------------------------

    def ready(self, rung: Trained) -> Adapter | None:
        """Find the adapter that was trained for this, if nothing it learned from changed."""
        if self.anew and rung.name not in self._now:
            return None
        try:
            told = json.loads(self._note(rung).read_text(encoding="utf-8"))
            adapter = self.tuning.registry.resolve(told["adapter"])
        except (OSError, ValueError, KeyError, SartorError):
            return None  # never trained, deleted, or damaged since
        if adapter.created != told["created"] or (rung.reads and self._outdated(rung)):
            return None
        return adapter

    def effort(self, rung: Trained) -> Effort | None:
        """Say about how long training takes; None: there is nothing to train."""
        if self.ready(rung):
            return None
        size, options = self.lessons.size(reads=rung.reads), self._options(rung)
        planned = self.tuning.foreseen(
            options, examples=size.examples, tokens=size.tokens, learned=size.learned
        )
        reason = f"{planned.recipe.method} of {self.base}, about {size.examples:,} examples"
        if planned.duration and planned.duration.least != planned.duration.most:
            reason += ", with the second training that the guard may ask for"
        return Effort(planned.seconds, 0.0, reason)

    # --- training -----------------------------------------------------------------------------

    def adapter(self, rung: Trained, opened: Callable[[], Model]) -> Adapter:
        """Give the adapter of a rung, trained now if it is not there; goes on where one broke off.

        `opened` gives the base, whose prompts the examples are made for.
        """
        ready = self.ready(rung)
        if ready:
            return ready
        examples = self._examples(rung, opened)
        trained = self.tuning.tune(examples, self._resuming(rung), progress=self.progress)
        told = {"adapter": trained.id, "created": trained.created, "rung": rung.name}
        write_whole(self._note(rung), json.dumps(told).encode())
        self._now.add(rung.name)
        return trained

    def _examples(self, rung: Trained, opened: Callable[[], Model]) -> tuple[Example, ...]:
        """Make what is learned; what was made for a training that broke off is learned on."""
        if not rung.reads:
            return self.lessons.plain()
        path = self._made(rung)
        if path.is_file() and not self._outdated(rung):
            return tuple(read_examples(path).examples)
        examples = self.lessons.grounded(opened())
        write_examples(path, examples)
        return examples

    def _resuming(self, rung: Trained) -> TuneOptions:
        """Go on with a training for the very same; one for anything else is thrown away."""
        options = self._options(rung)
        folder = self.tuning.under_way(options.name)
        marker = folder / MARKER
        same = marker.is_file() and marker.read_text(encoding="utf-8") == self._key(rung)
        if not same:
            shutil.rmtree(folder, ignore_errors=True)
            write_whole(marker, self._key(rung).encode())
        return replace(options, resume=same, watch=self.watch)

    def _options(self, rung: Trained) -> TuneOptions:
        chosen = {**self.changes, "name": rung.adapter, "base": self.base, "seed": self.seed}
        tested = self.lessons.ground.tested
        return replace(
            options_of(chosen),
            method=self._method(rung),
            questions=tested if tested.is_file() else None,
        )

    def _method(self, rung: Trained) -> str:
        """Take the method that is set for adapters; a whole model is trained only where asked."""
        if rung.whole:
            return "full"
        asked = str(self.changes.get("method") or self.tuning.settings.method)
        return "lora" if asked == "full" else asked

    # --- what it is trained for ---------------------------------------------------------------

    def _key(self, rung: Trained) -> str:
        """Name all that decides an adapter but the documents: those are looked at one by one."""
        lessons, answering = self.lessons, self.lessons.ground.answering
        told: list[object] = [
            rung.name,
            self._method(rung),
            self.identity,
            asdict(self.tuning.settings),
            sorted(self.changes.items(), key=str),
            self.seed,
            sha256(lessons.examples.read_bytes()).hexdigest(),
            lessons.instructions(),
        ]
        if rung.reads:
            learned = lessons.questions
            told += [
                sha256(learned.read_bytes()).hexdigest() if learned.is_file() else "",
                lessons.instructions("rag"),
                answering.prompts.text("question", lessons.template),
                lessons.passages,
            ]
        return sha256(repr(told).encode()).hexdigest()[:32]

    @cached_property
    def identity(self) -> str:
        """The fingerprint of the base: weights, tokenizer and template."""
        return identify(self.tuning.base(self.base)).fingerprint

    def _outdated(self, rung: Trained) -> bool:
        """Tell whether too much of what it learned is in passages that changed since."""
        return self.stale_share(rung) > STALE

    def stale_share(self, rung: Trained) -> float:
        """Say which share of its examples is answered by a passage that has changed since."""
        path = self._made(rung)
        if not path.is_file():
            return 1.0
        library = self.lessons.ground.answering.library
        answers = [
            [rest for rest in example.rests_on if rest.answers]
            for example in read_examples(path).examples
        ]
        known = {rest for rests in answers for rest in rests}
        gone = {rest for rest in known if stale(Example((), rests_on=(rest,)), library)}
        return sum(not gone.isdisjoint(rests) for rests in answers) / max(1, len(answers))

    def _note(self, rung: Trained) -> Path:
        return self.notes / f"{self._key(rung)}.json"

    def _made(self, rung: Trained) -> Path:
        return self.notes / f"{self._key(rung)}.jsonl"
