"""A system and questions -> what became of each question.

What a system raises costs that question alone, and so does hanging: it is left behind in its
thread, and the next question goes to a new one. Knows nothing about right and wrong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from sartor.errors import ConfigError, KeyRefused, SartorError, Unreachable
from sartor.evaluation.answer_log import AnswerLog
from sartor.evaluation.asked import Asked
from sartor.evaluation.systems import NoAnswer, RecordedSystem, Reply, System
from sartor.protocols import Library, Progress
from sartor.types import Question

HOPELESS = (ConfigError, KeyRefused)  # every other question would fail for the same reason
PATIENCE = 1.1  # times the timeout until a thread is left behind: some stop by themselves
MOST_SILENT = 10  # questions in a row without any sign of life, then nobody asks any more
FIRST_SILENT = 5  # ... where there never was one
MOST_HANGING = 50  # threads left behind that have not come back: each holds memory, maybe a socket
STAGE = "asking"
# The error of questions that tell nothing of a system, because it was gone.
NOT_MEASURED = "not measured: the system gave no sign of life any more"


@dataclass(frozen=True, slots=True)
class AllAsked:
    """What became of all questions, in their order, and what the reader should know of it."""

    outcomes: tuple[Asked, ...]
    notes: tuple[str, ...] = ()


def ask_all(
    system: System,
    questions: Sequence[Question],
    *,
    timeout: float,
    workers: int = 1,
    log: AnswerLog | None = None,
    library: Library | None = None,
    progress: Progress | None = None,
) -> AllAsked:
    """Ask all questions; those whose answers stand in the log are not asked again.

    A wrong setting or a refused key ends it at once. So do ten questions in a row without a sign
    of life: they and the others are not measured, and a run with a log can be taken up later.
    Raises `Unreachable` when there never was a sign of life.
    """
    done: dict[str, Asked] = {}
    if log is not None:
        log.mend()
        done = log.answered(questions, library)
    notes = [f"{len(done)} answers were there from before"] if done else []
    waiting = [question for question in questions if question.id not in done]
    silent: list[str] = []  # the latest questions in a row that got no sign of life
    heard, last = False, ""
    for asked, alive in _answers(system, waiting, timeout, workers):
        done[asked.question.id] = asked
        silent = [] if alive else [*silent, asked.question.id]
        heard, last = heard or alive, asked.error
        if log is not None:
            log.append(asked)
        if progress:
            progress(STAGE, len(done), len(questions))
        if len(silent) == (MOST_SILENT if heard else FIRST_SILENT):
            break
    if waiting and not heard:
        many = f"{len(silent)} questions in a row" if len(silent) > 1 else "the question"
        raise Unreachable(
            f"{many} got no sign of life: {last}",
            "is the system running? a longer wait: --set eval.timeout=SECONDS",
        )
    gone = len(silent) == MOST_SILENT
    if gone:
        done = {id: asked for id, asked in done.items() if id not in silent}
    if len(done) < len(questions):
        notes.append(_given_up(len(questions) - len(done), len(questions), last if gone else ""))
    return AllAsked(
        tuple(done.get(each.id) or _not_measured(each) for each in questions), tuple(notes)
    )


def _answers(
    system: System, questions: Sequence[Question], timeout: float, workers: int
) -> Iterator[tuple[Asked, bool]]:
    """Yield what becomes of each question, and whether the system gave a sign of life."""
    if isinstance(system, RecordedSystem):  # cannot hang: a hundred thousand rows need no threads
        return ((_recorded(system, question), True) for question in questions)
    return _Crew(system, timeout, workers).answers(questions)


def _recorded(system: RecordedSystem, question: Question) -> Asked:
    try:
        return _heard(question, system.ask(question))
    except NoAnswer as error:
        return Asked(question, None, str(error))


def _given_up(missing: int, count: int, last: str) -> str:
    why = f"{MOST_HANGING} of them hang at the same time"
    if last:
        why = f"{MOST_SILENT} in a row got no sign of life ({last})"
    return (
        f"{missing} of {count} questions are not measured, as {why}: no figure counts them, all "
        "are about the others alone"
    )


def _not_measured(question: Question) -> Asked:
    return Asked(question, None, NOT_MEASURED)


# --- threads ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Asker:
    """A thread that asks one question after the other, and the one it is at."""

    system: System
    outcomes: SimpleQueue[tuple[_Asker, Asked | BaseException, bool]]
    tasks: SimpleQueue[tuple[Question, float] | None] = field(default_factory=SimpleQueue)
    at: Question | None = None
    until: float = 0.0
    thread: Thread = field(init=False)

    def start(self) -> _Asker:
        self.thread = Thread(target=self._work, name="sartor-asking", daemon=True)
        self.thread.start()
        return self

    def give(self, question: Question, timeout: float) -> None:
        now = monotonic()
        self.at, self.until = question, now + PATIENCE * timeout
        self.tasks.put((question, now + timeout))

    def _work(self) -> None:
        while (task := self.tasks.get()) is not None:
            outcome, alive = _outcome(self.system, *task)
            self.outcomes.put((self, outcome, alive))


class _Crew:
    """As many askers as questions are asked at once; one that hangs is replaced."""

    def __init__(self, system: System, timeout: float, workers: int) -> None:
        self._system = system
        self._timeout = timeout
        self._workers = workers
        self._left: list[_Asker] = []
        self._outcomes: SimpleQueue[tuple[_Asker, Asked | BaseException, bool]] = SimpleQueue()

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Asked, bool]]:
        """Yield what becomes of each question, and whether the system gave a sign of life."""
        waiting = deque(questions)
        busy: list[_Asker] = []
        try:
            for question in [waiting.popleft() for _ in range(min(self._workers, len(waiting)))]:
                busy.append(self._new())
                busy[-1].give(question, self._timeout)
            while busy:
                asker, outcome, alive = self._next(busy)
                if isinstance(outcome, BaseException):
                    raise outcome
                yield outcome, alive  # whoever listens may have heard enough
                busy.remove(asker)
                if waiting and not self._too_many_hang():
                    free = asker if asker.at is not None else self._new()
                    free.give(waiting.popleft(), self._timeout)
                    busy.append(free)
                else:
                    asker.tasks.put(None)
        finally:
            for asker in busy:
                asker.tasks.put(None)

    def _new(self) -> _Asker:
        return _Asker(self._system, self._outcomes).start()

    def _next(self, busy: Sequence[_Asker]) -> tuple[_Asker, Asked | BaseException, bool]:
        """Wait for the next outcome, but for no question longer than it may take."""
        while True:
            first = min(busy, key=lambda asker: asker.until)
            try:
                found = self._outcomes.get(timeout=max(0.0, first.until - monotonic()))
            except Empty:
                return first, self._left_behind(first), False
            if found[0].at is not None:  # one that was left behind is not listened to any more
                return found

    def _too_many_hang(self) -> bool:
        self._left = [asker for asker in self._left if asker.thread.is_alive()]
        return len(self._left) >= MOST_HANGING

    def _left_behind(self, asker: _Asker) -> Asked:
        assert asker.at is not None  # noqa: S101  # it is busy
        question, asker.at = asker.at, None
        asker.tasks.put(None)  # should it ever come back, it ends
        self._left.append(asker)
        return Asked(question, None, f"no answer within {self._timeout:g} s")


def _outcome(
    system: System, question: Question, deadline: float
) -> tuple[Asked | BaseException, bool]:
    """Ask, and catch what can be caught: any system may stand here, and the rest goes on."""
    try:
        reply = system.ask(question, deadline)
    except HOPELESS as error:
        return error, True
    except NoAnswer as error:
        return Asked(question, None, str(error)), True
    except SartorError as error:
        alive = not isinstance(error, Unreachable) and monotonic() < deadline
        return Asked(question, None, _named(error, error.args[0])), alive
    except (Exception, SystemExit) as error:  # noqa: BLE001  # it is the outcome of this question
        return Asked(question, None, _named(error, str(error))), True
    return _heard(question, reply), True


def _heard(question: Question, reply: Reply) -> Asked:
    return Asked(
        question,
        reply.answer,
        seconds=reply.seconds,
        first_token=reply.first_token,
        label=reply.label,
        claimed=reply.claimed,
    )


def _named(error: BaseException, told: str) -> str:
    return f"{type(error).__name__}: {told}"
