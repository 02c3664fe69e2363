"""Settings and the parts of a project -> scorecards, stored runs and comparisons.

    evaluate    questions, a system    -> a scorecard, and a run with its report
    diff        two runs or files      -> which is better, measure by measure
    gate        a run or questions     -> whether a bar holds

The project's own assistant is measured without its memory: an answer from the cache would be no
latency, and traces are for questions of users. Whoever measures owns the documents and sees all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

from sartor.checking import SupportChecker
from sartor.config import Settings
from sartor.errors import ConfigError, InputError, NotFound
from sartor.evaluation.answer_log import AnswerLog
from sartor.evaluation.asking import NOT_MEASURED
from sartor.evaluation.attributing import Remembered
from sartor.evaluation.measures import Scoring
from sartor.evaluation.reporting import render
from sartor.evaluation.run import evaluate
from sartor.evaluation.runs import Begun, Given, Runs
from sartor.evaluation.runs.folder import LATEST
from sartor.evaluation.systems import RecordedSystem, System, open_system
from sartor.evaluation.systems.assistants import AssistantSystem
from sartor.knowledge.ledger import Ledger
from sartor.ladder.bars import read_bar
from sartor.ladder.weighing import Price
from sartor.project.answering import Answering
from sartor.project.comparing import Difference, Gate, Measured, difference, gate
from sartor.project.folder import Folder
from sartor.project.given import GivenPassages
from sartor.project.recording import fingerprints, settings_of, versions
from sartor.project.requests import Asking, Requests
from sartor.project.whole_run import WholeRun, judge_of, silent_rules
from sartor.protocols import Checker, Corpus, Progress, Retriever, StreamingAssistant
from sartor.types import NO_METADATA, Question, Run, Scorecard

MOST_CHECKED = 5_000  # answers; checking what supports each sentence takes some 10 ms an answer
NOT_CHECKED = f"support was not checked: there are more than {MOST_CHECKED:,} answers"
NOBODY_PLAIN = "it takes documents or a model: somebody whose voice is not yours"
WITHOUT_DOCUMENTS = ("prompt", "few-shot")  # rungs that look into none
WARM_UP = "warm up"


class Measuring:
    """Measures what answers in a project, and keeps the runs."""

    def __init__(
        self,
        folder: Folder,
        settings: Settings,
        *,
        knowledge: Retriever,
        ledger: Ledger,
        answering: Answering,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._knowledge = knowledge
        self._ledger = ledger
        self._answering = answering
        self.runs = Runs(folder.runs)
        self._requests = Requests(folder.root, settings.eval.questions_file, self.runs)

    def evaluate(
        self,
        questions: str | Path | Sequence[Question] | None,
        system: object | None,
        *,
        name: str = "",
        style: Path | None = None,
        save: bool = True,
        resume: str | None = None,
        progress: Progress | None = None,
    ) -> Scorecard:
        """Measure a system, the project's own if none is given; store the run unless told not to.

        A run that was broken off goes on with `resume=ID`: only what is missing is asked again.
        """
        started = monotonic()
        if resume is not None and system is None:
            system, name = self._requests.system_before(resume, name)
        asked = self._requests.read(questions, resume)
        opened = self._own(name) if system is None else self.system(system, name)
        with ExitStack() as open_until:
            more = self._whole_run(open_until, style, progress)
            given = Given(_in_words(system), name, asked.path)
            begun = self._begun(opened, asked, given, resume) if save or resume else None
            if begun is not None and resume is None:
                open_until.enter_context(self._kept_only_with_answers(begun, asked))
            card = self._measured(
                opened, asked, begun, own=system is None, more=more, progress=progress
            )
        if begun is None:
            return card
        missing = any(row.error == NOT_MEASURED for row in card.rows)
        more_notes = [f"the others are asked by: sartor eval --resume {begun.id}"] * missing
        card = replace(card, run=begun.id, notes=(*more_notes, *card.notes))
        run = self._run(begun, asked, card, monotonic() - started)
        self.runs.save(run, render(run, corpus=self._corpus))
        return card

    def asking(self, questions: str | Path | Sequence[Question] | None) -> Asking:
        """Read the questions given, or the project's own."""
        return self._requests.read(questions)

    def system(self, given: object, name: str = "") -> System:
        """Open a system that is not the project's own."""
        return open_system(
            given,
            name=name,
            pricing=self._answering.prices,
            corpus=self._corpus,
            folder=self._folder.root,
        )

    def diff(
        self,
        first: str | Path,
        second: str | Path,
        questions: str | Path | Sequence[Question] | None = None,
        *,
        progress: Progress | None = None,
    ) -> Difference:
        """Compare two runs, or files of recorded answers to these questions."""
        sides = [self.measured(one, questions, progress=progress) for one in (first, second)]
        chosen = self._settings.eval
        return difference(*sides, seed=chosen.seed, resamples=chosen.resamples)

    def gate(
        self,
        about: str | Path | Scorecard | None,
        bar: str,
        *,
        pricing: Callable[[str], Price],
        strict: bool = False,
        progress: Progress | None = None,
    ) -> Gate:
        """Hold a run or a scorecard to a bar, or the configured assistant on questions.

        `pricing` gives, for the name of a system, what its answers are priced with.
        """
        chosen = self._settings.eval
        if not bar and not chosen.bar:
            raise ConfigError(
                "no bar is given, and eval.bar is empty",
                'sartor eval gate --bar "answers.correct >= 0.85"',
            )
        wanted = read_bar(bar or chosen.bar, volume=chosen.volume)  # before anything is asked
        if isinstance(about, Scorecard):
            asked = tuple(Question(row.question_id, "") for row in about.rows)
            measured = Measured(about.system, asked, about)
        elif about is not None and self._is_run(about):
            measured = self.measured(about)
        else:
            card = self.evaluate(about, None, progress=progress)
            measured = Measured(card.system, self._requests.read(about).questions, card)
        return gate(
            measured,
            wanted,
            volume=chosen.volume,
            strict=strict,
            seed=chosen.seed,
            price=pricing(measured.card.system),
        )

    def measured(
        self,
        given: str | Path,
        questions: str | Path | Sequence[Question] | None = None,
        *,
        progress: Progress | None = None,
    ) -> Measured:
        """Read a run, or measure a file of recorded answers without storing that."""
        if self._is_run(given):
            run = self.show(str(given))
            return Measured(run.id, run.questions, run.card)
        path = self._requests.file(given)
        if not path.exists():
            self.runs.find(str(given))  # says which runs there are
        asked = self._requests.read(questions)
        card = self.evaluate(asked.questions, path, save=False, progress=progress)
        return Measured(card.system, asked.questions, card)

    def report(self, id: str, to: Path | None = None) -> Path:
        """Give the report about a run, or write it to another file; one that is gone is renewed."""
        path = to or self.runs.report(id)
        if to is not None or not path.exists():
            page = render(self.runs.show(id, self._corpus), corpus=self._corpus)
            try:
                path.write_text(page, encoding="utf-8")
            except OSError as error:
                raise InputError(f"{path} cannot be written: {error.strerror}") from None
        return path

    def show(self, id: str) -> Run:
        """Read a run back, its citations over the documents as they are now."""
        return self.runs.show(id, self._corpus)

    # --- steps --------------------------------------------------------------------------------

    def _is_run(self, given: str | Path) -> bool:
        """Tell a run from a file: a file that is there is a file."""
        known = {run.id for run in self.runs.list()} | {LATEST}
        return str(given) in known and not self._requests.file(given).exists()

    def _own(self, name: str) -> System:
        if self._corpus is None and self._answering.rung() not in WITHOUT_DOCUMENTS:
            raise NotFound("this project has no documents yet", "sartor add DOCUMENTS")
        return AssistantSystem(self._assistant(), name=name or self._answering.rung())

    def _assistant(self) -> StreamingAssistant:
        """Build the configured assistant, with nothing remembered and everything loaded."""
        if self._corpus is not None:  # opening index and models is no question's latency
            self._answering.alike(WARM_UP, [WARM_UP])
            self._knowledge.search(WARM_UP, k=1, labels=None)
        return self._answering.forgetful(fallback=False).assistant(
            rung=None, model=None, adapter=None, filters=NO_METADATA, k=None
        )

    def _begun(self, system: System, asked: Asking, given: Given, resume: str | None) -> Begun:
        if resume is not None:
            return self.runs.resumed(resume, system.name, asked.questions)
        return self.runs.start(system.name, asked.file, asked.questions, given)

    @contextmanager
    def _kept_only_with_answers(self, begun: Begun, asked: Asking) -> Iterator[None]:
        """Leave nothing of a run that failed before its first answer."""
        try:
            yield
        except BaseException:
            log = AnswerLog(self.runs.log(begun.id))
            log.mend()
            if not log.answered(asked.questions, None):
                self.runs.delete(begun.id)
            raise

    def _measured(
        self,
        system: System,
        asked: Asking,
        begun: Begun | None,
        *,
        own: bool,
        more: WholeRun,
        progress: Progress | None,
    ) -> Scorecard:
        chosen = self._settings.eval
        documents = self._corpus is not None
        checker = checker_for(self._answering, len(asked.questions), documents=documents)
        corpus = None if self._corpus is None else Remembered(self._corpus)
        noted = begun is not None and not isinstance(system, RecordedSystem)
        rules = [silent_rules(self._answering.rules)] if own else []
        card = evaluate(
            system,
            asked.questions,
            scoring=Scoring(
                checker=checker,
                corpus=corpus,
                retriever=self._knowledge if own and corpus else None,
                k=chosen.k,
                similarity=self._answering.alike if checker and corpus else None,
            ),
            corpus=corpus,
            checker=checker,
            given=GivenPassages(self._answering, self._answering.rung()) if own else None,
            timeout=chosen.timeout,
            workers=chosen.workers,
            seed=chosen.seed,
            resamples=chosen.resamples,
            log=self.runs.log(begun.id) if begun is not None and noted else None,
            extra=[*more.measures, *rules],
            progress=progress,
        )
        unchecked = [NOT_CHECKED] if checker is None else []
        return replace(card, notes=(*asked.notes, *card.notes, *more.notes, *unchecked))

    def _whole_run(
        self, open_until: ExitStack, style: Path | None, progress: Progress | None
    ) -> WholeRun:
        """Prepare what is measured over a whole run, before anything is asked."""
        chosen = self._settings.eval
        more = WholeRun(open_until)
        if chosen.judge:
            model = judge_of(self._answering, chosen.judge_model, self._answering.model())
            kept = self._folder.judgements
            more.add_judge(model, kept, self._answering.prices, seed=chosen.seed)
        if style is not None and self._corpus is None and self._answering.model() is None:
            more.leave_voice(NOBODY_PLAIN)
        elif style is not None:
            more.add_voice(
                style,
                self._answering,
                self._answering.model(),
                timeout=chosen.timeout,
                seed=chosen.seed,
                progress=progress,
            )
        return more

    def _run(self, begun: Begun, asked: Asking, card: Scorecard, seconds: float) -> Run:
        """Write down what a scorecard was made with."""
        return Run(
            begun.id,
            begun.started,
            seconds,
            asked.file,
            asked.questions,
            settings=settings_of(self._settings, self._folder.root)
            | fingerprints(self._ledger, self._answering.embedder, begun.questions),
            versions=versions(),
            seed=self._settings.eval.seed,
            card=card,
        )

    # --- parts --------------------------------------------------------------------------------

    @property
    def _corpus(self) -> Corpus | None:
        """The documents, if there are any."""
        return self._answering.library if self._ledger.last_change() else None


def checker_for(answering: Answering, answers: int, *, documents: bool) -> Checker | None:
    """Choose what says whether texts support each other; without documents it goes by words."""
    if answers > MOST_CHECKED:
        return None
    return answering.checker if documents else SupportChecker(answering.library)


def _in_words(system: object | None) -> str | None:
    """Write a system as it was named; None where it was handed in as an object."""
    if system is None:
        return ""
    return str(system) if isinstance(system, str | Path) else None
