"""Settings and the parts of a project -> checked examples, plans, adapters with their proof.

    check     examples              -> what is wrong with them
    plan      a model and a recipe  -> memory and time, before anything is loaded
    tune      examples              -> a version of an adapter, measured before and after
    search    examples, minutes     -> the recipe that was best, confirmed on examples not used
    curve     examples              -> whether more of them would help
    ground    questions             -> examples with the passages that search really finds

The thin seam between a project and `tuning`, which knows neither settings nor documents.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.config.sections import TuneSettings
from sartor.errors import InputError
from sartor.networks.licence import licence_of
from sartor.project.answering import Answering
from sartor.project.folder import Folder
from sartor.project.recording import versions
from sartor.project.tune_inputs import TuneInputs, mostly_reads
from sartor.project.tune_options import TuneOptions, options_of
from sartor.project.tune_plans import foreseen, plans, require_room
from sartor.protocols import Progress, Retriever
from sartor.tuning.examples import Checked, check_examples, read_examples
from sartor.tuning.examples.found import about
from sartor.tuning.planning import Plan
from sartor.tuning.registry import Registry
from sartor.tuning.registry.names import check_name
from sartor.tuning.under_way import alone, require_unbegun
from sartor.types import Adapter, Example, ExampleFinding, Question

if TYPE_CHECKING:
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.grounding.writing import Form
    from sartor.tuning.order import Order
    from sartor.tuning.searching import Curve, Found

__all__ = ["NO_FIELDS", "TuneOptions", "Tuning", "options_of"]

NO_FIELDS: Mapping[str, str] = {}


class Tuning:
    """Tunes models for a project, and keeps what was trained."""

    def __init__(
        self, folder: Folder, settings: Settings, *, knowledge: Retriever, answering: Answering
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._knowledge = knowledge
        self._answering = answering
        self._inputs = TuneInputs(folder.root, settings)
        self.registry = Registry(
            folder.adapters, find=self.base, examples=(folder.root, self._inputs.file(None))
        )

    @property
    def settings(self) -> TuneSettings:
        """What is set about tuning."""
        return self._settings.tune

    def base(self, given: str | None = None) -> Path:
        """Find the model to tune: what is given, tune.base, or the local model that answers."""
        return self._inputs.base(given)

    def under_way(self, name: str) -> Path:
        """Say where the training of a name keeps what it goes on from."""
        return self._folder.tuning / check_name(name)

    def require(self, options: TuneOptions) -> Path:
        """Refuse mistyped names and values while that is quick, without torch; find the base."""
        return self._inputs.require(options)

    # --- before training ----------------------------------------------------------------------

    def check(
        self,
        path: str | Path | None = None,
        *,
        base: str | None = None,
        questions: str | Path | None = None,
        columns: Mapping[str, str] = NO_FIELDS,
    ) -> Checked:
        """Check a file of examples; with a base model also its tokens and its template."""
        tested = self._inputs.questions(questions)
        read = read_examples(self._inputs.file(path), fields=columns)
        encoder = self._inputs.encoder(base) if base or self.settings.base else None
        return check_examples(read, encoder=encoder, questions=tested, also=self._stale)

    def plan(
        self,
        path: str | Path | None = None,
        options: TuneOptions | None = None,
        *,
        length: int | None = None,
    ) -> tuple[tuple[Plan, ...], ...]:
        """Plan every method, or the one that is named, on this machine and on known ones."""
        return plans(self._inputs, path, options or TuneOptions(), length=length)

    def foreseen(
        self,
        options: TuneOptions,
        *,
        examples: int,
        tokens: int,
        learned: int = 0,
        longest: int = 0,
    ) -> Plan:
        """Plan one run on this machine from sizes alone; no file is read.

        `tokens` are those of all examples, `learned` those of their answers.
        """
        return foreseen(
            self._inputs,
            options,
            examples=examples,
            tokens=tokens,
            learned=learned,
            longest=longest,
        )

    def ground(
        self,
        questions: str | Path | Sequence[Question],
        *,
        base: str | None = None,
        form: str | Form = "cited",
        **chosen: object,
    ) -> Grounded:
        """Make examples of answering from what search finds; see `tuning.grounding`.

        `form` is "cited", "json", or a function from an answer and its numbers to a target.
        `chosen` may hold `answers` of the user's own, by the id of their question.
        """
        from sartor.project.grounding import Ground

        tested = self._folder.root / self._settings.eval.questions_file
        ground = Ground(self._knowledge, self._answering, tested)
        asked = ground.required(questions, form)
        model = self._answering.model() if base is None else None
        opened = model or self._answering.opened(str(self.base(base)))
        return ground.examples(asked, opened, form=form, **chosen)  # type: ignore[arg-type]

    # --- training -----------------------------------------------------------------------------

    def tune(
        self,
        examples: str | Path | Sequence[Example] | None,
        options: TuneOptions,
        *,
        progress: Progress | None = None,
    ) -> Adapter:
        """Train, prove and register a version of an adapter."""
        folder = self.under_way(options.name)
        if options.resume and not folder.is_dir():
            raise InputError(
                f"no training of {options.name!r} was broken off: there is nothing to go on with",
                "the same command without --resume",
            )
        if folder.is_dir():
            with alone(options.name, folder):
                pass  # reading and checking take a while: say at once that another is at it
        if not (options.resume or options.fresh):
            require_unbegun(options.name, folder)
        order = self.order(examples, options)
        require_room(order)
        if options.fresh:
            shutil.rmtree(folder, ignore_errors=True)
        from sartor.tuning.tune import tune  # and torch: what was refused needed none

        return tune(
            order,
            self.registry,
            folder=folder,
            resume=options.resume,
            progress=progress,
            watch=options.watch,
        )

    def order(self, examples: str | Path | Sequence[Example] | None, options: TuneOptions) -> Order:
        """Settle what shall be trained; refuses examples that nothing can be learned from."""
        inputs, tune = self._inputs, self.settings
        folder = inputs.require(options)
        theirs = inputs.general(options)
        learned, file, lengths = inputs.learned(examples, options)
        recipe = inputs.recipe(
            options, examples=len(learned), tokens=lengths.total, reads=mostly_reads(learned)
        )
        from sartor.tuning.guard import Limits  # and torch: what was refused needed none
        from sartor.tuning.order import Order

        return Order(
            name=options.name,
            base=folder,
            base_name=inputs.base_name(options.base),
            file=file,
            examples=learned,
            recipe=recipe,
            longest=lengths.longest,
            limits=Limits(perplexity=tune.perplexity, leak=tune.leak),
            theirs=theirs,
            replay=inputs.replay(options),
            minutes=inputs.minutes(options),
            precision=tune.precision,
            device=tune.device,
            threads=tune.threads,
            seed=tune.seed if options.seed is None else options.seed,
            machine=f"{platform.machine()} {platform.processor()}".strip(),
            licence=licence_of(folder),
            versions=versions(),
        )

    def search(
        self,
        examples: str | Path | Sequence[Example] | None,
        options: TuneOptions,
        *,
        minutes: float,
        progress: Progress | None = None,
    ) -> Found:
        """Search recipes around the one that is set, within a budget of minutes."""
        began = monotonic()
        order = self.order(examples, options)
        from sartor.tuning.trying import find_recipe

        return find_recipe(
            order,
            folder=self._folder.tuning / "_search",
            minutes=minutes,
            began=began,
            progress=progress,
            watch=options.watch,
        )

    def curve(
        self,
        examples: str | Path | Sequence[Example] | None,
        options: TuneOptions,
        *,
        seeds: int = 1,
        progress: Progress | None = None,
    ) -> Curve:
        """Train on a quarter, half and all of the examples; say whether more would help."""
        order = self.order(examples, options)
        from sartor.tuning.trying import learning_curve

        return learning_curve(
            order,
            folder=self._folder.tuning / "_curve",
            seeds=seeds,
            minutes=order.minutes,
            progress=progress,
            watch=options.watch,
        )

    def _stale(self, examples: Sequence[Example]) -> Iterator[ExampleFinding]:
        """Name examples that were made from passages which are not there any more."""
        from sartor.tuning.grounding import stale

        for example in examples:
            if example.rests_on and stale(example, self._answering.library):
                told = "a passage that it was made from has changed since"
                fix = "make it again: sartor tune ground"
                yield about(example, "warning", "stale", told, fix=fix)
