"""A study that people labelled, climbed: which of its systems can be told apart, and which not.

    python benchmarks/study.py --answers FOLDER [--right correct=true] [--id id] [--answer answer]

The folder holds a JSONL file for each system: a row for each question with its id, the question, the
answer and what a person said of it. In recorded shape that is `"correct": true`; a study with columns
of its own is read by naming them (`--right "label=Correct Answer"`). Printed is what each system does,
and of each pair whether one is better, corrected for comparing them all.

Writes results/study.json.
"""

import argparse
import json
import tempfile
from itertools import combinations
from pathlib import Path

from measuring import write_result
from sartor.evaluation.run import evaluate
from sartor.evaluation.statistics import holm
from sartor.evaluation.systems import RecordedSystem
from sartor.ladder.climb import climb
from sartor.ladder.rungs import Rung
from sartor.types import Question

CORRECT = "answers.correct"


def recorded(path, folder, given):
    """Write the rows of one system in recorded shape."""
    key, _, right = given.right.partition("=")
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    told = (
        {
            "id": str(row[given.id]),
            "question": str(row.get("question", "")),
            "answer": str(row.get(given.answer, "")),
            "correct": str(row.get(key)).lower() == right.lower(),
        }
        for row in rows
    )
    target = folder / path.name
    target.write_text("".join(json.dumps(row) + "\n" for row in told))
    return RecordedSystem(target)


def measured(name, system, questions):
    return evaluate(system, questions, name=name)


def pairs(verdict):
    """Compare every pair, all of them together."""
    named = list(combinations(verdict.considered, 2))
    found = holm([verdict.comparison(first, second) for first, second in named])
    for (first, second), one in zip(named, found, strict=True):
        yield {
            "first": first,
            "second": second,
            "outcome": one.outcome,
            "difference": figures(one.difference),
            "p": float(f"{one.p:.2g}"),
            "more questions would tell": one.more,
        }


def figures(measured):
    return [round(one, 4) for one in (measured.mean, measured.low, measured.high)]


def printed(table, systems):
    for name, (mean, low, high) in systems.items():
        print(f"{name:40} {mean:6.1%} [{low:.1%}, {high:.1%}]")
    for row in table:
        mean, low, high = (100 * one for one in row["difference"])
        print(
            f"{row['first']:40} {row['outcome']:12} {row['second']:40} "
            f"{mean:+5.1f} points [{low:+.1f}, {high:+.1f}]"
        )


def study(given):
    with tempfile.TemporaryDirectory() as folder:
        files = sorted(given.answers.glob("*.jsonl"))
        systems = {path.stem: recorded(path, Path(folder), given) for path in files}
    texts = {one.id: one.text for system in systems.values() for one in system.questions()}
    rungs = [
        Rung(name, order, lambda system=system: system)
        for order, (name, system) in enumerate(systems.items())
    ]
    questions = [Question(id, text) for id, text in texts.items()]
    verdict = climb(rungs, questions, evaluate=measured, volume=1)
    table = list(pairs(verdict))
    right = {name: figures(card.measurements[CORRECT]) for name, card in verdict.cards.items()}
    printed(table, right)
    return {"questions": len(questions), CORRECT: right, "pairs": table}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=Path, required=True)
    parser.add_argument("--right", default="correct=true")
    parser.add_argument("--id", default="id")
    parser.add_argument("--answer", default="answer")
    write_result("study", study(parser.parse_args()))
