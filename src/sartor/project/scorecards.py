"""A rung and questions -> its scorecard: from the disk where nothing changed, else by asking.

Each scorecard is a stored run. What it depends on (questions, documents, settings, prompts, model)
gives it a key; under that key it is found again, and a run that broke off is gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from sartor.errors import InputError, ProviderError, Unreachable
from sartor.evaluation.asking import NOT_MEASURED
from sartor.evaluation.attributing import Remembered
from sartor.evaluation.measures import Scoring
from sartor.evaluation.run import RunMeasure, evaluate
from sartor.evaluation.runs import Begun, Runs
from sartor.evaluation.systems import RecordedSystem, open_system
from sartor.project.completions import Completions, Retimed
from sartor.project.keys import Keys
from sartor.project.measuring import checker_for
from sartor.project.recording import fingerprints, settings_of, versions
from sartor.project.rungs import Ladder
from sartor.project.shelf import Shelf
from sartor.project.theirs import Foreign
from sartor.project.watching import Watched
from sartor.project.whole_run import WholeRun, silent_rules
from sartor.protocols import GroundedAssistant, Model, Progress
from sartor.types import Question, Run, Scorecard

if TYPE_CHECKING:
    from sartor.project.project import Project

EVERYTHING = "all documents were read for each question; those with bearing on it are stored"
RESUME = "sartor climb again goes on where it stopped"


class Scorecards:
    """Measures the rungs of one climb, and keeps their scorecards.

    What models write is `kept`. `development` are the questions that only choose, `voice` is a file
    of examples whose style the answers are compared with, `judge` is a model that judges them. With
    `fresh`, everything is asked again. What is opened stays open until `open_until` is closed.
    """

    def __init__(  # noqa: PLR0913  # what one climb is measured with
        self,
        project: Project,
        ladder: Ladder,
        foreign: Mapping[str, Foreign],
        kept: Completions,
        open_until: ExitStack,
        *,
        questions_file: str = "",
        development: Sequence[Question] = (),
        voice: Path | None = None,
        judge: Model | None = None,
        seed: int = 0,
        fresh: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._root = project.folder
        self._settings = project.settings
        self._answering = project._answering
        self._has_documents = bool(project._ledger.last_change())
        self._shelf = Shelf(project._folder.climbing, project._measuring.runs)
        self._ladder = ladder
        self._project = project
        self._keys = Keys(project, voice, judge.name if judge else "", seed)
        self._kept = kept
        self._foreign = foreign
        self._file = questions_file
        self._choosing = {question.id for question in development}
        self._voice = voice
        self._seed = seed
        self._fresh = fresh
        self._progress = progress
        self._reused: list[str] = []
        self._over_all = WholeRun(open_until)
        if judge:
            self._over_all.add_judge(
                judge, project._folder.judgements, self._answering.prices, seed=seed
            )

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what was not asked again."""
        names, given = ", ".join(dict.fromkeys(self._reused)), self._kept.given
        again = [
            f"Measured before, and nothing changed since: {names} (--fresh asks again).",
        ]
        remembered = [
            f"{given:,} completions were remembered: the model wrote them to the very same prompts "
            "before. Their seconds are those measured then (--fresh asks again)."
        ]
        return (*(again if names else ()), *(remembered if given else ()))

    @cached_property
    def _whole(self) -> WholeRun:
        """Learn the voice, where it is asked for: not before something is measured."""
        if self._voice:
            self._over_all.add_voice(
                self._voice,
                self._answering,
                self._ladder.climbings[0].model,
                timeout=self._settings.eval.timeout,
                seed=self._seed,
                progress=self._progress,
            )
        return self._over_all

    def stored(self, name: str, questions: Sequence[Question]) -> Scorecard | None:
        """Find the scorecard of a rung where nothing changed and no question failed."""
        key = self._key(name, questions)
        if key is None or self._fresh:
            return None
        card = self._shelf.find(self._runs(questions), key, self._answering.library)
        if card is None or any(row.error for row in card.rows):
            return None
        self._reused.append(name)
        return card

    def evaluate(self, name: str, system: object, questions: Sequence[Question]) -> Scorecard:
        """Ask and measure, and keep what comes of it.

        Raises `Unreachable` when the model of one of our rungs is gone.
        """
        runs, key = self._runs(questions), self._key(name, questions)
        known = None if self._fresh else key
        begun = self._shelf.begin(runs, known, name, self._file, questions)
        if key:
            self._shelf.note(key, begun.id)
        since = perf_counter()
        ask = self._theirs if name in self._foreign else self._our_own
        card = replace(ask(name, system, questions, runs.log(begun.id)), run=begun.id)
        run = Run(
            id=begun.id,
            started=begun.started,
            seconds=perf_counter() - since,
            questions_file=self._file,
            questions=tuple(questions),
            settings=self._told(name, begun),
            versions=versions(),
            seed=self._seed,
            card=card,
        )
        runs.save(run, self._report(run) if runs is self._shelf.reported else "")
        return card

    def _told(self, name: str, begun: Begun) -> Mapping[str, str]:
        """Write down what a scorecard was made with."""
        ledger, embedder = self._project._ledger, self._answering.embedder
        return {
            "climb.rung": name,
            **settings_of(self._settings, self._root),
            **fingerprints(ledger, embedder, begun.questions),
        }

    # --- asking -------------------------------------------------------------------------------

    def _our_own(
        self, name: str, system: object, questions: Sequence[Question], log: Path
    ) -> Scorecard:
        """Ask a rung of ours; when its model is gone, nothing that follows is an answer of it."""
        self._warm_up()
        watched = Watched(Retimed(open_system(system, name=name), self._kept))
        reports = self._runs(questions) is self._shelf.reported
        climbing = self._ladder.of(name)
        given = climbing.grounded(name) if reports else None
        try:
            card = self._asked(watched, questions, log, given, silent_rules(self._answering.rules))
        except Unreachable as error:  # it never gave an answer
            raise Unreachable(f"{name}: {(watched.lost or error).args[0]}", RESUME) from error
        if watched.lost or _given_up(card):
            done = sum(row.answer is not None for row in card.rows)
            reason = watched.lost.args[0] if watched.lost else "it gave no sign of life any more"
            raise Unreachable(
                f"{name} broke off after {done} of {len(questions)} questions: {reason}", RESUME
            )
        return _slim(card, questions) if climbing.reads_everything(name) else card

    def _warm_up(self) -> None:
        """Load the embedder before anything is timed."""
        if self._has_documents:
            self._project._embedder.embed_query("warm up")

    def _theirs(
        self, name: str, system: object, questions: Sequence[Question], log: Path
    ) -> Scorecard:
        """Ask a system of the user's own: what is wrong with it ends nothing else."""
        try:
            on_disk = isinstance(system, RecordedSystem)  # its answers need no noting
            card = self._asked(system, questions, None if on_disk else log, None)
        except ProviderError as error:
            raise InputError(error.args[0], error.hint) from error
        if _given_up(card):
            raise InputError(f"{name} gave no sign of life any more", RESUME)
        return card

    def _asked(
        self,
        system: object,
        questions: Sequence[Question],
        log: Path | None,
        given: GroundedAssistant | None,
        *more: RunMeasure,
    ) -> Scorecard:
        settings = self._settings.eval
        corpus = Remembered(self._answering.library) if self._has_documents else None
        checker = checker_for(self._answering, len(questions), documents=self._has_documents)
        similarity = self._answering.alike if checker and corpus else None
        card = evaluate(
            system,
            questions,
            scoring=Scoring(checker=checker, corpus=corpus, k=settings.k, similarity=similarity),
            corpus=corpus,
            checker=checker,
            given=given,
            timeout=settings.timeout,
            workers=settings.workers,
            seed=self._seed,
            resamples=settings.resamples,
            log=log,
            extra=[*self._whole.measures, *more],
            progress=self._progress,
        )
        return replace(card, notes=(*card.notes, *self._whole.notes))

    # --- keeping ------------------------------------------------------------------------------

    def _runs(self, questions: Sequence[Question]) -> Runs:
        chooses = questions[0].id in self._choosing
        return self._shelf.choosing if chooses else self._shelf.reported

    def _key(self, name: str, questions: Sequence[Question]) -> str | None:
        """Name all that decides a scorecard; None where that cannot be known."""
        if name in self._foreign:
            identity = self._foreign[name].identity
            return identity and self._keys.foreign(name, identity, questions)
        return self._keys.ours(name, self._ladder.of(name), questions)

    def _report(self, run: Run) -> str:
        from sartor.evaluation.reporting import render

        return render(run, corpus=self._answering.library)


def _slim(card: Scorecard, questions: Sequence[Question]) -> Scorecard:
    """Leave out of what was read that which has no bearing on the answer.

    Where everything is read for every question, it would be stored once for each of them.
    """
    gold = {one.id: {piece.document for piece in one.evidence} for one in questions}
    rows = []
    for row in card.rows:
        answer = row.answer
        if answer:
            bearing = gold[row.question_id] | {cited.document_id for cited in answer.citations}
            kept = tuple(one for one in answer.context if one.document_id in bearing)
            answer = replace(answer, context=kept)
        rows.append(replace(row, answer=answer))
    return replace(card, rows=tuple(rows), notes=(*card.notes, EVERYTHING))


def _given_up(card: Scorecard) -> bool:
    return any(row.error == NOT_MEASURED for row in card.rows)
