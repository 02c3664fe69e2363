"""The last climb, or stored runs -> what each rung would cost in a month, side by side.

Nothing is asked: tokens, seconds and prices are those that were measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TYPE_CHECKING

from sartor.errors import ConfigError, NotFound
from sartor.evaluation.asked import Asked
from sartor.ladder.costing.answers import answered
from sartor.ladder.costing.assumptions import Assumption
from sartor.ladder.costing.report import CostReport, Subject, cost_report
from sartor.ladder.rungs import Effort
from sartor.project.assuming import CHARACTERS, Assuming, is_ours
from sartor.types import Run

if TYPE_CHECKING:
    from sartor.project.project import Project

THOUSANDS = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, as far as costs need it. `origin` names the runs in words."""

    subjects: tuple[Subject, ...]
    origin: str
    clusters: Mapping[str, str]
    question_tokens: float
    chosen: str | None = None
    efforts: Mapping[str, Effort] = field(default_factory=dict)


def cost_project(
    project: Project, *, volumes: Sequence[int | str] = (), runs: Sequence[str] = ()
) -> CostReport:
    """Project what the rungs of the last climb cost, or those of the runs that are named.

    Raises `NotFound` when nothing was measured yet.
    """
    found = _of_runs(project, runs) if runs else _of_last_climb(project)
    wanted = [read_volume(one) for one in volumes or project.settings.cost.volumes]
    names = [one.name for one in found.subjects]
    models = {answer.model for one in found.subjects for answer in answered(one.card).values()}
    assuming = Assuming(project, found.efforts, found.question_tokens)
    like_these = Assumption(
        "questions", found.origin, "those to come take as much as these did", "measured"
    )
    return cost_report(
        found.subjects,
        sorted({*wanted}),
        assuming.assumptions(names),
        chosen=found.chosen,
        stated=(like_these, *assuming.stated(names, models)),
        notes=tuple(_notes(found)),
        clusters=found.clusters,
        seed=project.settings.eval.seed,
    )


def _notes(found: Measured) -> Iterator[str]:
    """Say what is not in the figures."""
    theirs = [one.name for one in found.subjects if not is_ours(one.name)]
    if theirs:
        yield (
            f"What {', '.join(theirs)} may take besides answers (disk, training, people) is not "
            "known here, and not in the figures."
        )
    if any(one.like for one in found.subjects):
        yield "A rung (like another) was not built: its answers are taken to be as long."
    failed = sum(row.answer is None for one in found.subjects for row in one.card.rows)
    if failed:
        yield f"{failed} questions without an answer are not in the figures."
    yield "The machine that Sartor itself runs on is the same for every rung, and not counted."


def read_volume(given: int | str) -> int:
    """Read "100k" as a number of questions a month; raises `ConfigError`."""
    plain = str(given).strip().lower().replace(",", "").replace("_", "")
    factor = THOUSANDS.get(plain[-1:], 1)
    try:
        volume = round(float(plain if factor == 1 else plain[:-1]) * factor)
    except (ValueError, OverflowError):
        volume = 0
    if volume < 1:
        raise ConfigError(f"the volume {given!r}; expected questions a month", "--volume 100k")
    return volume


# --- what was measured --------------------------------------------------------------------------


def _of_last_climb(project: Project) -> Measured:
    """Take the rungs of the last climb, and those that it did not build."""
    from sartor.project.verdicts import last

    try:
        verdict = last(project)
    except NotFound as error:
        raise NotFound(
            "nothing was climbed here yet, so there is nothing to project from",
            "sartor climb QUESTIONS, or sartor cost --run ID",
        ) from error
    built = [Subject(name, verdict.cards[name]) for name in verdict.considered]
    runs = [project.run(one.card.run) for one in built[:1]]
    more = tuple(_unbuilt(project, verdict.unbuilt, {one.name: one for one in built}))
    return Measured(
        subjects=(*built, *(subject for subject, _ in more)),
        origin=f"{_counted(runs)}, the last climb",
        clusters=verdict.clusters,
        question_tokens=_question_tokens(runs),
        chosen=verdict.rung,
        efforts={subject.name: effort for subject, effort in more},
    )


def _unbuilt(
    project: Project, names: Mapping[str, str], built: Mapping[str, Subject]
) -> Iterator[tuple[Subject, Effort]]:
    """Let a rung that was not built answer as the one does that it is like."""
    from sartor.project.completions import Completions
    from sartor.project.ladders import Choice, ladder_of

    if not names:
        return
    choice = Choice(tested=project.folder / project.settings.eval.questions_file)
    with closing(Completions(project._folder.completions)) as kept:
        for rung in ladder_of(project, choice, kept).rungs:
            if rung.name in names and rung.like in built:
                card = replace(built[rung.like].card, run="")
                yield Subject(rung.name, card, rung.like), rung.effort or Effort()


def _of_runs(project: Project, ids: Sequence[str]) -> Measured:
    runs = [project.run(id) for id in ids]
    names = [run.settings.get("climb.rung") or run.card.system for run in runs]
    subjects = [
        Subject(name if names.count(name) == 1 else f"{name} ({run.id})", run.card)
        for name, run in zip(names, runs, strict=True)
    ]
    clusters = {one.id: Asked(one, None).cluster for run in runs for one in run.questions}
    origin = f"{_counted(runs)}, {', '.join(run.id for run in runs)}"
    return Measured(tuple(subjects), origin, clusters, _question_tokens(runs))


def _counted(runs: Sequence[Run]) -> str:
    """Say how many questions the runs asked."""
    counts = sorted({len(run.questions) for run in runs}) or [0]
    return f"{' or '.join(f'{one:,}' for one in counts)} questions"


def _question_tokens(runs: Sequence[Run]) -> float:
    lengths = [len(question.text) for run in runs for question in run.questions]
    return fmean(lengths) / CHARACTERS if lengths else 0.0
