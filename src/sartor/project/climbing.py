"""A project, questions and a bar -> a verdict: which rung is enough.

Builds the rungs, hands them to the ladder, and keeps what was measured: climbing again asks only
what may have changed, and a climb that broke off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sartor.assistants.rungs import RUNGS
from sartor.config.sections import EvalSettings
from sartor.errors import ConfigError, NotFound, StateError, nearest
from sartor.evaluation.questions.leakage import leakage_findings
from sartor.evaluation.questions.splitting import split
from sartor.ladder.again import Again
from sartor.ladder.allowance import Allowance
from sartor.ladder.bars import Bar, read_bar
from sartor.ladder.climb import climb
from sartor.ladder.estimate import Estimate, estimate
from sartor.ladder.racing import LEAST_QUESTIONS
from sartor.ladder.rungs import Rung
from sartor.ladder.verdict import Verdict
from sartor.ladder.weighing import Price
from sartor.project.again import again
from sartor.project.assuming import pricing
from sartor.project.completions import Completions
from sartor.project.findings import about_training, side_by_side, told, warnings
from sartor.project.ladders import Choice, ladder_of, named_file
from sartor.project.requests import Asking
from sartor.project.retrieval_search import Retrieval, worth_a_search
from sartor.project.retrieval_variants import candidates_of
from sartor.project.rungs import Ladder, kind_of
from sartor.project.scorecards import Scorecards
from sartor.project.theirs import opened, rungs_of
from sartor.project.trained import TRAINED
from sartor.project.unsynced import unsynced
from sartor.project.verdicts import last
from sartor.project.whole_run import judge_of
from sartor.protocols import Model, Progress
from sartor.types import Question, Scorecard

if TYPE_CHECKING:
    from sartor.project.project import Project
    from sartor.tuning.loop import Watch

SPLIT = "split.json"  # which questions choose, and which report


@dataclass(frozen=True, slots=True)
class ClimbOptions:
    """What may be chosen for one climb; None: what the settings say.

    With `rungs=()` only the `systems` are measured. `models` are climbed on side by side. With
    `everything` rungs are trained even where others are enough; `tune` holds values of the recipe.
    `minutes` and `dollars` are the most that it may take. `margin` is how much worse a model may be
    and still pass for no worse. `fresh` asks everything again, even where nothing changed;
    `retrain` trains again what was trained before.
    With `tune_retrieval` other settings of search and splitting are tried too.
    """

    examples: str | Path | None = None
    bar: str = ""
    rungs: Sequence[str] | None = None
    systems: Mapping[str, object] = field(default_factory=dict)
    volume: int | None = None
    strict: bool = False
    seed: int | None = None
    fresh: bool = False
    retrain: bool = False
    model: str | Model | None = None
    models: Sequence[str] = ()
    everything: bool = False
    minutes: float | None = None
    dollars: float | None = None
    margin: float | None = None
    tune_retrieval: bool = False
    tune: Mapping[str, object] = field(default_factory=dict)
    watch: Watch | None = None

    def settled(self, settings: EvalSettings) -> Self:
        """Fill in what was left to the settings."""
        return replace(
            self,
            bar=self.bar or settings.bar,
            volume=settings.volume if self.volume is None else self.volume,
            seed=settings.seed if self.seed is None else self.seed,
        )

    @property
    def seconds(self) -> float | None:
        """What time it may take."""
        return None if self.minutes is None else 60.0 * self.minutes


def climb_options(chosen: Mapping[str, object]) -> ClimbOptions:
    """Sort what is chosen by name; raises `ConfigError` for what nobody can choose."""
    known = [one.name for one in fields(ClimbOptions)]
    for name in chosen:
        if name not in known:
            raise ConfigError(
                f"a climb has no option {name!r}{nearest(name, known)}",
                f"one of: {', '.join(known)}",
            )
    return ClimbOptions(**chosen)  # type: ignore[arg-type]


def climb_project(
    project: Project,
    questions: str | Path | Sequence[Question] | None = None,
    options: ClimbOptions = ClimbOptions(),
    *,
    progress: Progress | None = None,
) -> Verdict:
    """Measure the rungs of a project, and systems of the user's own, on the same questions.

    Raises `ProviderError` when the model cannot be reached; what was answered until then is kept.
    """
    chosen, typed = options.settled(project.settings.eval), again(project, questions, options)
    allowance = Allowance(options.seconds, options.dollars, again=typed)
    watched = allowance.watching(progress)
    with _prepared(project, questions, chosen, watched) as ready:
        search = ready.retrieval(project, chosen, allowance, watched)
        verdict = climb(
            ready.rungs,
            ready.report,
            evaluate=ready.cards.evaluate,
            stored=ready.cards.stored,
            bar=chosen.bar,
            volume=chosen.volume or 0,
            development=ready.development,
            strict=chosen.strict,
            everything=chosen.everything,
            allowance=allowance,
            price=ready.price,
            again=typed,
            seed=chosen.seed or 0,
            progress=progress,
        )
        if search:
            verdict = search.tuned(verdict)
        return told(
            project,
            replace(
                verdict,
                notes=tuple(_notes(project, ready, verdict, chosen, typed)),
                warnings=tuple(warnings(verdict, ready.ladder)),
            ),
            ready.asked.questions,
            examples=named_file(chosen.examples),
            price=ready.price,
        )


def _notes(
    project: Project, ready: Ready, verdict: Verdict, chosen: ClimbOptions, typed: Again
) -> Iterator[str]:
    """Say what stands beside a verdict."""
    yield from ready.asked.notes
    yield from verdict.notes
    yield from _leaked(ready.ladder, ready.report)
    yield from side_by_side(verdict, chosen.models, chosen.margin)
    yield from about_training(verdict, ready.ladder)
    yield from worth_a_search(verdict, typed)
    yield from ready.cards.notes
    if ready.cards.notes:  # "nothing changed" is about what was read
        yield from unsynced(project)


def plan_climb(
    project: Project,
    questions: str | Path | Sequence[Question] | None = None,
    options: ClimbOptions = ClimbOptions(),
) -> Estimate:
    """Say what a climb would take at most; nothing is asked and nothing is trained."""
    chosen = options.settled(project.settings.eval)
    allowance = Allowance(options.seconds, options.dollars)
    with _prepared(project, questions, chosen, None) as ready:
        known = {
            rung.name: card
            for rung in ready.rungs
            if not rung.needs and (card := ready.cards.stored(rung.name, ready.report))
        }
        whole = estimate(
            ready.rungs,
            ready.report,
            development=ready.development,
            cards=known,
            earlier=_earlier(project),
        )
        if search := ready.retrieval(project, chosen, allowance, None):
            return replace(whole, rungs=(*whole.rungs, *search.outlook(known)))
        return whole


def _earlier(project: Project) -> Mapping[str, Scorecard]:
    """Give what the last climb measured, if it is there."""
    try:
        return last(project).cards
    except (NotFound, StateError):  # never climbed, or not to be read any more
        return {}


# --- what is climbed, and with what -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """A climb before its first step."""

    asked: Asking
    ladder: Ladder
    rungs: list[Rung]
    report: Sequence[Question]
    development: Sequence[Question]
    cards: Scorecards
    price: Price
    kept: Completions

    def retrieval(
        self,
        project: Project,
        chosen: ClimbOptions,
        allowance: Allowance,
        progress: Progress | None,
    ) -> Retrieval | None:
        """Prepare the search for other settings of retrieval, if one is asked for.

        Raises `ConfigError` for an embedder that is named and not there.
        """
        if not chosen.tune_retrieval:
            return None
        return Retrieval(
            project,
            candidates_of(project) if self.development else (),
            self.ladder,
            self.kept,
            self.development,
            self.report,
            allowance,
            seed=chosen.seed or 0,
            fresh=chosen.fresh,
            progress=progress,
        )


@contextmanager
def _prepared(
    project: Project,
    questions: str | Path | Sequence[Question] | None,
    chosen: ClimbOptions,
    progress: Progress | None,
) -> Iterator[Ready]:
    """Understand all that is asked for before anything is asked; what is opened is closed again."""
    seed = chosen.seed or 0
    bar = read_bar(chosen.bar, volume=chosen.volume or 0) if chosen.bar else None
    asked = project._measuring.asking(questions)
    with ExitStack() as open_until:
        kept = Completions(project._folder.completions, fresh=chosen.fresh)
        open_until.enter_context(closing(kept))
        choice = Choice(
            examples=named_file(chosen.examples),
            names=chosen.rungs,
            model=chosen.model,
            models=chosen.models,
            tested=Path(asked.path or project.folder / project.settings.eval.questions_file),
            tune=chosen.tune,
            seed=seed,
            retrain=chosen.retrain,
            progress=progress,
            watch=chosen.watch,
        )
        ladder = ladder_of(project, choice, kept)
        foreign = opened(project, chosen.systems, [rung.name for rung in ladder.rungs])
        report, development = _split(project, ladder.rungs, asked.questions, chosen)
        cards = Scorecards(
            project,
            ladder,
            foreign,
            kept,
            open_until,
            questions_file=asked.file,
            development=development,
            voice=_voice(bar, ladder),
            judge=_judge(project, bar, ladder),
            seed=seed,
            fresh=chosen.fresh,
            progress=progress,
        )
        rungs = [*ladder.rungs, *rungs_of(foreign, ladder.rungs)]
        efforts = {rung.name: rung.effort for rung in rungs if rung.effort}
        price = pricing(project, *(rung.name for rung in rungs), efforts=efforts)
        yield Ready(asked, ladder, rungs, report, development, cards, price, kept)


def _split(
    project: Project, rungs: Sequence[Rung], questions: Sequence[Question], chosen: ClimbOptions
) -> tuple[Sequence[Question], Sequence[Question]]:
    """Set questions aside only where something is chosen by them."""
    raced = any(rung.variants and not rung.needs for rung in rungs)
    if not (raced or chosen.tune_retrieval) or len(questions) < LEAST_QUESTIONS:
        return questions, ()
    halves = split(questions, seed=chosen.seed or 0, stored=project._folder.climbing / SPLIT)
    return halves.report, halves.choose


def _voice(bar: Bar | None, ladder: Ladder) -> Path | None:
    """Say whose style counts, if any: learning a voice costs an answer to each example."""
    examples = ladder.climbings[0].examples
    return examples if _asks(bar, "style.") and examples.is_file() else None


def _judge(project: Project, bar: Bar | None, ladder: Ladder) -> Model | None:
    """Open the model that judges, if one is wanted: judging costs tokens."""
    settings = project.settings.eval
    if not settings.judge and not _asks(bar, "judge."):
        return None
    return judge_of(project._answering, settings.judge_model, ladder.climbings[0].model)


def _asks(bar: Bar | None, measures: str) -> bool:
    return bar is not None and any(one.metric.startswith(measures) for one in bar.requirements)


def _leaked(ladder: Ladder, questions: Sequence[Question]) -> Iterator[str]:
    """Warn of questions that stand in the examples: who has seen them knows the answer."""
    reads = {*TRAINED, *(kind.name for kind in RUNGS.values() if kind.examples)}
    if not any(kind_of(rung.name) in reads and not rung.needs for rung in ladder.rungs):
        return
    examples = ladder.climbings[0].examples
    lines = examples.read_text(encoding="utf-8", errors="replace").splitlines()
    leaked = [one for one in leakage_findings(questions, lines) if one.question_id]
    if leaked:
        yield (
            f"{len(leaked)} of the {len(questions)} questions stand in the examples, so rungs with "
            f"examples look better than they are: {leaked[0].message}."
        )
