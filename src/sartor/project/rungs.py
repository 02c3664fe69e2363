"""A project -> the rungs it can climb, each with what is missing where it cannot be built.

With a model: every rung. Without one answers are quotes, out of what search finds or out of
everything. Each is built when its turn comes, and none answers from memory. What has to be trained
says how long that takes, unless it was trained before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import cast

from sartor.assistants.rungs import RUNGS
from sartor.assistants.rungs import Rung as Kind
from sartor.errors import ConfigError, NotFound, nearest
from sartor.ladder.rungs import DEFAULT, Build, Effort, Part, Rung
from sartor.project.answering import EXTRACT, Answering
from sartor.project.completions import Completions, Remembering
from sartor.project.expecting import QUOTED, expected, seconds_seen
from sartor.project.given import GivenPassages
from sartor.project.missing import Missing
from sartor.project.reading_all import Everything, Unranked
from sartor.project.trained import TRAINED, WHEN_ASKED, Trained, Training
from sartor.project.tuned import Loan, Tuned
from sartor.protocols import (
    GroundedAssistant,
    Model,
    Retriever,
    StreamingAssistant,
    TokenCounter,
)
from sartor.types import NO_METADATA, Adapter

KNOWN = (*RUNGS, *TRAINED)
UNTRAINED = ("prompt", "rag")  # what a base that others are tuned from is measured as itself
NO_BASE = (
    "training needs a model on this machine: set `base` under [tune] in sartor.toml to its folder"
)
AS_IT_IS = Effort(0.0, 0.0, "the model that would be tuned, as it is")
WORDED, AT = " (", " @ "  # "rag @ small (better)": kind, model, wording of the prompts


def kind_of(name: str) -> str:
    """Tell the kind of a rung, whatever its model and the wording of its prompts."""
    return name.partition(WORDED)[0].partition(AT)[0]


def check_names(names: Sequence[str]) -> None:
    """Raise `ConfigError` for a rung that nobody knows."""
    for name in names:
        if kind_of(name) not in KNOWN:
            raise ConfigError(
                f"no rung {name!r}{nearest(name, KNOWN)}", f"one of: {', '.join(KNOWN)}"
            )


@dataclass(frozen=True)
class Climbing:
    """What the rungs on one model are built from.

    `given` is a model to use instead of the one in the settings, `label` what tells its rungs from
    those of other models. `examples` is the file that few-shot rungs take theirs from, `template`
    the wording of prompts that is set. `training` is there where rungs can be trained on this
    model; `trained_elsewhere` says that another one is tuned in its place, and `only_tuned` that
    this is the other one.
    """

    answering: Answering
    counter: Callable[[], TokenCounter]
    examples: Path
    kept: Completions
    template: str = DEFAULT
    given: str | Model | None = None
    label: str = ""
    training: Training | None = None
    trained_elsewhere: bool = False
    only_tuned: bool = False

    def rungs(self, wanted: Callable[[str], bool]) -> Iterator[Rung]:
        """Give the rungs on this model that are wanted, by their names."""
        for name in filter(lambda kind: wanted(self.name(kind)), self.kinds):
            if name in TRAINED:
                yield self._trained(TRAINED[name])
            else:
                yield self._rung(RUNGS[name])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rungs that stand on this model; those that nobody can train as well."""
        if self.only_tuned:
            return (*UNTRAINED, *TRAINED)
        return KNOWN if self.training or not self.trained_elsewhere else tuple(RUNGS)

    def name(self, kind: str) -> str:
        """Name a rung of this model; trained ones need no label where one model alone is tuned."""
        plain = not self.label or (self.only_tuned and kind in TRAINED)
        return kind if plain else f"{kind}{AT}{self.label}"

    @cached_property
    def about(self) -> tuple[str, str] | None:
        """Name the model, and tell it from its namesakes, without opening it."""
        return self.answering.about(self.given)

    @cached_property
    def model(self) -> Model | None:
        """The model that writes, opened when it is asked; None: answers are quotes."""
        return self._remembering(self._opened) if self.about else None

    def grounded(self, name: str) -> GroundedAssistant | None:
        """Build a rung over passages that are handed to it: what is lost then, writing lost.

        None for rungs that read no documents: asking them again would tell nothing about search.
        """
        kind = kind_of(name)
        anew = self._anew(examples_file=str(self.examples))
        if kind in TRAINED:
            adapter = self.adapter(name)
            if adapter is None or not TRAINED[kind].reads:
                return None
            loan = Loan(self._opened, adapter)
            return GivenPassages(anew, "rag", self._tuned_model(adapter, loan), _own(adapter))
        if RUNGS[kind].knowledge == "none":
            return None
        return GivenPassages(anew, kind if self.model else EXTRACT, self.model)

    def reads_everything(self, name: str) -> bool:
        """Tell whether a rung has the whole knowledge base before it."""
        kind = kind_of(name)
        return kind in RUNGS and RUNGS[kind].knowledge == "whole"

    def adapter(self, name: str) -> Adapter | None:
        """Find what a trained rung was trained to, if it is there."""
        kind = kind_of(name)
        return self.training.ready(TRAINED[kind]) if self.training and kind in TRAINED else None

    # --- one rung -----------------------------------------------------------------------------

    def _rung(self, kind: Kind) -> Rung:
        needs = self._needs(kind)
        name, parts = self.name(kind.name), _parts(kind)
        if needs or self.model is None:
            build = self._quoting(kind)
            each = QUOTED
            if kind.knowledge == "searched":
                each = replace(QUOTED, seconds=seconds_seen(self.answering, EXTRACT, ""))
            return Rung(name, kind.order, build, needs, once=0.0, each=each, parts=parts)
        variants = {
            wording: partial(self._written, kind, wording)
            for wording in self.answering.prompts.variants()
            if wording != self.template and self._reads_otherwise(kind, wording)
        }
        return Rung(
            name,
            kind.order,
            partial(self._written, kind, self.template),
            variants={} if self.only_tuned else variants,
            wording=self.template,
            once=0.0,
            effort=AS_IT_IS if self.only_tuned else None,
            each=self._expected(kind),
            parts=parts,
        )

    def _trained(self, kind: Trained) -> Rung:
        training = self.training
        needs = training.needs(kind) if training else NO_BASE
        return Rung(
            self.name(kind.name),
            kind.order,
            partial(self._built, kind),
            needs,
            once=0.0,
            lasts=None,  # the price of a month holds training
            effort=None if needs or not training else training.effort(kind),
            like=self.name(kind.over),
            each=self._expected(RUNGS[kind.over]),
            parts=frozenset({"training", *_parts(RUNGS[kind.over])}),
        )

    def _built(self, kind: Trained) -> object:
        """Train, unless that was done before, and answer with what came of it."""
        if self.training is None:
            raise ConfigError(NO_BASE)
        adapter = self.training.adapter(kind, self._opened)
        loan = Loan(self._opened, adapter)
        model = self._tuned_model(adapter, loan)
        anew = self._anew(template=self.template)
        inner = _assistant(anew, kind.over, model, _own(adapter))
        return Tuned(inner, kind.name, loan.let_go)

    def _expected(self, kind: Kind) -> Effort:
        """Say about what an answer takes; a model on this machine asks for no dollars."""
        model = self.about[0] if self.about else ""
        found = expected(kind, self.answering, self.answering.settings, self.examples, model)
        return replace(found, dollars=0.0) if self.training else found

    def _quoting(self, kind: Kind) -> Build:
        def build() -> object:
            if kind.knowledge == "searched":
                return _assistant(self._anew(), EXTRACT)
            everything = Everything(self.answering.library)
            return Unranked(_assistant(self._anew(everything), EXTRACT))

        return build

    def _written(self, kind: Kind, wording: str) -> object:
        anew = self._anew(template=wording, examples_file=str(self.examples))
        return _assistant(anew, kind.name, self.model)

    def _anew(self, knowledge: Retriever | None = None, **chosen: object) -> Answering:
        """Answer without memory and without falling back: what is measured is the rung alone."""
        return self.answering.forgetful(knowledge, fallback=False, **chosen)

    def _needs(self, kind: Kind) -> str:
        """Say what is missing; what it takes a model to count is counted once."""
        missing = Missing(self.answering, self.counter, self.examples, self.model)
        if kind.knowledge != "whole":
            return missing.of(kind)
        ledger = self.answering.library.ledger
        about = ("needs", self.about, ledger.identity(), ledger.last_change())
        return self.kept.noted(about, lambda: missing.of(kind))

    def _reads_otherwise(self, kind: Kind, wording: str) -> bool:
        """Tell whether a wording changes anything that this rung reads."""
        prompts = self.answering.prompts
        others = {name for name in RUNGS if name != kind.name}
        return any(
            prompts.text(name, wording) != prompts.text(name, self.template)
            for name in prompts.names()
            if name not in others
        )

    # --- models -------------------------------------------------------------------------------

    def _opened(self) -> Model:
        return self.answering.opened(self.given)

    def _remembering(self, opened: Callable[[], Model], tuned: str = "") -> Model:
        name, identity = self.about or ("", "")
        told = f"{identity} {tuned}".strip()
        model = Remembering(opened, self.kept, name=name, identity=told)
        return cast("Model", model)  # what the model says of itself is read-only, as it opens late

    def _tuned_model(self, adapter: Adapter, loan: Loan) -> Model:
        """Remember by adapter too; a whole model stands for itself."""
        told = f"{adapter.id} {adapter.created} {adapter.data_fingerprint}"
        if adapter.method == "full":
            return self._remembering(partial(self.answering.opened, str(adapter.path)), told)
        return self._remembering(loan.opened, told)


@dataclass(frozen=True)
class Ladder:
    """The rungs on one or several models, the user's own model first."""

    climbings: tuple[Climbing, ...]
    names: Sequence[str] | None = None

    @cached_property
    def rungs(self) -> list[Rung]:
        """List the rungs that are asked for; whole models are trained only where they are named."""
        return [rung for climbing in self.climbings for rung in climbing.rungs(self._wanted)]

    def of(self, name: str) -> Climbing:
        """Find what a rung is built from; raises `NotFound`."""
        found = self.found(name)
        if found is None:
            raise NotFound(f"no rung {name!r} is climbed", f"one of: {', '.join(KNOWN)}")
        return found

    def found(self, name: str) -> Climbing | None:
        """Find what a rung is built from; None for a system of the user's own."""
        bare, kind = name.partition(WORDED)[0], kind_of(name)
        for climbing in self.climbings:
            if kind in climbing.kinds and climbing.name(kind) == bare:
                return climbing
        return None

    def _wanted(self, name: str) -> bool:
        """Tell whether a rung is asked for: by its name, or with all of its kind."""
        if self.names is None:
            return kind_of(name) not in WHEN_ASKED
        return name in self.names or kind_of(name) in self.names


def _parts(kind: Kind) -> frozenset[Part]:
    parts: list[Part] = []
    parts += ["examples"] if kind.examples else []
    parts += ["knowledge"] if kind.knowledge != "none" else []
    return frozenset(parts)


def _own(adapter: Adapter) -> str | None:
    """Name the adapter to answer with; a whole model needs none."""
    return None if adapter.method == "full" else adapter.id


def _assistant(
    answering: Answering, rung: str, model: Model | None = None, adapter: str | None = None
) -> StreamingAssistant:
    return answering.assistant(rung=rung, model=model, adapter=adapter, filters=NO_METADATA, k=None)
