"""A project, questions and a bar -> a verdict: which rung is enough.

Builds the rungs, hands them to the ladder, and keeps what was measured: climbing again asks only
what may have changed, and a climb that broke off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.assistants.rungs import RUNGS
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
from sartor.project.rungs import TRAINED, Climbing
from sartor.project.scorecards import Foreign, Scorecards
from sartor.project.whole_run import judge_of
from sartor.protocols import Model, Progress
from sartor.types import Question

if TYPE_CHECKING:
    from sartor.project.project import Project

SPLIT = "split.json"  # which questions choose, and which report

NO_SYSTEMS: Mapping[str, object] = {}


def climb_project(  # noqa: PLR0913  # what may be chosen for one climb
    project: Project,
    questions: str | Path | Sequence[Question] | None = None,
    *,
    examples: str | Path | None = None,
    bar: str = "",
    rungs: Sequence[str] | None = None,
    systems: Mapping[str, object] = NO_SYSTEMS,
    volume: int | None = None,
    strict: bool = False,
    seed: int | None = None,
    fresh: bool = False,
    model: str | Model | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Measure the rungs of a project, and systems of the user's own, on the same questions.

    `fresh` asks everything again, even where nothing changed. Raises `ProviderError` when the model
    cannot be reached; what was answered until then is kept.
    """
    settings = project.settings.eval
    seed = settings.seed if seed is None else seed
    volume = settings.volume if volume is None else volume
    bar = bar or settings.bar
    wanted = read_bar(bar, volume=volume) if bar else None  # before anything is asked
    asked = project._measuring.asking(questions)
    ladder = Climbing(
        project._answering,
        lambda: project._embedder,
        _examples(project, examples),
        template=project.settings.ask.template,
        given=model,
        local=bool(project.settings.model.path),
    )
    found = ladder.rungs(rungs)
    foreign = _foreign(project, systems)
    report, development = _split(project, found, asked.questions, seed)
    with ExitStack() as open_until:
        cards = Scorecards(
            project,
            ladder,
            foreign,
            open_until,
            questions_file=asked.file,
            development=development,
            voice=_voice(wanted, ladder),
            judge=_judge(project, wanted, ladder),
            seed=seed,
            fresh=fresh,
            progress=progress,
        )
        if project._ledger.last_change() and any(not rung.needs for rung in found):
            project._embedder.embed_query("warm up")  # loading the model is no question's latency
        verdict = climb(
            [*found, *_rungs_of(foreign, found)],
            report,
            evaluate=cards.evaluate,
            stored=cards.stored,
            bar=bar,
            volume=volume,
            development=development,
            strict=strict,
            seed=seed,
            progress=progress,
        )
    notes = (*verdict.notes, *_leaked(found, ladder, report), *cards.notes)
    return replace(verdict, notes=notes)


def _examples(project: Project, given: str | Path | None) -> Path:
    """Say where examples stand: the file that is named, which must be there, or the configured."""
    if given is None:
        return project.folder / project.settings.ask.examples_file
    path = Path(given).resolve()
    if not path.is_file():
        raise InputError(f"there is no file of examples {given}", "--examples FILE")
    return path


def _foreign(project: Project, systems: Mapping[str, object]) -> dict[str, Foreign]:
    """Open the user's own systems now: a wrong name must not come to light after an hour."""
    taken = sorted({*RUNGS, *TRAINED} & systems.keys())
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
