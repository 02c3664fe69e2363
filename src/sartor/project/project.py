"""The public face: a knowledge base with an assistant on top, and the proof of what it says.

Each floor stands on the one below, and is a file: `knowledge_base`, `answers`, `proof`. Here is
what needs all of them: test questions, the ladder, tuning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sartor.project.proof import Proof
from sartor.types import Adapter, Example, Purged, Question, Scorecard

if TYPE_CHECKING:
    from sartor.evaluation.questions.findings import QuestionFinding
    from sartor.ladder.advising import Advice
    from sartor.ladder.costing.report import CostReport
    from sartor.ladder.estimate import Estimate
    from sartor.ladder.situation import Situation
    from sartor.ladder.verdict import Verdict
    from sartor.project.comparing import Gate
    from sartor.project.tuning import Tuning
    from sartor.protocols import Model, Progress
    from sartor.tuning.examples import Checked
    from sartor.tuning.grounding import Grounded
    from sartor.tuning.grounding.writing import Form
    from sartor.tuning.planning import Plan
    from sartor.tuning.registry import Registry
    from sartor.tuning.searching import Curve, Found

NO_FIELDS: Mapping[str, str] = MappingProxyType({})
NO_ANSWERS: Mapping[str, object] = MappingProxyType({})


class Project(Proof):
    """A knowledge base, the assistant that answers from it, and what can be done with both.

    `Project(folder)` opens one, `Project.here()` finds the one around the current folder,
    `Project.init(folder)` makes one. Settings given as `section.key` keywords win over the file:
    `Project("helpdesk", **{"search.k": 5})`. An `embedder` of one's own replaces the one
    configured. Close it, or use it in a `with` block.
    """

    def close(self) -> None:
        """Let go of files, models and processes; the project can be opened again."""
        self.__dict__.pop("tuning", None)
        super().close()

    def purge(self, *ids: str) -> Purged:
        """Delete documents and leave no byte of them in any file of the project's state.

        Stored runs keep their figures and lose the words that came from the documents. Weights
        cannot forget: adapters that learned from them are named in what is returned.
        """
        from sartor.project.purging import purge_adapters, purge_measured

        documents = [self.document(id) for id in ids]
        purge_measured(self._folder, self._measuring, documents)
        adapters = purge_adapters(self.adapters, documents)
        self._answering.forget(ids)  # first: whoever is interrupted here can purge them again
        super().purge(*ids)
        self._answering.forget(ids)  # what other processes remembered meanwhile
        return Purged(ids, adapters)

    # --- test questions ---------------------------------------------------------------------------

    def make_questions(
        self, n: int = 100, *, seed: int = 0, model: str | Model | None = None
    ) -> list[Question]:
        """Make candidates for test questions from the documents, with their exact evidence.

        Without a model they follow patterns; a model writes them and the checker verifies what it
        wrote. They are tagged "unreviewed" until a person has looked at them.
        """
        from sartor.project.questioning import make_questions

        return make_questions(self, n, seed=seed, model=model)

    def check_questions(
        self, questions: str | Path, examples: str | Path | None = None
    ) -> list[QuestionFinding]:
        """Say what would spoil figures: duplicates, missing evidence, leaked questions."""
        from sartor.project.questioning import check_questions

        return check_questions(self, questions, examples)

    # --- the ladder -------------------------------------------------------------------------------

    def gate(
        self,
        about: str | Path | Scorecard | None = None,
        bar: str = "",
        *,
        strict: bool = False,
        progress: Progress | None = None,
    ) -> Gate:
        """Hold a run to a bar (default: `eval.bar`), or the assistant on a file of questions."""
        from sartor.project.assuming import pricing

        return self._measuring.gate(
            about, bar, pricing=partial(pricing, self), strict=strict, progress=progress
        )

    def climb(  # noqa: PLR0913  # what may be chosen for one climb
        self,
        questions: str | Path | Sequence[Question] | None = None,
        *,
        examples: str | Path | None = None,
        bar: str = "",
        rungs: Sequence[str] | None = None,
        systems: Mapping[str, object] = MappingProxyType({}),
        volume: int | None = None,
        strict: bool = False,
        seed: int | None = None,
        fresh: bool = False,
        model: str | Model | None = None,
        progress: Progress | None = None,
        **chosen: object,
    ) -> Verdict:
        """Measure rungs on the same questions, and name the cheapest that meets the bar.

        Training starts only when nothing cheaper is enough. `systems` are further rungs, each of
        them anything that `evaluate` takes; with `rungs=()` they stand alone. `volume` is questions
        a month, for costs. `strict` wants the bar proved. Rungs on which nothing changed are not
        asked again, unless `fresh`. `chosen` may hold `everything` (train anyway), `minutes` and
        `dollars` (the most that it may take), `models` to climb on side by side and the `margin`
        between them, `tune` (values of the recipe by name), `retrain` (whatever was trained
        before), `tune_retrieval` (try other settings of search and splitting too), and `watch`.
        """
        from sartor.project.climbing import climb_options, climb_project

        given = {
            "examples": examples,
            "bar": bar,
            "rungs": rungs,
            "systems": systems,
            "volume": volume,
            "strict": strict,
            "seed": seed,
            "fresh": fresh,
            "model": model,
        }
        return climb_project(self, questions, climb_options(given | chosen), progress=progress)

    def plan_climb(
        self, questions: str | Path | Sequence[Question] | None = None, **chosen: object
    ) -> Estimate:
        """Say what a climb would take at most, before anything is asked or trained.

        `chosen` are those of `climb`.
        """
        from sartor.project.climbing import climb_options, plan_climb

        return plan_climb(self, questions, climb_options(chosen))

    def cost(self, *, volumes: Sequence[int | str] = (), runs: Sequence[str] = ()) -> CostReport:
        """Project what each rung of the last climb would cost in a month, or those of stored runs.

        `volumes` are questions a month (100_000, "100k"); default: `cost.volumes`. Nothing is
        asked; what it rests on besides what was measured is in `assumptions`.
        """
        from sartor.project.costing import cost_project

        return cost_project(self, volumes=volumes, runs=runs)

    def advise(
        self, profile: Mapping[str, object] | str | Path = NO_ANSWERS, *, like: str = ""
    ) -> Advice:
        """Say what the field's guides advise, before anything is measured.

        `profile` holds answers by name, or is a file of them (YAML, TOML); what the project tells
        by itself is filled in. `like` names a use case of the guides to start from.
        """
        from sartor.project.advising import advise_project

        return advise_project(self, profile, like=like)

    def situation(
        self, questions: Sequence[Question] | None = None, examples: str | Path | None = None
    ) -> Situation:
        """Say in figures what is known of the project; the questions are its own by default."""
        from sartor.project.advising import project_questions
        from sartor.project.situation import situation_of

        asked = project_questions(self) if questions is None else questions
        return situation_of(
            self, questions=asked, examples_file=Path(examples) if examples else None
        )

    # --- tuning -----------------------------------------------------------------------------------

    @cached_property
    def tuning(self) -> Tuning:
        """Everything about tuning, with all that may be chosen."""
        from sartor.project.tuning import Tuning

        return Tuning(self._folder, self.settings, knowledge=self, answering=self._answering)

    @property
    def adapters(self) -> Registry:
        """What was trained: versions of adapters, and which of them an alias means."""
        return self.tuning.registry

    def check_examples(
        self,
        path: str | Path | None = None,
        *,
        base: str | None = None,
        questions: str | Path | None = None,
        fields: Mapping[str, str] = NO_FIELDS,
    ) -> Checked:
        """Say what is wrong with examples to learn from; with a base also with their tokens.

        `fields` says which column of a table is what. Test questions (default: the project's)
        must not stand in the examples.
        """
        return self.tuning.check(path, base=base, questions=questions, columns=fields)

    def plan_tuning(
        self, examples: str | Path | None = None, **chosen: object
    ) -> tuple[tuple[Plan, ...], ...]:
        """Plan memory and time of every method on this machine and on known ones.

        `chosen` are those of `tune`. Nothing is loaded; a row for each method.
        """
        from sartor.project.tuning import options_of

        return self.tuning.plan(examples, options_of(chosen))

    def tune(
        self,
        examples: str | Path | Sequence[Example] | None = None,
        base: str | None = None,
        method: str | None = None,
        name: str = "tuned",
        *,
        seed: int | None = None,
        progress: Progress | None = None,
        **chosen: object,
    ) -> Adapter:
        """Train an adapter on examples, measure it before and after, and keep it as a version.

        `chosen` may hold `recipe`, `replay`, `minutes`, `general` (a file of examples whose
        answers shall stay), `questions`, `fields`, `resume`, `fresh`, `watch`, and any value of
        a recipe such as `rank` or `learning_rate`. Whether the guard passed is in `adapter.guard`.
        """
        from sartor.project.tuning import options_of

        given = {**chosen, "base": base, "method": method, "name": name, "seed": seed}
        return self.tuning.tune(examples, options_of(given), progress=progress)

    def search_recipe(
        self,
        examples: str | Path | Sequence[Example] | None = None,
        *,
        minutes: float = 10.0,
        progress: Progress | None = None,
        **chosen: object,
    ) -> Found:
        """Search rank, learning rate and epochs within a budget, confirmed on the test part."""
        from sartor.project.tuning import options_of

        return self.tuning.search(examples, options_of(chosen), minutes=minutes, progress=progress)

    def learning_curve(
        self,
        examples: str | Path | Sequence[Example] | None = None,
        *,
        seeds: int = 1,
        progress: Progress | None = None,
        **chosen: object,
    ) -> Curve:
        """Train on a quarter, half and all of the examples: would more of them help?"""
        from sartor.project.tuning import options_of

        return self.tuning.curve(examples, options_of(chosen), seeds=seeds, progress=progress)

    def ground_examples(
        self,
        questions: str | Path | Sequence[Question],
        *,
        base: str | None = None,
        form: str | Form = "cited",
        **chosen: object,
    ) -> Grounded:
        """Make examples of answering, with citations, from what search really finds.

        The questions need evidence; without an answer of the user's own, the evidence is quoted.
        `form` is "cited", "json", or writes a target from an answer and the numbers of its
        passages. `chosen` may hold `passages`, `without_gold`, `rounds` and `seed`.
        """
        return self.tuning.ground(questions, base=base, form=form, **chosen)
