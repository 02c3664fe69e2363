"""What is to be measured, as people say it -> questions, files, and what a broken run was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sartor.errors import ConfigError
from sartor.evaluation.questions import accepted, read_and_told
from sartor.evaluation.runs import Runs
from sartor.types import Question

HANDED_IN = "(handed in)"


@dataclass(frozen=True, slots=True)
class Asking:
    """Questions, the name of the file they are from, and what of it was left out."""

    questions: tuple[Question, ...]
    file: str
    notes: tuple[str, ...] = ()
    path: str = ""  # where the file lies


class Requests:
    """Reads what is asked for, from here or from the project's folder."""

    def __init__(self, root: Path, own_file: str, runs: Runs) -> None:
        self._root = root
        self._own_file = own_file
        self._runs = runs

    def read(
        self, questions: str | Path | Sequence[Question] | None, resume: str | None = None
    ) -> Asking:
        """Read the questions given, else those of the run, else the project's file."""
        if questions is None and resume is not None:
            questions = self._questions_before(resume)
        if questions is None:
            questions = self._root / self._own_file
            if not questions.exists():
                raise ConfigError(
                    f"no questions are named, and there is no {questions.name} in this project",
                    "sartor eval QUESTIONS.jsonl, or set eval.questions_file",
                )
        if isinstance(questions, str | Path):
            path = self.file(questions)
            read, notes = read_and_told(path)
            return Asking(tuple(read), self._relative(path), notes, str(path.resolve()))
        return Asking(accepted(questions), HANDED_IN)

    def system_before(self, resume: str, name: str) -> tuple[str | None, str]:
        """Find out which system a run asked, in the words it was named with."""
        begun = self._runs.begun(resume)
        if begun.given.system is None:
            raise ConfigError(
                f"{begun.id} asked {begun.system!r}, which was handed in as an object",
                "hand it in again: evaluate(system=..., resume=ID); a climb: sartor climb goes on",
            )
        return begun.given.system or None, name or begun.given.name

    def _questions_before(self, resume: str) -> str:
        """Find the file of a run's questions: where it lay, else by its name."""
        begun = self._runs.begun(resume)
        if begun.questions_file == HANDED_IN:
            raise ConfigError(
                f"the questions of {begun.id} were handed in",
                "hand them in again: evaluate(questions, resume=ID)",
            )
        place = begun.given.questions
        return place if place and Path(place).exists() else begun.questions_file

    def file(self, given: str | Path) -> Path:
        """Take a file from here, else from the project's folder."""
        path, own = Path(given), self._root / given
        return own if own.exists() and not path.exists() else path

    def _relative(self, path: Path) -> str:
        """Name a file as seen from the project, or by its name alone if it is elsewhere."""
        resolved = path.resolve()
        if resolved.is_relative_to(self._root):
            return str(resolved.relative_to(self._root))
        return path.name
