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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.config.sections import TuneSettings
from sartor.errors import BudgetRefused, InputError
from sartor.evaluation.questions import read_questions
from sartor.project.answering import Answering
from sartor.project.folder import Folder
from sartor.project.models import LAB, located
from sartor.project.recording import versions
from sartor.protocols import Progress, Retriever
from sartor.tuning.base import find_base
from sartor.tuning.examples import (
    Checked,
    Lengths,
    Read,
    accepted,
    check_examples,
    read_examples,
)
from sartor.tuning.examples.found import line_of
from sartor.tuning.planning import (
    MACHINES,
    Plan,
    plan,
    plan_methods,
    read_shape,
    this_machine,
)
from sartor.tuning.recipes import Recipe, recipe_for
from sartor.tuning.registry import Registry
from sartor.types import Adapter, Example, ExampleFinding, Question

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.grounding.writing import Form
    from sartor.tuning.loop import Watch
    from sartor.tuning.order import Order
    from sartor.tuning.searching import Curve, Found

NO_FIELDS: Mapping[str, str] = {}
METHODS_PLANNED = ("full", "lora", "qlora", "bottleneck")
LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE")


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """What may be chosen for one training; None or empty: what the settings say.

    `changes` are values of the recipe, by name. `general` is a file of examples of the user's own
    that shall keep their answers. `resume` goes on with a training that was broken off.
    """

    name: str = "tuned"
    base: str | None = None
    method: str | None = None
    recipe: str | None = None
    replay: float | None = None
    minutes: float | None = None
    seed: int | None = None
    general: str | Path | None = None
    questions: str | Path | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, object] = field(default_factory=dict)
    resume: bool = False
    watch: Watch | None = None


def options_of(chosen: Mapping[str, object]) -> TuneOptions:
    """Sort what is chosen by name: options, and values of the recipe."""
    own = {one.name for one in fields(TuneOptions)} - {"changes"}
    options = {key: value for key, value in chosen.items() if key in own and value is not None}
    changes = {key: value for key, value in chosen.items() if key not in own}
    return TuneOptions(**options, changes=changes)  # type: ignore[arg-type]


class Tuning:
    """Tunes models for a project, and keeps what was trained."""

    def __init__(
        self, folder: Folder, settings: Settings, *, knowledge: Retriever, answering: Answering
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._knowledge = knowledge
        self._answering = answering
        self.registry = Registry(folder.adapters, find=self.base)

    @property
    def settings(self) -> TuneSettings:
        """What is set about tuning."""
        return self._settings.tune

    def under_way(self, name: str) -> Path:
        """Say where the training of a name keeps what it goes on from."""
        return self._folder.tuning / name

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
        read = read_examples(self._file(path), fields=columns)
        encoder = self._encoder(base) if base or self.settings.base else None
        checked = check_examples(read, encoder=encoder, questions=self._questions(questions))
        return replace(checked, findings=(*checked.findings, *self._stale(checked.examples)))

    def plan(
        self,
        path: str | Path | None = None,
        options: TuneOptions | None = None,
        *,
        length: int | None = None,
    ) -> tuple[tuple[Plan, ...], ...]:
        """Plan every method, or the one that is named, on this machine and on known ones."""
        options = options or TuneOptions()
        folder = self.base(options.base)
        shape = read_shape(folder)
        tokens, longest, examples = self._sizes(path, options)
        methods = (options.method,) if options.method else METHODS_PLANNED
        recipes = [self._recipe(options, folder, method, examples, tokens) for method in methods]
        here = this_machine(self.settings.precision, self.settings.device)
        return plan_methods(
            shape,
            recipes,
            [here, *MACHINES.values()],
            length=length or longest or None,
            examples=examples,
            tokens=tokens,
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

        model = self._answering.model() if base is None else None
        tested = self._folder.root / self._settings.eval.questions_file
        ground = Ground(self._knowledge, self._answering, tested)
        opened = model or self._answering.opened(str(self.base(base)))
        return ground.examples(questions, opened, form=form, **chosen)  # type: ignore[arg-type]

    def foreseen(
        self, options: TuneOptions, *, examples: int, tokens: int, longest: int = 0
    ) -> Plan:
        """Plan one training on this machine from sizes alone; no file is read."""
        folder = self.base(options.base)
        method = options.method or self.settings.method
        return plan(
            read_shape(folder),
            self._recipe(options, folder, method, examples, tokens),
            machine=this_machine(self.settings.precision, self.settings.device),
            length=longest or None,
            examples=examples,
            tokens=tokens,
        )

    # --- training -----------------------------------------------------------------------------

    def tune(
        self,
        examples: str | Path | Sequence[Example] | None,
        options: TuneOptions,
        *,
        progress: Progress | None = None,
    ) -> Adapter:
        """Train, prove and register a version of an adapter."""
        from sartor.tuning.tune import tune

        folder = self.under_way(options.name)
        if options.resume and not folder.is_dir():
            raise InputError(
                f"no training of {options.name!r} was broken off: there is nothing to go on with",
                "the same command without --resume",
            )
        order = self.order(examples, options)
        self._require_room(order)
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
        from sartor.tuning.guard import Limits
        from sartor.tuning.order import Order

        tune, folder = self.settings, self.base(options.base)
        method = options.method or tune.method
        learned, file, lengths = self._learned(examples, options)
        replay = tune.replay if options.replay is None else options.replay
        return Order(
            name=options.name,
            base=folder,
            base_name=options.base or tune.base or self._settings.model.path,
            file=file,
            examples=learned,
            recipe=self._recipe(
                options, folder, method, len(learned), lengths.total, reads=_read(learned)
            ),
            longest=lengths.longest,
            limits=Limits(perplexity=tune.perplexity, leak=tune.leak),
            theirs=self._general(options),
            replay=None if replay < 0 else replay,
            minutes=tune.minutes if options.minutes is None else options.minutes,
            precision=tune.precision,
            device=tune.device,
            threads=tune.threads,
            seed=tune.seed if options.seed is None else options.seed,
            machine=f"{platform.machine()} {platform.processor()}".strip(),
            licence=_licence(folder),
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
        from sartor.tuning.trying import find_recipe

        order = self.order(examples, options)
        return find_recipe(
            order, folder=self._scratch("search"), minutes=minutes, progress=progress
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
        from sartor.tuning.trying import learning_curve

        order = self.order(examples, options)
        return learning_curve(
            order,
            folder=self._scratch("curve"),
            seeds=seeds,
            minutes=order.minutes,
            progress=progress,
        )

    def _stale(self, examples: Sequence[Example]) -> Iterator[ExampleFinding]:
        """Name examples that were made from passages which are not there any more."""
        from sartor.tuning.grounding import stale

        for example in examples:
            if example.rests_on and stale(example, self._answering.library):
                yield ExampleFinding(
                    "warning",
                    "stale",
                    "a passage that it was made from has changed since",
                    line_of(example),
                    "make it again: sartor tune ground",
                )

    def _require_room(self, order: Order) -> None:
        """Refuse a training that does not fit this machine, with the next smaller one that does."""
        machine = this_machine(order.precision, order.device)
        planned = plan(
            read_shape(order.base), order.recipe, machine=machine, length=order.longest or None
        )
        if planned.fits:
            return
        smaller = next((one.text for one in planned.smaller), "a smaller base")
        raise BudgetRefused(
            f"this training needs about {planned.peak / 1e9:.1f} GB; {planned.reason}",
            f"{smaller}; sartor tune plan shows what fits",
        )

    # --- what all of them need ----------------------------------------------------------------

    def _scratch(self, name: str) -> Path:
        folder = self._folder.tuning / f"_{name}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _file(self, path: str | Path | None) -> Path:
        return Path(path) if path else self._folder.root / self.settings.examples_file

    def base(self, given: str | None = None) -> Path:
        """Find the model to tune: what is given, tune.base, or the local model that answers."""
        named = given or self.settings.base or self._settings.model.path
        if named == LAB:
            return located(named, self._folder.root)
        return find_base(named, root=self._folder.root)

    def _recipe(
        self,
        options: TuneOptions,
        folder: Path,
        method: str,
        examples: int,
        tokens: int,
        *,
        reads: bool = False,
    ) -> Recipe:
        changes = dict(options.changes)
        for name in ("max_length", "batch_tokens", "evaluations"):
            if value := getattr(self.settings, name):
                changes.setdefault(name, value)
        name = options.recipe or self.settings.recipe
        shape = read_shape(folder)
        return recipe_for(
            name, method, shape, examples=examples, tokens=tokens, reads=reads, **changes
        )

    def _learned(
        self, examples: str | Path | Sequence[Example] | None, options: TuneOptions
    ) -> tuple[tuple[Example, ...], str, Lengths]:
        """Read and check what is to be learned; say where it comes from and how long it is."""
        if examples is None or isinstance(examples, str | Path):
            path = self._file(examples)
            read = read_examples(path, fields=options.fields)
        else:
            path, read = Path(), Read(tuple(examples))
        questions = self._questions(options.questions)
        checked = check_examples(read, encoder=self._encoder(options.base), questions=questions)
        return accepted(checked), path.name, checked.lengths

    def _general(self, options: TuneOptions) -> tuple[Example, ...]:
        if options.general is None:
            return ()
        return accepted(check_examples(read_examples(Path(options.general))))

    def _questions(self, path: str | Path | None) -> Sequence[Question]:
        """Read the questions that examples must not give away; the project's own if it has any."""
        own = self._folder.root / self._settings.eval.questions_file
        if path is None and not own.is_file():
            return ()
        return read_questions(Path(path) if path else own)

    def _encoder(self, base: str | None) -> Encoder:
        """Open the tokenizer of the base, and no weights."""
        from sartor.tuning.base import open_tokenizer
        from sartor.tuning.encoding import Encoder

        folder = self.base(base)
        window = self.settings.max_length or read_shape(folder).window
        return Encoder(open_tokenizer(folder), window=window)

    def _sizes(self, path: str | Path | None, options: TuneOptions) -> tuple[int, int, int]:
        """Count tokens in all, of the longest example, and examples; 0 where there is no file."""
        file = self._file(path)
        if path is None and not file.is_file():
            return 0, 0, 0
        checked = self.check(file, base=options.base, columns=options.fields)
        lengths = checked.lengths
        known = lengths.unit == "tokens"
        return (lengths.total, lengths.longest, len(checked.examples)) if known else (0, 0, 0)


def _read(examples: Sequence[Example]) -> bool:
    """Tell whether most examples answer from passages that they show."""
    return 2 * sum(bool(one.rests_on) for one in examples) > len(examples)


def _licence(folder: Path) -> str:
    """Say what the folder of a model says of its licence: the line in its card, or a file."""
    card = folder / "README.md"
    if card.is_file():
        for line in card.read_text("utf-8", "replace").splitlines()[:50]:
            key, _, value = line.partition(":")
            if key.strip().lower() in {"license", "licence"} and value.strip():
                return value.strip()
    return next((f"see {name}" for name in LICENCES if (folder / name).is_file()), "")
