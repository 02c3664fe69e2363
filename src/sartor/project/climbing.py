"""A project, questions and a bar -> a verdict: which rung is enough.

Builds the rungs, hands them to the ladder, and keeps what was measured: climbing again asks only
what may have changed, and a climb that broke off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sartor.assistants.rungs import RUNGS
from sartor.config.sections import EvalSettings
from sartor.errors import ConfigError, InputError
from sartor.evaluation.questions.leakage import leakage_findings
from sartor.evaluation.questions.splitting import split
from sartor.evaluation.systems import System
from sartor.evaluation.systems.opening import SCHEMES
from sartor.ladder.bars import Bar, read_bar
from sartor.ladder.climb import climb
from sartor.ladder.racing import LEAST_QUESTIONS
from sartor.ladder.rungs import Rung
from sartor.ladder.verdict import Verdict
from sartor.project.rungs import Climbing
from sartor.project.scorecards import Foreign, Scorecards
from sartor.project.unsynced import unsynced
from sartor.project.whole_run import judge_of
from sartor.protocols import Model, Progress
from sartor.types import Question

if TYPE_CHECKING:
    from sartor.project.project import Project

SPLIT = "split.json"  # which questions choose, and which report


@dataclass(frozen=True, slots=True)
class ClimbOptions:
    """What may be chosen for one climb; None: what the settings say.

    With `rungs=()` only the `systems` are measured. `fresh` asks everything again, even where
    nothing changed.
    """

    examples: str | Path | None = None
    bar: str = ""
    rungs: Sequence[str] | None = None
    systems: Mapping[str, object] = field(default_factory=dict)
    volume: int | None = None
    strict: bool = False
    seed: int | None = None
    fresh: bool = False
    model: str | Model | None = None

    def settled(self, settings: EvalSettings) -> Self:
        """Fill in what was left to the settings."""
        return replace(
            self,
            bar=self.bar or settings.bar,
            volume=settings.volume if self.volume is None else self.volume,
            seed=settings.seed if self.seed is None else self.seed,
        )


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
    chosen = options.settled(project.settings.eval)
    volume, seed = chosen.volume or 0, chosen.seed or 0
    bar = read_bar(chosen.bar, volume=volume) if chosen.bar else None  # before anything is asked
    asked = project._measuring.asking(questions)
    ladder = _ladder(project, chosen)
    found = ladder.rungs(chosen.rungs)
    foreign = _foreign(project, chosen.systems, found)
    report, development = _split(project, found, asked.questions, seed)
    with ExitStack() as open_until:
        cards = Scorecards(
            project,
            ladder,
            foreign,
            open_until,
            questions_file=asked.file,
            development=development,
            voice=_voice(bar, ladder),
            judge=_judge(project, bar, ladder),
            seed=seed,
            fresh=chosen.fresh,
            progress=progress,
        )
        _warm_up(project, found)
        verdict = climb(
            [*found, *_rungs_of(foreign, found)],
            report,
            evaluate=cards.evaluate,
            stored=cards.stored,
            bar=chosen.bar,
            volume=volume,
            development=development,
            strict=chosen.strict,
            seed=seed,
            progress=progress,
        )
    stale = unsynced(project) if cards.notes else ()  # "nothing changed" is about what was read
    notes = (*asked.notes, *verdict.notes, *_leaked(found, ladder, report), *cards.notes, *stale)
    return replace(verdict, notes=notes)


def _ladder(project: Project, chosen: ClimbOptions) -> Climbing:
    return Climbing(
        project._answering,
        lambda: project._embedder,
        _examples(project, chosen.examples),
        template=project.settings.ask.template,
        given=chosen.model,
        local=bool(project.settings.model.path),
    )


def _warm_up(project: Project, rungs: Sequence[Rung]) -> None:
    """Load the embedder before anything is timed, where a rung will need it."""
    if project._ledger.last_change() and any(not rung.needs for rung in rungs):
        project._embedder.embed_query("warm up")


def _examples(project: Project, given: str | Path | None) -> Path:
    """Say where examples stand: the file that is named, which must be there, or the configured."""
    if given is None:
        return project.folder / project.settings.ask.examples_file
    path = Path(given).resolve()
    if not path.is_file():
        raise InputError(f"there is no file of examples {given}", "--examples FILE")
    return path


def _foreign(
    project: Project, systems: Mapping[str, object], ours: Sequence[Rung]
) -> dict[str, Foreign]:
    """Open the user's own systems now: a wrong name must not come to light after an hour."""
    taken = sorted({rung.name for rung in ours} & systems.keys())
    if taken:
        raise ConfigError(
            f"{taken[0]!r} is the name of a rung, and of a system", f"--system my-{taken[0]}=WHAT"
        )
    return {
        name: Foreign(project._measuring.system(given, name), _identity(project, given))
        for name, given in systems.items()
    }


def _rungs_of(systems: Mapping[str, Foreign], ours: Sequence[Rung]) -> list[Rung]:
    """Put the user's own systems behind our rungs, as they were declared."""
    last = max((rung.order for rung in ours), default=0)
    return [
        Rung(name, order, partial(_as_it_is, one.system))
        for order, (name, one) in enumerate(systems.items(), start=last + 1)
    ]


def _as_it_is(system: System) -> System:
    return system


def _split(
    project: Project, rungs: Sequence[Rung], questions: Sequence[Question], seed: int
) -> tuple[Sequence[Question], Sequence[Question]]:
    """Set questions aside only where something is chosen by them."""
    raced = any(rung.variants and not rung.needs for rung in rungs)
    if not raced or len(questions) < LEAST_QUESTIONS:
        return questions, ()
    halves = split(questions, seed=seed, stored=project._folder.climbing / SPLIT)
    return halves.report, halves.choose


def _voice(bar: Bar | None, ladder: Climbing) -> Path | None:
    """Say whose style counts, if any: learning a voice costs an answer to each example."""
    return ladder.examples if _asks(bar, "style.") and ladder.examples.is_file() else None


def _judge(project: Project, bar: Bar | None, ladder: Climbing) -> Model | None:
    """Open the model that judges, if one is wanted: judging costs tokens."""
    settings = project.settings.eval
    if not settings.judge and not _asks(bar, "judge."):
        return None
    return judge_of(project._answering, settings.judge_model, ladder.model)


def _asks(bar: Bar | None, measures: str) -> bool:
    return bar is not None and any(one.metric.startswith(measures) for one in bar.requirements)


def _leaked(
    rungs: Sequence[Rung], ladder: Climbing, questions: Sequence[Question]
) -> Iterator[str]:
    """Warn of questions that stand in the examples: who has seen them knows the answer."""
    reads = {kind.name for kind in RUNGS.values() if kind.examples}
    if not any(rung.name in reads and not rung.needs for rung in rungs):
        return
    lines = ladder.examples.read_text(encoding="utf-8", errors="replace").splitlines()
    leaked = [one for one in leakage_findings(questions, lines) if one.question_id]
    if leaked:
        yield (
            f"{len(leaked)} of the {len(questions)} questions stand in the examples, so rungs with "
            f"examples look better than they are: {leaked[0].message}."
        )


def _identity(project: Project, given: object) -> str | None:
    """Name a system that can be known again: a file by its content, an address by itself."""
    if isinstance(given, str) and given.lower().startswith(SCHEMES):
        return given
    if not isinstance(given, str | Path):
        return None
    places = (Path(given), project.folder / given)
    path = next((place for place in places if place.is_file()), None)
    return sha256(path.read_bytes()).hexdigest() if path else None
