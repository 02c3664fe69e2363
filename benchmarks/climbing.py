"""A climb end to end: quotes from search, quotes out of everything, systems of known quality.

    python benchmarks/climbing.py --data PATH/TO/beir/xquad-en [--questions 300]

The BEIR folder's documents are added to a real project; its questions carry their answers. Beside
the rungs of the project stand recorded systems that are right on a known share of the questions,
drawn with a fixed seed. Told are what the climb took beyond the answering itself, a second climb on
which nothing changed, whether each known share lies in the interval that was given for it, and
which rung three bars choose.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from measuring import write_result
from sartor.evaluation.questions import read_questions
from sartor.project import Project

SHARES = (0.5, 0.8, 0.95)
BARS = ("answers.correct >= 0.4", "answers.correct >= 0.9", "answers.correct >= 0.99")
SECONDS = "latency.seconds"
SEED = 0


def record(path, questions, share):
    """Write a recorded system that is right on exactly this share of the questions."""
    right = set(random.Random(SEED).sample(range(len(questions)), round(share * len(questions))))
    rows = (
        {"id": one.id, "answer": one.expected[0] if place in right else "I do not know that."}
        for place, one in enumerate(questions)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def answering(verdict):
    """Add up what the answers themselves took."""
    return sum(
        score.value or 0.0
        for card in verdict.cards.values()
        for row in card.rows
        for score in row.scores
        if score.metric == SECONDS
    )


def timed(project, questions, systems, bar):
    started = time.perf_counter()
    verdict = project.climb(questions, systems=systems, bar=bar)
    return verdict, time.perf_counter() - started


def rung(card):
    correct = card.measurements["answers.correct"]
    slowest = card.measurements.get("latency.p95")
    return {
        "answers.correct": [round(value, 4) for value in (correct.mean, correct.low, correct.high)],
        "latency.p95": round(slowest.mean, 4) if slowest else None,
    }


def climb(folder, count):
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        drawn = random.Random(SEED).sample(read_questions(folder), count)
        systems = {
            f"right on {share:.0%}": record(root / f"{share}.jsonl", drawn, share)
            for share in SHARES
        }
        with Project.init(root / "project") as project:
            project.add(
                folder / "corpus.jsonl", fields={"id": "_id", "title": "title", "text": "text"}
            )
            project.search("warm up")
            first, seconds = timed(project, drawn, systems, BARS[1])
            chosen = {bar: timed(project, drawn, systems, bar)[0].rung for bar in BARS}
            _, again = timed(project, drawn, systems, BARS[1])
    inside = {
        name: card.measurements["answers.correct"].low
        <= share
        <= card.measurements["answers.correct"].high
        for share, name in zip(SHARES, systems, strict=True)
        if (card := first.cards.get(name))
    }
    return {
        "questions": count,
        "rungs": {name: rung(card) for name, card in first.cards.items()},
        "seconds": round(seconds, 1),
        "seconds answering": round(answering(first), 1),
        "seconds beyond answering": round(seconds - answering(first), 1),
        "seconds when nothing changed": round(again, 1),
        "known share in its interval": inside,
        "chosen": chosen,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    write_result("climbing", climb(given.data, given.questions))
