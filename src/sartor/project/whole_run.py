"""What is measured over a whole run: the user's voice, a judge's verdicts, rules that did not fire.

Voice and judge need more than one answer at a time: examples and a base to tell voices apart,
labels to know what a judge is worth. Their notes go on the scorecard.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from sartor.assistants.rungs import RUNGS
from sartor.errors import ConfigError, InputError
from sartor.evaluation.asked import Asked
from sartor.evaluation.asking import ask_all
from sartor.evaluation.run import RunMeasure
from sartor.evaluation.systems import System, open_system
from sartor.project.answering import EXTRACT, Answering
from sartor.protocols import Model, Pricing, Progress
from sartor.types import NO_METADATA, Question, Score

MOST_EXAMPLES = 200  # that the base assistant is asked too; more of them tell little more
PLAIN = RUNGS["prompt"].name


class WholeRun:
    """Measures of a whole run, one run after the other, and the notes on the latest of them."""

    def __init__(self, open_until: ExitStack) -> None:
        self.measures: list[RunMeasure] = []
        self._open_until = open_until
        self._about_voice: Sequence[str] = ()
        self._about_judge: Sequence[str] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what the reader of the latest run should know of these measures."""
        return (*self._about_voice, *self._about_judge)

    def leave_voice(self, reason: str) -> None:
        """Say why no voice is compared."""
        self._about_voice = [f"style.match is not measured: {reason}"]

    def add_voice(
        self,
        examples: Path,
        answering: Answering,
        model: Model | None,
        *,
        timeout: float,
        seed: int,
        progress: Progress | None,
    ) -> None:
        """Learn the voice of these examples, as against the plainest assistant's own."""
        from sartor.evaluation.style import Voice, read_voice, style_measure

        spoken = [one for one in read_voice(examples) if one.prompt]
        if not spoken:
            raise InputError(
                f"no example in {examples} has a question before its answer",
                "the base assistant is asked the same, to tell its voice from yours",
            )
        drawn = random.Random(seed).sample(spoken, min(MOST_EXAMPLES, len(spoken)))  # noqa: S311
        base = plain_assistant(answering, model)
        prompts = [Question(str(number), one.prompt) for number, one in enumerate(drawn)]
        asked = ask_all(base, prompts, timeout=timeout, progress=progress).outcomes
        pairs = [
            (theirs, said) for theirs, one in zip(drawn, asked, strict=True) if (said := _said(one))
        ]
        compared = (
            f"{len(pairs)} of {len(spoken)} examples are compared with what {base.name} says to "
            "the same questions"
        )
        if not pairs:
            self.leave_voice(compared)
            return
        voice = Voice.learn(
            [theirs.answer for theirs, _ in pairs],
            [said for _, said in pairs],
            prompts=[theirs.prompt for theirs, _ in pairs],
            seed=seed,
        )
        self.measures.append(style_measure(voice))
        self._about_voice = [f"style.match: {note}" for note in (compared, *voice.notes)]

    def add_judge(self, model: Model, cached: Path, pricing: Pricing, *, seed: int) -> None:
        """Let a model judge the answers; what its verdicts are worth becomes a note."""
        from sartor.evaluation.judging import AnswerJudge, Judged, JudgementCache, judge_measure

        cache = self._open_until.enter_context(closing(JudgementCache(cached)))

        def measure(run: Sequence[Asked]) -> Iterable[Score]:
            judge = AnswerJudge(model, cache=cache, pricing=pricing)

            def tell(found: Judged) -> None:
                self._about_judge = [*found.notes, str(judge.spent)]

            return judge_measure(judge, tell=tell, seed=seed)(run)

        self.measures.append(measure)


def judge_of(answering: Answering, name: str, otherwise: Model | None) -> Model:
    """Open the model that is to judge; raises `ConfigError` if there is none."""
    model = answering.model(name) if name else otherwise
    if model is None:
        raise ConfigError(
            "a model is needed to judge, and none is named",
            "set `name` or `path` under [model], or eval.judge to false",
        )
    return model


def silent_rules(names: Sequence[str]) -> RunMeasure:
    """Score the output rules in force that did not fire: an answer tells only of those that did."""

    def measure(run: Sequence[Asked]) -> Iterable[Score]:
        for asked in run:
            flags = asked.answer.flags if asked.answer else ()
            fired = {flag.partition(":")[0] for flag in flags}
            silent = (name for name in names if asked.answer and name not in fired)
            yield from (Score(f"rules.{name}", asked.question.id, 0.0) for name in silent)

    return measure


def plain_assistant(answering: Answering, model: Model | None) -> System:
    """Build the bare model, without one what quotes: never one that has seen the examples."""
    rung = PLAIN if model else EXTRACT
    chain = answering.forgetful(fallback=False).assistant(
        rung=rung, model=model, adapter=None, filters=NO_METADATA, k=None
    )
    return open_system(chain, name=rung)


def _said(asked: Asked) -> str:
    """Give what was answered; saying that one has no answer is nobody's voice."""
    answer = asked.answer
    return "" if answer is None or answer.abstained else answer.text.strip()
