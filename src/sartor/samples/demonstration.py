"""The demonstration, step by step: documents in, a new edition, answers, and three climbs.

In goes a folder, out come steps as they happen; the table at the end is made of them. What is
printed, and how, it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from sartor.evaluation.questions import read_questions
from sartor.ladder.bars import read_bar
from sartor.ladder.verdict import Verdict
from sartor.samples.handbook import DOCUMENTS, make_handbook, renew
from sartor.types import Answer, Measurement, SyncReport

if TYPE_CHECKING:
    from sartor.project import Project
    from sartor.protocols import Progress

REVISED = "Can you tell me the floor of the Cardiff field crew?"  # the editions disagree
ASKED = (
    "What is the cancellation period of the Tuwen subscription?",
    "What causes error FX73?",
    "Who makes the Pefleck vacuum?",  # nobody says
)
RIGHT, IN_FORM = "answers.correct >= 0.7", "format.valid >= 0.9"
BARS = (RIGHT, IN_FORM, f"{RIGHT}, {IN_FORM}")
UNTRAINED = ("prompt", "few-shot", "long-context", "rag", "few-shot+rag")
TRAINED = ("lora", "lora+rag")
TRAINING = ("torch", "transformers", "peft", "accelerate")  # what the extra `tune` brings


@dataclass(frozen=True, slots=True)
class Scale:
    """How many of the test questions are asked, and of which rungs."""

    questions: int
    rungs: Sequence[str]


FULL = Scale(200, (*UNTRAINED, *TRAINED))  # of 310: enough to tell, and done in ten minutes
QUICK = Scale(60, UNTRAINED)


@dataclass(frozen=True, slots=True)
class Synced:
    """An edition of the documents was read."""

    edition: str
    report: SyncReport


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered from that edition."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Climbed:
    """One bar, what it asks for in words, and what the climb found; `seconds` it took."""

    wanted: str
    verdict: Verdict
    seconds: float


Step = Synced | Answered | Climbed


@dataclass(frozen=True, slots=True)
class Line:
    """A rung in the table: what was measured of it, and what it was chosen to be.

    `why` says why nothing was measured, where that is so.
    """

    rung: str
    measurements: Mapping[str, Measurement]
    chosen_for: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """All of it: the rungs side by side, and the verdict on each bar, in the order of the climbs.

    `reports` are the pages about them, by what was wanted.
    """

    folder: str
    reports: Mapping[str, str]
    seconds: float
    table: tuple[Line, ...]
    verdicts: tuple[Verdict, ...]


def can_tune() -> bool:
    """Say whether the extra is installed that runs and trains models on this machine."""
    return all(find_spec(name) for name in TRAINING)


def demonstrate(
    folder: Path, scale: Scale = FULL, *, progress: Progress | None = None
) -> Iterator[Step]:
    """Make the sample project in `folder` and show the main job on it."""
    with make_handbook(folder, model=can_tune()) as project:
        yield Synced("first edition", project.add(folder / DOCUMENTS, progress=progress))
        yield Answered(REVISED, project.ask(REVISED))
        renew(folder)
        yield Synced("new edition", project.sync(progress=progress))
        for question in (REVISED, *ASKED):
            yield Answered(question, project.ask(question))
        yield from _climbs(project, scale, progress)


def _climbs(project: Project, scale: Scale, progress: Progress | None) -> Iterator[Climbed]:
    """Hold the rungs to one bar after the other; what was measured once is not asked again."""
    asked = read_questions(project.folder / project.settings.eval.questions_file)
    for bar in BARS:
        started = monotonic()
        verdict = project.climb(
            asked[: scale.questions],
            bar=bar,
            rungs=scale.rungs,
            progress=progress,
        )
        wanted = read_bar(bar, volume=verdict.volume).wanted
        yield Climbed(wanted, verdict, monotonic() - started)


def lines(climbs: Sequence[Climbed]) -> tuple[Line, ...]:
    """Put the rungs of all climbs side by side, the simplest first."""
    found = [climb.verdict for climb in climbs]
    cards = {name: card for verdict in found for name, card in verdict.cards.items()}
    skipped = {name: why for v in found for name, why in {**v.missing, **v.unbuilt}.items()}
    names = [name for name in FULL.rungs if name in cards or name in skipped]
    return tuple(
        Line(
            name,
            dict(cards[name].measurements) if name in cards else {},
            tuple(climb.wanted for climb in climbs if climb.verdict.rung == name),
            "" if name in cards else skipped[name],
        )
        for name in names
    )
