"""Systems of known quality, and the questions they are asked."""

from sartor.evaluation.run import evaluate
from sartor.types import Answer, Evidence, Question


def questions(count, *, documents=None, prefix="q"):
    """Make questions that each have one right answer; `documents` share them out."""
    return [
        Question(
            f"{prefix}{number}",
            f"What is the code of item {number}?",
            expected=(f"code-{number}",),
            evidence=(Evidence(f"d{number % documents}"),) if documents else (),
        )
        for number in range(count)
    ]


class Knows:
    """Answers right on the questions whose number is below a share of a hundred."""

    def __init__(self, share, *, cost=None, name="knows"):
        self.share = share
        self.cost = cost
        self.name = name
        self.asked = []
        self.closed = False

    def answer(self, question):
        self.asked.append(question)
        number = int(question.rstrip("?").rsplit(" ", 1)[1])
        right = (number * 37) % 100 < 100 * self.share
        return Answer(f"It is code-{number}." if right else "It is blue.", cost=self.cost)

    def close(self):
        self.closed = True


def measured(name, system, asked):
    """Evaluate as a project would, with fewer resamples."""
    return evaluate(system, asked, name=name, resamples=1_000)
