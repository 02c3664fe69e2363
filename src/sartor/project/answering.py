"""Settings and the parts of a project -> the assistant that answers.

Each assistant is a chain; every link is a `StreamingAssistant` around the next one:

    Remembering                cache and trace
      Guarding                 the rules of [policy]
        Supporting             what happens to a sentence that nothing supports
          FallingBack          quotes, when the model cannot be reached
            PromptedAssistant  |  ExtractAssistant

Parts are built when first needed: an extracted answer imports no template engine and no model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, replace
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from sartor import __version__
from sartor.assistants.abstaining import nothing_found
from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.falling_back import FallingBack
from sartor.assistants.guarding import Guarding
from sartor.assistants.memory import Memory
from sartor.assistants.relevance import Similarity, answerability, similarity_of
from sartor.assistants.remembering import Remembering
from sartor.assistants.rules import OutputRules
from sartor.assistants.supporting import Supporting
from sartor.assistants.understanding import with_topic
from sartor.checking import SupportChecker
from sartor.config import Settings
from sartor.config.sections import AskSettings
from sartor.errors import ConfigError
from sartor.knowledge.ledger import Ledger
from sartor.project.folder import Folder
from sartor.project.models import Models
from sartor.project.views import Narrowed, Texts, WhenNeeded
from sartor.types import Hit, Scalar

if TYPE_CHECKING:
    from sartor.assistants.examples import Examples
    from sartor.assistants.options import PromptedOptions
    from sartor.assistants.prompted import PromptedAssistant
    from sartor.assistants.repairing import ModelRepair
    from sartor.assistants.rungs import Rung
    from sartor.assistants.templates import Prompts
    from sartor.assistants.tracing import Trace
    from sartor.prices import Prices
    from sartor.project.adapted import Adapted
    from sartor.protocols import Checker, Embedder, Grounding, Model, Retriever, StreamingAssistant

EXTRACT = "extract"


class Answering:
    """Builds assistants and keeps what they share: models, memory, checker, templates."""

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        *,
        knowledge: Retriever,
        ledger: Ledger,
        embedder: Callable[[], Embedder],
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._knowledge = knowledge
        self._ledger = ledger
        self.embedder = embedder
        self.library = Texts(ledger)
        self._models = Models(settings, folder)
        self._shares: Answering | None = None  # whose open parts these are
        self._opening = Lock()
        self._checking: Checker | None = None

    @property
    def settings(self) -> AskSettings:
        """What is set about answers."""
        return self._settings.ask

    def close(self) -> None:
        """Let go of models and memory."""
        self._models.close()
        if "memory" in self.__dict__:
            self.__dict__.pop("memory").close()

    def assistant(
        self,
        *,
        rung: str | None,
        model: str | Model | None,
        adapter: str | None,
        filters: Mapping[str, Scalar],
        k: int | None,
    ) -> StreamingAssistant:
        """Build the chain for one choice of rung, model and search."""
        adapted = self._models.adapted(adapter)
        name = self._rung_name(rung, model, adapted)
        retriever = Narrowed(self._knowledge, filters, self._settings.search.mode)
        passages = self._settings.ask.passages if k is None else k
        extract = self._extract(retriever, passages)
        told = [dict(filters), passages]
        if name == EXTRACT:
            if adapter:
                raise ConfigError(
                    f"the adapter {adapter!r} has nothing to do here: quotes are made without one",
                    "leave out --rung extract (ask.rung), or the adapter",
                )
            return self._wrapped(extract, None, retriever, told)
        chosen = self._models.chosen(model, adapted)
        options = self._options(passages, adapted, rung=name)
        prompted = self._prompted(name, chosen, retriever, options)
        inner = FallingBack(prompted, extract) if self._settings.ask.fallback else prompted
        return self._wrapped(inner, chosen, retriever, [*told, prompted.describe()])

    def model(self, given: str | Model | None = None) -> Model | None:
        """Open the model that is named here or in the settings; None where none is."""
        return self.opened(given) if self._models.is_named(given) else None

    def opened(self, given: str | Model | None) -> Model:
        """Open a model; raises `ConfigError` where none is named."""
        return self._models.chosen(given)

    def departure(
        self, *, rung: str | None, model: str | Model | None = None, adapter: str | None = None
    ) -> str:
        """Say how an adapter is asked otherwise than it was trained; empty where it is not."""
        adapted = self._models.adapted(adapter)
        name = self._rung_name(rung, model, adapted)
        if adapted is None or name == EXTRACT:
            return ""
        from sartor.assistants.turn import ABSTENTION

        own = self._instructions(name, adapted)
        told = self.prompts.render(name, self._settings.ask.template, abstention=ABSTENTION)
        return adapted.departure(name, told if own is None else own)

    def about(self, given: str | Model | None = None) -> tuple[str, str] | None:
        """Name the model that is meant and tell it from its namesakes; None where none is."""
        return self._models.about(given) if self._models.is_named(given) else None

    def grounding(self, model: Model, rung: str = "rag") -> Grounding:
        """Give what writes the prompts of a rung, for examples to be made with."""
        passages = self._settings.ask.passages
        retriever = Narrowed(self._knowledge, {}, self._settings.search.mode)
        options = self._options(passages, self._models.adapted(None))
        return self._prompted(rung, model, retriever, options)

    def forgetful(self, knowledge: Retriever | None = None, **chosen: object) -> Answering:
        """Build assistants of the same parts that keep no answer and no trace.

        They look into other knowledge if it is given, and have the settings of [ask] that are
        `chosen` here. The parts are opened when one of both needs them, and are this one's to
        close.
        """
        other = copy(self)
        other._shares = self._shares or self
        otherwise = {"cache": False, "trace": False, **chosen}
        ask = replace(self._settings.ask, **otherwise)  # type: ignore[arg-type]
        other._settings = replace(self._settings, ask=ask)
        other._knowledge = knowledge or self._knowledge
        return other

    def elsewhere(
        self,
        settings: Settings,
        *,
        knowledge: Retriever,
        ledger: Ledger,
        embedder: Callable[[], Embedder],
    ) -> Answering:
        """Build assistants by other settings over other documents, with the parts of this one.

        Models, memory and checker stay the same, and this one's to close.
        """
        other = Answering(
            self._folder, settings, knowledge=knowledge, ledger=ledger, embedder=embedder
        )
        other._models, other._shares = self._models, self._shares or self
        return other

    def rung(self, asked: str = "") -> str:
        """Name the rung that is meant, where "auto" is resolved."""
        return self._rung_name(asked, None, self._models.adapted(None))

    def forget(self, document_ids: Sequence[str]) -> None:
        """Leave no byte of these documents in remembered answers and traces."""
        if self._folder.answers.exists():
            self.memory.forget(document_ids)

    def traces(self, limit: int) -> list[Trace]:
        """Return the last traces; where nothing was ever answered no file is made to look."""
        return self.memory.traces(limit) if self._folder.answers.exists() else []

    # --- what all assistants share ------------------------------------------------------------

    @cached_property
    def memory(self) -> Memory:
        """Remembered answers and traces."""
        return self._shares.memory if self._shares else Memory(self._folder.answers)

    def alike(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Say how alike texts are in meaning; the embedder is opened when first asked."""
        return self._similarity(question, texts)

    @cached_property
    def _similarity(self) -> Similarity:
        with self._opening:
            return similarity_of(self.embedder())

    @property
    def checker(self) -> Checker:
        """What says whether passages support a sentence; opened when there is one to check."""
        return WhenNeeded(lambda: self._support)

    @property
    def _support(self) -> Checker:
        if self._shares:
            return self._shares._support
        with self._opening:  # several questions may be the first at once
            if self._checking is None:
                judge = self._models.judge()
                self._checking = SupportChecker(self.library, self.embedder(), judge)
            return self._checking

    @cached_property
    def prompts(self) -> Prompts:
        """The templates: the project's own over the defaults."""
        from sartor.assistants.templates import Prompts

        return Prompts(self._folder.prompts)

    @cached_property
    def prices(self) -> Prices:
        """What models cost: the project's own prices over those shipped."""
        from sartor.prices import Prices

        own = self._settings.model.prices_file
        return Prices.load(self._folder.root / own if own else None)

    @property
    def rules(self) -> tuple[str, ...]:
        """Name the output rules that are in force; each answer tells of those that fired."""
        return tuple(rule.name for rule in self._rules.rules)

    @cached_property
    def _rules(self) -> OutputRules:
        policy = self._settings.policy
        return OutputRules.of(policy, self.alike if policy.forbidden_topics else None)

    # --- the links of the chain ---------------------------------------------------------------

    def _extract(self, retriever: Retriever, passages: int) -> ExtractAssistant:
        ask = self._settings.ask
        return ExtractAssistant(
            retriever,
            self.library,
            passages=passages,
            sentences=ask.sentences,
            similarity=self.alike,
            abstain_below=None if ask.abstain_below < 0 else ask.abstain_below,
            understand=with_topic if ask.rewrite else None,
        )

    def _prompted(
        self, name: str, model: Model, retriever: Retriever, options: PromptedOptions
    ) -> PromptedAssistant:
        from sartor.assistants.prompted import PromptedAssistant
        from sartor.assistants.rungs import rung_named

        rung = rung_named(name)
        return PromptedAssistant(
            model,
            rung=rung,
            retriever=retriever,
            library=self.library,
            checker=self.checker,
            pricing=self.prices,
            prompts=self.prompts,
            examples=self._examples(rung),
            options=options,
            abstain=self._instead if self._settings.ask.abstain_below >= 0 else None,
            documents=self.library.documents,
        )

    def _wrapped(
        self,
        inner: StreamingAssistant,
        model: Model | None,
        retriever: Retriever,
        told: Sequence[object],
    ) -> Remembering:
        """Put policy, rules and memory around an assistant."""
        ask = self._settings.ask
        reword, checker = None, None
        if model is not None:
            from sartor.assistants.mending import Rewording

            checker = self.checker
            repair = self._repair(model, retriever) if ask.unsupported == "repair" else None
            inner = Supporting(inner, ask.unsupported, repair=repair)
            reword = Rewording(model, self.prompts, ask.template)
        guarded = Guarding(inner, self._rules, rewrite=reword, checker=checker)
        chosen = self._settings
        settings = [asdict(part) for part in (ask, chosen.model, chosen.policy, chosen.search)]
        return Remembering(
            guarded,
            self.memory,
            fingerprint=sha256(repr([__version__, *told, *settings]).encode()).hexdigest(),
            changes=self._ledger.last_change,
            library=self.library,
            cache=ask.cache,
            trace=ask.trace,
            content=ask.trace_content,
        )

    def _repair(self, model: Model, retriever: Retriever) -> ModelRepair:
        from sartor.assistants.marks import unmarked
        from sartor.assistants.mending import RepairMessages
        from sartor.assistants.repairing import ModelRepair
        from sartor.assistants.turn import ABSTENTION

        variant = self._settings.ask.template
        return ModelRepair(
            model,
            retriever,
            self.checker,
            RepairMessages(self.prompts, variant, self.library, ABSTENTION),
            pricing=self.prices,
            clean=lambda text: unmarked(text).text,
        )

    # --- choices ------------------------------------------------------------------------------

    def _rung_name(
        self, asked: str | None, model: str | Model | None, adapted: Adapted | None
    ) -> str:
        """Choose the rung that "auto" stands for; refuse a name that none has.

        Where there are no documents, an adapter can still answer as it was trained.
        """
        asked = asked or self._settings.ask.rung
        if asked == EXTRACT or (asked == "auto" and not self._models.is_named(model, adapted)):
            return EXTRACT
        if asked == "auto":
            return "rag" if adapted is None or self._ledger.counts().documents else "prompt"
        from sartor.assistants.rungs import rung_named

        return rung_named(asked).name

    def _instructions(self, rung: str, adapted: Adapted | None) -> str | None:
        """Give what an adapter was told in training, unless the project words its own prompts."""
        if adapted is None:
            return None
        own = self.prompts.is_own(rung, self._settings.ask.template)
        return adapted.instructions(rung, own=own)

    def _options(
        self, passages: int, adapted: Adapted | None, *, rung: str = "rag"
    ) -> PromptedOptions:
        from sartor.assistants.options import PromptedOptions
        from sartor.models.opening import adapter_name

        ask, model = self._settings.ask, self._settings.model
        return PromptedOptions(
            passages=passages,
            context_tokens=ask.context_tokens,
            per_document=ask.per_document,
            template=ask.template,
            examples=ask.examples,
            examples_tokens=ask.examples_tokens,
            rewrite=ask.rewrite,
            queries=ask.queries,
            decompose=ask.decompose,
            max_steps=ask.max_steps,
            max_tokens=ask.max_tokens,
            max_seconds=ask.max_seconds,
            max_cost=ask.max_cost,
            answer_tokens=model.max_tokens,
            temperature=model.temperature,
            adapter=adapter_name(adapted.folder) if adapted and not adapted.whole else None,
            instructions=self._instructions(rung, adapted),
            mode=self._settings.search.mode,
        )

    def _examples(self, rung: Rung) -> Examples | None:
        path = self._folder.root / self._settings.ask.examples_file
        if not rung.examples:
            return None
        if not path.exists():
            raise ConfigError(
                f"the rung {rung.name!r} needs examples, and {path.name} is not there",
                'write rows of {"messages": [...]} there, or set ask.examples_file',
            )
        from sartor.assistants.examples import Examples

        choice = self._settings.ask.examples_choice
        return Examples.load(path, choice=choice, similarity=self.alike)

    def _instead(self, question: str, hits: Sequence[Hit]) -> str | None:
        """Say what was looked for instead of asking the model, when the hits are too poor."""
        if answerability(question, hits, self.alike) >= self._settings.ask.abstain_below:
            return None
        return nothing_found(question, hits)
