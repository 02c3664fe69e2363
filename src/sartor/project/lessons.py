"""Examples, and questions to learn from -> what each trained rung learns.

    plain      the examples as they are, below the instructions that they will be answered with
    grounded   answers from what search really finds, in the form that the examples have

What is learned is asked as it will be asked: with the prompts of the rung that answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from sartor.errors import InputError
from sartor.evaluation.questions import read_questions
from sartor.project.grounding import Ground
from sartor.protocols import Model
from sartor.tuning.examples import accepted, check_examples, read_examples
from sartor.tuning.grounding import WITHOUT_GOLD
from sartor.tuning.grounding.forming import ObjectForm, form_of
from sartor.types import Evidence, Example, Message, Passage, Question

MOST_ANSWERED = 1_000  # examples that answer; as many more abstain as their share asks for
MOST_ROUNDS = 3  # examples of one question, each with other passages
LEAST = 10  # grounded examples: of fewer nothing is learned
SUPPORTING = 5  # passages that may support an example's own answer
MOST_SHOWN = 6  # passages in one example; more of them take long to learn from
CHARACTERS = 4.0  # of a token, where none are counted


@dataclass(frozen=True, slots=True)
class Size:
    """About how much there is to learn: examples, their tokens, and those of the answers."""

    examples: int
    tokens: int
    learned: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """Where examples come from, and the prompts they are put into.

    `examples` is the file of the user's own, `questions` one of questions with evidence that
    nothing is tested with; it need not be there. `template` is the wording of prompts in use,
    `passages` how many of them an answer is written from.
    """

    ground: Ground
    examples: Path
    questions: Path
    template: str
    passages: int
    seed: int = 0

    def instructions(self, rung: str = "prompt") -> str:
        """Render what a rung is told before each question."""
        from sartor.assistants.turn import ABSTENTION

        prompts = self.ground.answering.prompts
        return prompts.render(rung, self.template, abstention=ABSTENTION)

    def given(self) -> tuple[Example, ...]:
        """Read the user's examples; raises `ExamplesRefused` where one cannot be learned from."""
        return accepted(check_examples(read_examples(self.examples)))

    def plain(self) -> tuple[Example, ...]:
        """Put the examples below our instructions, in place of any of their own."""
        head = Message("system", self.instructions())
        return tuple(
            replace(one, messages=(head, *(turn for turn in one.messages if turn.role != "system")))
            for one in self.given()
        )

    def grounded(self, model: Model) -> tuple[Example, ...]:
        """Make examples of answering from passages; `model` is the one that is tuned.

        Where the examples have no form that could be filled in, they are learned as well: only
        they can show their manner.
        """
        given = self.given()
        form = form_of(given)
        questions, answers = self._asked(given, form)
        drawn = self._drawn(questions)
        made = self.ground.examples(
            drawn,
            model,
            form=form,
            answers=answers,
            passages=(1, self._shown),
            rounds=_rounds(len(drawn)),
            without_gold=WITHOUT_GOLD,
            seed=self.seed,
        )
        if len(made.examples) < LEAST:
            raise InputError(
                f"only {len(made.examples)} examples of answering from documents can be made of "
                f"{self._source()}{_first(made.dropped)}",
                f"write questions with evidence into {self.questions.name}; they must not be those "
                "you test with",
            )
        return made.examples if form else (*made.examples, *self.plain())

    def size(self, *, reads: bool) -> Size:
        """Say about how much there is to learn, without making any of it."""
        lines = [line for line in _lines(self.examples) if line.strip()]
        characters = sum(map(len, lines)) / max(1, len(lines))  # of one example
        count = len(lines)
        if reads:
            asked = _lines(self.questions) if self.questions.is_file() else lines
            drawn = min(MOST_ANSWERED, len(asked))
            count = round(drawn * _rounds(drawn) / (1 - WITHOUT_GOLD))
            passages = (1 + self._shown) / 2 * self._characters_of_a_passage()
            prompt = len(self.instructions("rag")) + passages
        else:
            prompt = len(self.instructions())
        tokens = count * (prompt + characters) / CHARACTERS
        return Size(count, round(tokens), round(count * characters / 2 / CHARACTERS))

    def _characters_of_a_passage(self) -> float:
        rows = self.ground.answering.library.ledger.documents()
        return sum(row.characters for row in rows) / max(1, sum(row.passages for row in rows))

    @property
    def _shown(self) -> int:
        return min(MOST_SHOWN, self.passages)

    def _asked(
        self, given: Sequence[Example], form: ObjectForm | None
    ) -> tuple[Sequence[Question], dict[str, str]]:
        """Find questions whose answers the documents hold, and the user's own answers to them."""
        if self.questions.is_file():
            return read_questions(self.questions), {}
        found = {
            question.id: (question, answer)
            for number, example in enumerate(given, start=1)
            if (answer := form.answer(example.target) if form else example.target)
            for question in self._supported(f"example-{number}", example.question, answer)
        }
        asked = [question for question, _ in found.values()]
        return asked, {id: answer for id, (_, answer) in found.items()}

    def _supported(self, id: str, question: str, answer: str) -> Iterator[Question]:
        """Yield the question of an example with the spans that say its answer, if any do."""
        answering = self.ground.answering
        hits = self.ground.knowledge.search(question, k=SUPPORTING, labels=())
        passages: list[Passage] = [hit.passage for hit in hits]
        checked = answering.checker.check(answer, passages, question=question)
        claims = [one for one in checked if one.support != "unchecked"]
        if claims and all(one.support == "supported" for one in claims):
            spans = [cited for one in claims for cited in one.citations]
            evidence = tuple(Evidence(one.document_id, one.start, one.end) for one in spans)
            yield Question(id, question, evidence=evidence)

    def _drawn(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Draw from more questions than are needed; those without an answer are all kept."""
        answerable = [one for one in questions if one.answerable]
        if len(answerable) <= MOST_ANSWERED:
            return questions
        drawn = Random(self.seed).sample(answerable, MOST_ANSWERED)  # noqa: S311  # no secret
        return [*drawn, *(one for one in questions if not one.answerable)]

    def _source(self) -> str:
        return self.questions.name if self.questions.is_file() else self.examples.name


def _rounds(questions: int) -> int:
    """Ask few questions several times, among other passages each time."""
    return max(1, min(MOST_ROUNDS, MOST_ANSWERED // max(1, questions)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _first(dropped: Sequence[str]) -> str:
    return f" ({len(dropped)} left out; the first, {dropped[0]})" if dropped else ""
