"""A project -> the rungs it can climb, each with what is missing where it cannot be built.

With a model: every rung that needs no training. Without one answers are quotes, out of what search
finds or out of everything. Each is built when its turn comes, and none answers from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sartor.assistants.rungs import RUNGS
from sartor.assistants.rungs import Rung as Kind
from sartor.errors import ConfigError, nearest
from sartor.ladder.rungs import DEFAULT, Build, Rung
from sartor.project.answering import EXTRACT, Answering
from sartor.project.given import GivenPassages
from sartor.project.views import Texts
from sartor.protocols import Assistant, GroundedAssistant, Model, Retriever, TokenCounter
from sartor.types import NO_METADATA, Answer, Hit, Message, Mode, Scalar

MOST_TOKENS_QUOTED = 100_000  # of documents: beyond that, reading all for a question takes seconds
COUNTED = 10  # times what fits; how much more there is does not matter
LONGEST_TOKEN = 12  # characters: a text has more tokens than a twelfth of its characters

NO_MODEL = "no model is configured: set `name` or `path` under [model] in sartor.toml"
NO_DOCUMENTS = "there are no documents: sartor add PATH"
NOT_BUILT = "not built yet: training comes with a later version"
TRAINED = ("lora", "lora+rag", "full", "full+rag")


@dataclass(frozen=True)
class Climbing:
    """What the rungs of one project are built from.

    `given` is a model of the caller's own, used instead of the one in the settings. `examples` is
    the file that few-shot rungs take theirs from, `template` the wording of prompts that is set,
    and `local` says that the model runs on this machine.
    """

    answering: Answering
    counter: Callable[[], TokenCounter]
    examples: Path
    template: str = DEFAULT
    given: str | Model | None = None
    local: bool = False

    def rungs(self, names: Sequence[str] | None = None) -> list[Rung]:
        """List all rungs, or those that are named; raises `ConfigError` for an unknown name."""
        known = [*RUNGS, *TRAINED]
        for name in names or ():
            if name not in known:
                raise ConfigError(
                    f"no rung {name!r}{nearest(name, known)}", f"one of: {', '.join(known)}"
                )
        wanted = known if names is None else names
        found = [self._rung(kind) for kind in RUNGS.values() if kind.name in wanted]
        return [*found, *(rung for rung in self._trained() if rung.name in wanted)]

    @cached_property
    def model(self) -> Model | None:
        """The model that writes; None: answers are quotes."""
        return self.answering.model(self.given)

    def grounded(self, name: str) -> GroundedAssistant | None:
        """Build a rung over passages that are handed to it: what is lost then, writing lost.

        None for rungs that read no documents: asking them again would tell nothing about search.
        """
        kind = _kind(name)
        if kind.knowledge == "none":
            return None
        rung = kind.name if self.model else EXTRACT
        return GivenPassages(self._anew(examples_file=str(self.examples)), rung, self.model)

    def reads_everything(self, name: str) -> bool:
        """Tell whether a rung has the whole knowledge base before it."""
        return _kind(name).knowledge == "whole"

    # --- one rung -----------------------------------------------------------------------------

    def _rung(self, kind: Kind) -> Rung:
        needs = self._needs(kind)
        if needs or self.model is None:
            return Rung(kind.name, kind.order, self._quoting(kind), needs, once=0.0)
        variants = {
            wording: self._writing(kind, wording)
            for wording in self.answering.prompts.variants()
            if wording != self.template and self._reads_otherwise(kind, wording)
        }
        build = self._writing(kind, self.template)
        return Rung(
            kind.name, kind.order, build, variants=variants, wording=self.template, once=0.0
        )

    def _trained(self) -> Iterator[Rung]:
        """Name the rungs that need training, and what they would need besides."""
        wanted = [] if self.examples.is_file() else [f"examples ({self.examples.name})"]
        wanted += [] if self.local else ["a model on this machine (model.path)"]
        needs = f"{NOT_BUILT}; it will need {' and '.join(wanted)}" if wanted else NOT_BUILT
        for order, name in enumerate(TRAINED, start=len(RUNGS) + 1):
            yield Rung(name, order, _nothing, needs, planned=True)

    def _quoting(self, kind: Kind) -> Build:
        def build() -> object:
            if kind.knowledge == "searched":
                return _assistant(self._anew(), EXTRACT)
            everything = Everything(self.answering.library)
            return Unranked(_assistant(self._anew(everything), EXTRACT))

        return build

    def _writing(self, kind: Kind, wording: str) -> Build:
        def build() -> object:
            anew = self._anew(template=wording, examples_file=str(self.examples))
            return _assistant(anew, kind.name, self.model)

        return build

    def _anew(self, knowledge: Retriever | None = None, **chosen: object) -> Answering:
        """Answer without memory and without falling back: what is measured is the rung alone."""
        return self.answering.forgetful(knowledge, fallback=False, **chosen)

    def _reads_otherwise(self, kind: Kind, wording: str) -> bool:
        """Tell whether a wording changes anything that this rung reads."""
        prompts = self.answering.prompts
        others = {name for name in RUNGS if name != kind.name}
        return any(
            prompts.text(name, wording) != prompts.text(name, self.template)
            for name in prompts.names()
            if name not in others
        )

    # --- what is missing ----------------------------------------------------------------------

    def _needs(self, kind: Kind) -> str:
        """Say what is missing, and the command that helps; empty when nothing is."""
        if self.model is None and (kind.examples or kind.knowledge == "none"):
            return NO_MODEL
        if kind.knowledge != "none" and not self.answering.library.document_ids():
            return NO_DOCUMENTS
        if kind.examples and not self.examples.is_file():
            return (
                f"there are no examples in {self.examples.name}: write rows of "
                '{"messages": [...]} there, or --examples FILE'
            )
        return self._too_large if kind.knowledge == "whole" else ""

    @cached_property
    def _too_large(self) -> str:
        """Say how much too large the documents are to be read for every question, if they are."""
        if self.model is None:
            tokens = self._tokens(self._counted, MOST_TOKENS_QUOTED)
            return tokens and (
                f"the documents have {tokens} tokens; quotes out of everything are made of up to "
                f"{MOST_TOKENS_QUOTED:,}"
            )
        model, window = self.model, self.model.window
        if window is None:
            return f"nobody told how much {model.name} sees at once: set model.window"
        tokens = self._tokens(lambda text: model.count([Message("user", text)]), window)
        return tokens and (
            f"the documents have {tokens} tokens, {model.name} sees {window:,} at once: it takes "
            "a model with a larger window (model.window)"
        )

    def _counted(self, text: str) -> int:
        return len(self.counter().token_spans([text])[0])

    def _tokens(self, count: Callable[[str], int], limit: int) -> str:
        """Count the tokens of all documents, as long as that tells anything; "" when they fit."""
        library, total, most = self.answering.library, 0, COUNTED * limit
        characters = sum(row.characters for row in library.ledger.documents())
        if characters > most * LONGEST_TOKEN:
            return f"more than {most:,}"
        for id in library.document_ids():
            total += count(library.document(id).text)
            if total > most:
                return f"more than {most:,}"
        return f"{total:,}" if total > limit else ""


def _kind(name: str) -> Kind:
    """Find the kind of a rung, whatever the wording of its prompts."""
    return RUNGS[name.partition(" ")[0]]


def _assistant(answering: Answering, rung: str, model: Model | None = None) -> Assistant:
    return answering.assistant(rung=rung, model=model, adapter=None, filters=NO_METADATA, k=None)


def _nothing() -> object:
    raise ConfigError(NOT_BUILT)


@dataclass(frozen=True)
class Everything:
    """A retriever that finds every passage for every question, none before another."""

    library: Texts

    def search(
        self,
        query: str,  # noqa: ARG002  # it is all the same
        k: int = 10,  # noqa: ARG002
        mode: Mode = "hybrid",  # noqa: ARG002
        filters: Mapping[str, Scalar] = NO_METADATA,  # noqa: ARG002
        labels: Sequence[str] | None = (),
    ) -> list[Hit]:
        """Give all passages that are open to these labels."""
        return [
            hit
            for hit in self._hits
            if labels is None or not hit.passage.labels or {*labels} & {*hit.passage.labels}
        ]

    @cached_property
    def _hits(self) -> list[Hit]:
        return [
            Hit(passage, 0.0)
            for id in self.library.document_ids()
            for passage in self.library.passages_of(id)
        ]


@dataclass(frozen=True, slots=True)
class Unranked:
    """An assistant that reads everything: what it was handed is no ranking to be measured."""

    inner: Assistant

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Answer:
        """Answer without claiming that anything was found in an order."""
        answer = self.inner.answer(question, history, labels, deadline)
        return replace(answer, hits=())
