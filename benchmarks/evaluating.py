"""What evaluation adds to answering, and how many recorded rows it takes in how much memory.

    python benchmarks/evaluating.py --data PATH/beir/scifact [--documents 5183] [--rows 100000]

"300 questions": quotes on SciFact-size knowledge, through `project.evaluate` with all measures, the
attribution, 10,000 resamples, the stored run and its report. Shown apart and not counted as added:
opening models and index, answering, answering again with the evidence in hand (once for each
question that search or writing lost), and every call of the checker. "recorded": generated answers
read from a file. Each part runs in a process of its own, whose peak memory is its own; on a busy
machine the processor's seconds tell more than the clock's.
"""

import argparse
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from functools import partialmethod
from pathlib import Path

from measuring import write_result
from sartor import Project
from sartor.checking import SupportChecker
from sartor.evaluation import run as running
from sartor.project.given import GivenPassages
from sartor.project.measuring import Measuring
from sartor.testing.embedder import HashingEmbedder
from sartor.text.sentences import sentences

QUESTIONS = 300
ROWS = 100_000
WORDS = ("harbour", "ferry", "ticket", "window", "refund", "island", "summer", "tide", "bell")


def peak_mb():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


# --- quotes on SciFact ------------------------------------------------------------------------


def scifact_questions(data):
    """Claims with the documents that bear on them.

    What is expected are five words of the sentence that is nearest to the claim: an answer that
    quotes it is right.
    """
    claims = {row["_id"]: row["text"] for row in rows_of(data / "queries.jsonl")}
    texts = {row["_id"]: row["text"] for row in rows_of(data / "corpus.jsonl")}
    found = {}
    judged = next((data / "qrels").glob("*.tsv"))
    for line in judged.read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        found.setdefault(query, []).append({"document": document, "grade": int(grade)})
    for query, evidence in list(found.items())[:QUESTIONS]:
        text, claim = texts[evidence[0]["document"]], set(claims[query].lower().split())
        spans = [text[start:end].split() for start, end in sentences(text)]
        nearest = max(spans, key=lambda words: len(claim & {word.lower() for word in words}))
        expected = " ".join(nearest[:5]).strip(".,;:")
        yield {"id": query, "question": claims[query], "expected": expected, "evidence": evidence}


def rows_of(path):
    with path.open() as lines:
        return [json.loads(line) for line in lines]


class Timed:
    """Adds up what the calls of a function take: seconds on the clock and of the processor.

    A call inside a call that is timed already belongs to that one: nothing counts twice.
    """

    inside = False

    def __init__(self, function):
        self.function = function
        self.calls = 0
        self.wall = self.cpu = 0.0

    def __call__(self, *arguments, **options):
        if Timed.inside:
            return self.function(*arguments, **options)
        Timed.inside, wall, cpu = True, time.perf_counter(), time.process_time()
        try:
            return self.function(*arguments, **options)
        finally:
            Timed.inside = False
            self.calls += 1
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def timed_method(owner, name):
    """Time a method on whatever object it is called."""
    timed = Timed(getattr(owner, name))
    setattr(owner, name, partialmethod(timed))
    return timed


def quotes(data, documents):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (data / "corpus.jsonl").open() as lines:
            rows = list(itertools.islice(lines, documents))
        (folder / "corpus.jsonl").write_text("".join(rows))
        questions = folder / "questions.jsonl"
        questions.write_text("".join(json.dumps(row) + "\n" for row in scifact_questions(data)))
        with Project.init(folder / "project") as project:
            fields = {"id": "_id", "title": "title", "text": "text"}
            project.add(folder / "corpus.jsonl", fields=fields)
            return {"documents": documents, **timed(project, questions)}


def timed(project, questions):
    """Evaluate, and take apart what is not evaluation's own work."""
    asking = running.ask_all = Timed(running.ask_all)
    parts = {
        "opening": timed_method(Measuring, "_assistant"),
        "answering": asking,
        "answering again with the evidence": timed_method(GivenPassages, "answer_given"),
        "checker": timed_method(SupportChecker, "check"),
    }
    wall, cpu = time.perf_counter(), time.process_time()
    card = project.evaluate(questions)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "questions": len(card.rows),
        "answers.correct": round(card.measurements["answers.correct"].mean, 3),
        "measures": len(card.measurements),
        "resamples": project.settings.eval.resamples,
        "calls": {name: part.calls for name, part in parts.items()},
        "s": {name: round(part.wall, 2) for name, part in parts.items()},
        "s of the processor": {name: round(part.cpu, 2) for name, part in parts.items()},
        "evaluation adds s": round(wall - sum(part.wall for part in parts.values()), 2),
        "evaluation adds s of the processor": round(
            cpu - sum(part.cpu for part in parts.values()), 2
        ),
        "peak MB": peak_mb(),
    }


# --- recorded rows ----------------------------------------------------------------------------


def generated(folder, rows):
    """Write questions and recorded answers, two thirds of them right."""
    draw = random.Random(0)
    with (folder / "questions.jsonl").open("w") as asked, (folder / "rows.jsonl").open("w") as said:
        for number in range(rows):
            expected = f"{draw.randint(2, 99)} days"
            question = f"How long does the {draw.choice(WORDS)} {number} take?"
            document = f"guide-{number % 5000}.md"
            row = {
                "id": str(number),
                "question": question,
                "expected": expected,
                "evidence": [{"document": document}],
            }
            asked.write(json.dumps(row) + "\n")
            right = draw.random() < 2 / 3
            told = expected if right else f"{draw.randint(100, 999)} days"
            padding = " ".join(draw.choices(WORDS, k=40))
            answer = f"It takes {told}. {padding.capitalize()}."
            row = {
                "id": str(number),
                "answer": answer,
                "citations": [{"document": document, "quote": told}],
                "usage": {"input_tokens": draw.randint(500, 3000), "output_tokens": 60},
                "seconds": round(draw.lognormvariate(0, 0.5), 3),
                "cost": 0.001,
            }
            said.write(json.dumps(row) + "\n")


def recorded(rows):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        generated(folder, rows)
        with Project.init(folder / "project", embedder=HashingEmbedder()) as project:
            evaluate = Timed(project.evaluate)
            card = evaluate(folder / "questions.jsonl", folder / "rows.jsonl")
            stored = project.report(card.run).parent
            sizes = {file.name: round(file.stat().st_size / 1e6, 1) for file in stored.iterdir()}
    return {
        "rows": rows,
        "measures": len(card.measurements),
        "answers.correct": round(card.measurements["answers.correct"].mean, 4),
        "s": round(evaluate.wall, 1),
        "s of the processor": round(evaluate.cpu, 1),
        "peak MB": peak_mb(),
        "stored MB": sizes,
    }


def in_a_process_of_its_own(part, options):
    command = [sys.executable, __file__, "--part", part, "--data", str(options.data)]
    command += ["--documents", str(options.documents), "--rows", str(options.rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--documents", type=int, default=5183)
    options.add_argument("--rows", type=int, default=ROWS)
    options.add_argument("--part", choices=("quotes", "recorded"))
    options = options.parse_args()
    if options.part == "quotes":
        print(json.dumps(quotes(options.data, options.documents)))
    elif options.part == "recorded":
        print(json.dumps(recorded(options.rows)))
    else:
        parts = ("quotes", "recorded")
        names = (f"{QUESTIONS} questions through extract", "recorded rows")
        figures = [in_a_process_of_its_own(part, options) for part in parts]
        write_result("evaluating", dict(zip(names, figures, strict=True)))


if __name__ == "__main__":
    main()
