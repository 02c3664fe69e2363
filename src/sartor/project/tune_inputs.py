"""Settings and options -> what a training starts from: base, recipe, examples, questions.

What is chosen for one training comes before what is set. Nothing here loads weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.config.sections import TuneSettings
from sartor.evaluation.questions import read_questions
from sartor.project.examples import base_folder, encoder_for
from sartor.project.tune_options import TuneOptions
from sartor.tuning.examples import Lengths, Read, accepted, check_examples, read_examples
from sartor.tuning.planning import read_shape
from sartor.tuning.recipes import Recipe, recipe_for
from sartor.tuning.registry.names import check_name
from sartor.types import Example, Question

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

FROM_SETTINGS = ("max_length", "batch_tokens", "evaluations")  # values of a recipe; 0: its own


@dataclass(frozen=True, slots=True)
class TuneInputs:
    """Finds and reads what a training starts from, in the folder of a project."""

    root: Path
    whole: Settings

    @property
    def settings(self) -> TuneSettings:
        """What is set about tuning."""
        return self.whole.tune

    # --- the base and what is done with it ----------------------------------------------------

    def base(self, given: str | None = None) -> Path:
        """Find the model to tune: what is given, tune.base, or the local model that answers."""
        return base_folder(self.base_name(given), self.root)

    def base_name(self, given: str | None = None) -> str:
        """Name the model to tune as the user does."""
        return given or self.settings.base or self.whole.model.path

    def encoder(self, base: str | None) -> Encoder:
        """Open the tokenizer of the base, and no weights."""
        return encoder_for(self.base(base), self.settings.max_length)

    def method(self, options: TuneOptions) -> str:
        """Say how it is trained."""
        return options.method or self.settings.method

    def recipe(
        self,
        options: TuneOptions,
        *,
        method: str | None = None,
        examples: int = 0,
        tokens: int = 0,
        reads: bool = False,
    ) -> Recipe:
        """Choose every value of a training; those that were chosen or set stay."""
        changes = dict(options.changes)
        for name in FROM_SETTINGS:
            if value := getattr(self.settings, name):
                changes.setdefault(name, value)
        return recipe_for(
            options.recipe or self.settings.recipe,
            method or self.method(options),
            read_shape(self.base(options.base)),
            examples=examples,
            tokens=tokens,
            reads=reads,
            **changes,
        )

    def replay(self, options: TuneOptions) -> float | None:
        """Say how much general text is mixed in; None: as much as the guard asks for."""
        share = self.settings.replay if options.replay is None else options.replay
        return None if share < 0 else share

    def minutes(self, options: TuneOptions) -> float:
        """Say how long one training may take; 0: as long as it needs."""
        return self.settings.minutes if options.minutes is None else options.minutes

    def require(self, options: TuneOptions) -> Path:
        """Refuse mistyped names and values while that is quick, without torch; find the base."""
        check_name(options.name)
        folder = self.base(options.base)
        self.recipe(options)
        return folder

    # --- what is learned ----------------------------------------------------------------------

    def file(self, path: str | Path | None) -> Path:
        """Say where the examples are."""
        return Path(path) if path else self.root / self.settings.examples_file

    def learned(
        self, examples: str | Path | Sequence[Example] | None, options: TuneOptions
    ) -> tuple[tuple[Example, ...], str, Lengths]:
        """Read and check what is to be learned; say where it comes from and how long it is."""
        questions = self.questions(options.questions)
        if examples is None or isinstance(examples, str | Path):
            path = self.file(examples)
            read = read_examples(path, fields=options.fields)
        else:
            path, read = Path(), Read(tuple(examples))
        checked = check_examples(read, encoder=self.encoder(options.base), questions=questions)
        return accepted(checked), path.name, checked.lengths

    def general(self, options: TuneOptions) -> tuple[Example, ...]:
        """Read the user's own general examples, whose answers shall stay what they are."""
        if options.general is None:
            return ()
        return accepted(check_examples(read_examples(Path(options.general))))

    def questions(self, path: str | Path | None) -> Sequence[Question]:
        """Read the questions that examples must not give away; the project's own if it has any."""
        own = self.root / self.whole.eval.questions_file
        if path is None and not own.is_file():
            return ()
        return read_questions(Path(path) if path else own)


def mostly_reads(examples: Sequence[Example]) -> bool:
    """Tell whether most examples answer from passages that they show."""
    return 2 * sum(bool(one.rests_on) for one in examples) > len(examples)
