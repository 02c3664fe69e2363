"""What answers are worth: they are measured, compared, and kept as runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.project.answers import Answers
from sartor.types import Comparison, Question, Run, Scorecard

if TYPE_CHECKING:
    from sartor.evaluation.runs import RunSummary
    from sartor.project.calibrating import Calibration
    from sartor.project.comparing import Difference
    from sartor.project.measuring import Measuring
    from sartor.protocols import Progress


class Proof(Answers):
    """The part of a project that proves what is said: questions in, figures with intervals out."""

    def close(self) -> None:
        """Let go of files, models and processes."""
        self.__dict__.pop("_measuring", None)
        super().close()

    def evaluate(
        self,
        questions: str | Path | Sequence[Question] | None = None,
        system: object | None = None,
        *,
        name: str = "",
        style: str | Path | None = None,
        save: bool = True,
        resume: str | None = None,
        progress: Progress | None = None,
    ) -> Scorecard:
        """Measure the configured assistant, or another system, on test questions.

        A system is anything with `answer`, a function, "module:function", an address, or the path
        of a file of recorded answers. `style` are examples of the voice that is wanted. The run is
        stored with its report as `card.run`; `resume` goes on with one that was broken off.
        """
        return self._measuring.evaluate(
            questions,
            system,
            name=name,
            style=Path(style) if style else None,
            save=save,
            resume=resume,
            progress=progress,
        )

    def compare(
        self,
        first: str | Path,
        second: str | Path,
        questions: str | Path | Sequence[Question] | None = None,
    ) -> list[Comparison]:
        """Compare two runs, or recorded answers to these questions, measure by measure."""
        return list(self.diff(first, second, questions).comparisons)

    def diff(
        self,
        first: str | Path,
        second: str | Path,
        questions: str | Path | Sequence[Question] | None = None,
        *,
        progress: Progress | None = None,
    ) -> Difference:
        """Compare as `compare` does; also name the questions that only one answered right."""
        return self._measuring.diff(first, second, questions, progress=progress)

    def runs(self) -> list[RunSummary]:
        """List the stored runs, newest first."""
        return list(self._measuring.runs.list())

    def run(self, id: str) -> Run:
        """Fetch a stored run; "latest" is the newest finished one. Raises `NotFound`."""
        return self._measuring.show(id)

    def delete_run(self, id: str) -> str:
        """Delete a stored run with its answers and its report; return its id."""
        return self._measuring.runs.delete(id)

    def report(self, id: str, to: str | Path | None = None) -> Path:
        """Give the HTML report about a run, or write it to a file of your choice."""
        return self._measuring.report(id, Path(to) if to else None)

    def calibrate(
        self,
        questions: str | Path | Sequence[Question],
        error: float = 0.1,
        *,
        progress: Progress | None = None,
    ) -> Calibration:
        """Find the confidence below which to say nothing, from questions with evidence.

        `error` is the share of answerable questions that may be left without an answer.
        """
        from sartor.evaluation.questions import read_questions
        from sartor.project.calibrating import calibrate

        asked = read_questions(Path(questions)) if isinstance(questions, str | Path) else questions
        return calibrate(asked, self, self._answering.alike, error=error, progress=progress)

    @cached_property
    def _measuring(self) -> Measuring:
        from sartor.project.measuring import Measuring

        return Measuring(
            self._folder,
            self.settings,
            knowledge=self,
            ledger=self._ledger,
            answering=self._answering,
        )
