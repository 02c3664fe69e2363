"""What is measured over a whole run: the user's voice, and what a judge makes of the answers.

Both need more than one answer at a time: examples and a base to tell voices apart, labels to know
what a judge is worth. Their notes go on the scorecard.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from sartor.errors import ConfigError, InputError
from sartor.evaluation.asking import ask_all
from sartor.evaluation.run import RunMeasure
from sartor.evaluation.systems import System
from sartor.project.answering import Answering
from sartor.project.folder import Folder
from sartor.protocols import Progress
from sartor.types import Question

MOST_EXAMPLES = 300  # prompts that the base assistant answers; more of them tell little more


class WholeRun:
    """Measures of a whole run, and the notes that they leave."""

    def __init__(self, open_until: ExitStack) -> None:
        self.measures: list[RunMeasure] = []
        self.notes: list[str] = []
        self._open_until = open_until

    def add_voice(
        self,
        examples: Path,
        base: Callable[[], System],
        *,
        timeout: float,
        seed: int,
        progress: Progress | None,
    ) -> None:
        """Learn the voice of these examples, as against the base assistant's own."""
        from sartor.evaluation.style import Voice, read_voice, style_measure

        spoken = [one for one in read_voice(examples) if one.prompt][:MOST_EXAMPLES]
        if not spoken:
            raise InputError(
                f"no example in {examples} has a question before its answer",
                "the base assistant is asked the same, to tell its voice from yours",
            )
        prompts = [Question(str(number), one.prompt) for number, one in enumerate(spoken)]
        asked = ask_all(base(), prompts, timeout=timeout, progress=progress).outcomes
        pairs = [
            (theirs, ours.answer.text)
            for theirs, ours in zip(spoken, asked, strict=True)
            if ours.answer is not None and ours.answer.text.strip()
        ]
        voice = Voice.learn(
            [theirs.answer for theirs, _ in pairs],
            [ours for _, ours in pairs],
            prompts=[theirs.prompt for theirs, _ in pairs],
            seed=seed,
        )
        self.measures.append(style_measure(voice))
        self.notes += [f"style.match: {note}" for note in voice.notes]

    def add_judge(self, answering: Answering, folder: Folder, name: str, *, seed: int) -> None:
        """Let a model judge the answers; what its verdicts are worth becomes a note."""
        from sartor.evaluation.judging import AnswerJudge, Judged, JudgementCache, judge_measure

        model = answering.model(name or None)
        if model is None:
            raise ConfigError(
                "a model is needed to judge, and none is named",
                "set `name` or `path` under [model], or eval.judge to false",
            )
        cache = self._open_until.enter_context(closing(JudgementCache(folder.judgements)))
        judge = AnswerJudge(model, cache=cache, pricing=answering.prices)

        def tell(found: Judged) -> None:
            self.notes += [*found.notes, str(judge.spent)]

        self.measures.append(judge_measure(judge, tell=tell, seed=seed))
