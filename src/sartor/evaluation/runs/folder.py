"""All runs of a project: one folder each.

ID/begun.json       what was begun, when, with which questions
ID/answers.jsonl    the answers while it goes on; afterwards only if some questions failed
ID/run.json         the whole run, once it is done
ID/report.html      the report about it
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sartor.errors import ConfigError, NotFound, StateError, StorageError, nearest
from sartor.evaluation.runs.file import PART, is_whole, read_run, write_run
from sartor.evaluation.runs.purging import Gone, purge_log, purge_run
from sartor.evaluation.summary import CORRECT
from sartor.protocols import Library
from sartor.types import Measurement, Question, Run

LATEST = "latest"
BEGUN, ANSWERS, RUN, REPORT = "begun.json", "answers.jsonl", "run.json", "report.html"
LONGEST_NAME = 40
SECOND = len("20260131-120000")  # what every id begins with
SHOWN = 3  # ids in a message
SHARED_NAMES = 1000  # runs of one name in one second

Status = Literal["done", "unfinished", "broken"]


@dataclass(frozen=True, slots=True)
class Given:
    """What a run was asked to do, in the words of whoever asked: it goes on by its id alone.

    An empty `system` is the project's own; None is one that no words can name. `questions` is the
    path of their file.
    """

    system: str | None = None
    name: str = ""
    questions: str = ""


UNNAMED = Given()


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was begun; `started` is an ISO time, `questions` a fingerprint of them."""

    id: str
    started: str
    system: str
    questions_file: str
    questions: str
    count: int
    correct: Measurement | None = None
    seconds: float = 0.0
    given: Given = UNNAMED


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line about a run."""

    id: str
    started: str
    system: str
    questions_file: str
    questions: int
    correct: Measurement | None
    status: Status


class Runs:
    """The runs below one folder, newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(
        self,
        system: str,
        questions_file: str,
        questions: Sequence[Question],
        given: Given = UNNAMED,
    ) -> Begun:
        """Make the folder of a new run; no two runs ever share an id."""
        now = datetime.now(UTC)
        id = self._new_folder(f"{now:%Y%m%d-%H%M%S}-{_plain_name(system)}")
        begun = Begun(
            id,
            now.isoformat(timespec="microseconds"),  # runs of one second have an order
            system,
            questions_file,
            fingerprint(questions),
            len(questions),
            given=given,
        )
        self._note(begun)
        return begun

    def resumed(self, id: str, system: str, questions: Sequence[Question]) -> Begun:
        """Find a run to go on with.

        Raises `StateError` if nothing is missing, `ConfigError` if it was about something else.
        """
        begun = self.begun(id)
        id = begun.id
        if (self._folder / id / RUN).exists() and not self.log(id).exists():
            raise StateError(f"{id} is finished, and no question of it failed", "sartor runs show")
        if begun.system != system:
            raise ConfigError(
                f"{id} asked {begun.system!r}; now it would be {system!r}",
                "leave --resume out, or name the same system",
            )
        if begun.questions != fingerprint(questions):
            raise ConfigError(
                f"{id} asked other questions than stand in the file now",
                "leave --resume out: a run is about one set of questions",
            )
        return begun

    def begun(self, id: str) -> Begun:
        """Say how a run began; raises `NotFound`, or `StateError` if that is not known."""
        id = self.find(id)
        begun = self._begun(id)
        if begun is None:
            raise StateError(f"nobody knows what {id} was about", f"sartor runs delete {id}")
        return begun

    def log(self, id: str) -> Path:
        """Say where the answers of a run are noted while it goes on."""
        return self._folder / id / ANSWERS

    def report(self, id: str) -> Path:
        """Say where the report about a run stands."""
        return self._folder / self.find(id) / REPORT

    def save(self, run: Run, report: str = "") -> None:
        """Store a finished run and its report; noted answers stay only if some are missing."""
        folder = self._folder / run.id
        begun = self._begun(run.id)
        write_run(run, folder / RUN)
        if begun is not None:
            correct = run.card.measurements.get(CORRECT)
            self._note(replace(begun, correct=correct, seconds=run.seconds))
        if report:
            _put(folder / REPORT, report)
        if not any(row.error for row in run.card.rows):
            (folder / ANSWERS).unlink(missing_ok=True)

    def list(self) -> Sequence[RunSummary]:
        """Say one line about each run, newest first."""
        return [self._summary(id) for id in self._ids()]

    def show(self, id: str, library: Library | None = None) -> Run:
        """Read a run; raises `NotFound`, or `StateError` if it is damaged or not done."""
        id = self.find(id)
        path = self._folder / id / RUN
        if not path.exists():
            raise StateError(
                f"{id} is not finished", f"sartor eval --resume {id}, or sartor runs delete {id}"
            )
        return read_run(path, library)

    def delete(self, id: str) -> str:
        """Delete a run, whatever state it is in; return its id."""
        id = self.find(id)
        try:
            shutil.rmtree(self._folder / id)
        except OSError as error:
            raise StorageError(f"{id} cannot be deleted: {error.strerror}") from None
        return id

    def purge(self, gone: Gone) -> Sequence[str]:
        """Take documents out of every run; return the runs whose report must be written anew."""
        without = []
        for id in self._ids():
            folder = self._folder / id
            for part in folder.glob(f"*{PART}"):  # left by somebody who was interrupted
                part.unlink(missing_ok=True)
            purge_log(folder / ANSWERS, gone)
            if purge_run(folder / RUN, folder / REPORT, gone):
                without.append(id)
        return without

    def find(self, id: str) -> str:
        """Return the id that is meant: the one given, or that of the latest finished run."""
        known = self._ids()
        if id in known:
            return id
        if not known:
            raise NotFound("there are no runs yet", "sartor eval QUESTIONS")
        if id == LATEST:
            finished = (each for each in known if (self._folder / each / RUN).exists())
            return next(finished, known[0])
        last = ", ".join(known[:SHOWN])
        raise NotFound(
            f"no run {id!r}{nearest(id, known)}; the last ones: {last}", "sartor runs list"
        )

    # --- one folder ---------------------------------------------------------------------------

    def _ids(self) -> Sequence[str]:
        """Name all runs, the one that was begun last first."""
        if not self._folder.is_dir():
            return []
        ids = [each.name for each in self._folder.iterdir() if each.is_dir()]
        return sorted(ids, key=self._age, reverse=True)

    def _age(self, id: str) -> tuple[str, str, int, str]:
        """Say when a run was begun: to the second by its id, within that by its own note."""
        begun = self._begun(id)
        return id[:SECOND], begun.started if begun else "", len(id), id

    def _new_folder(self, name: str) -> str:
        for id in (name, *(f"{name}-{number}" for number in range(2, SHARED_NAMES))):
            try:
                (self._folder / id).mkdir(parents=True)
            except FileExistsError:
                continue
            except OSError as error:
                raise StorageError(
                    f"no run can be begun in {self._folder}: {error.strerror}"
                ) from None
            return id
        raise StorageError(f"{name} was begun {SHARED_NAMES} times in this second", "wait a second")

    def _note(self, begun: Begun) -> None:
        _put(self._folder / begun.id / BEGUN, json.dumps(asdict(begun)) + "\n")

    def _begun(self, id: str) -> Begun | None:
        try:
            row = json.loads((self._folder / id / BEGUN).read_text(encoding="utf-8"))
            correct = row["correct"] and Measurement(**row["correct"])
            given = Given(**row.get("given", {}))
            return Begun(**{**row, "correct": correct, "given": given})
        except (OSError, ValueError, KeyError, TypeError):
            return None  # it is reported as broken

    def _summary(self, id: str) -> RunSummary:
        begun, path = self._begun(id), self._folder / id / RUN
        if begun is None:
            return RunSummary(id, "", "", "", 0, None, "broken")
        status: Status = "unfinished"
        if path.exists():
            status = "done" if is_whole(path) else "broken"
        return RunSummary(
            id,
            begun.started,
            begun.system,
            begun.questions_file,
            begun.count,
            begun.correct,
            status,
        )


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}", "make room") from None


def fingerprint(questions: Sequence[Question]) -> str:
    """Name a set of questions: the same name only for the same questions in the same order."""
    return sha256("\n".join(map(repr, questions)).encode()).hexdigest()[:16]


def _plain_name(system: str) -> str:
    """Make what is safe and readable in a file name."""
    return re.sub(r"[^\w+-]+", "-", system, flags=re.ASCII).strip("-")[:LONGEST_NAME] or "run"
