"""Candidate questions made from documents without a language model: are they any good?

    python benchmarks/questions_made.py --docs PATH/TO/fastapi_history/2025-12-01 --beir PATH/TO/beir/xquad-en

Each set becomes a real project; up to N candidates are made from it, with a fixed seed. Measured:
candidates for each document; whether the expected text stands in the evidence span (must be always);
whether the assistant that only quotes says it; and how often it says nothing where nothing is there.

An unanswerable question passes the machine's check when no sentence of the ten passages that search
finds for it holds all its words, endings aside. That is weak: all of them are printed to be read, and
so are twenty drawn samples of the others (texts of others do not go into the result file).
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from measuring import write_result
from sartor.evaluation.questions.checking import check
from sartor.evaluation.questions.found import Found
from sartor.evaluation.questions.making.unanswerable import roots
from sartor.project import Project
from sartor.project.questioning import candidates
from sartor.project.views import Texts
from sartor.text.normal import fold
from sartor.text.sentences import sentences

SAMPLES = 20
FIELDS = {"id": "_id", "title": "title", "text": "text"}


def add(project, path):
    """Put a folder of documents, or the corpus of a BEIR folder, into a project."""
    corpus = path / "corpus.jsonl"
    return project.add(corpus, fields=FIELDS) if corpus.exists() else project.add(path)


def in_span(project, question):
    piece = question.evidence[0]
    return question.expected[0] in project.document(piece.document).text[piece.start : piece.end]


def answered(project, question):
    """Tell whether the quoting assistant says what is expected."""
    return fold(question.expected[0]) in fold(project.ask(question.text, rung="extract").text)


def nothing_there(project, question):
    """Tell whether no sentence of what search finds holds all words of the question."""
    asked = roots(question.text)
    for hit in project.search(question.text, k=10, labels=None):
        text = hit.passage.text
        for start, end in sentences(text):
            if asked <= roots(text[start:end]):
                return False
    return True


def share(found):
    found = list(found)
    return {"share": sum(found) / len(found) if found else None, "n": len(found)}


def shown(question):
    return {
        "question": question.text,
        "expected": list(question.expected),
        "kind": question.tags[1],
    }


def measure(path, n, seed):
    """Make candidates from one set and measure them."""
    with tempfile.TemporaryDirectory() as folder, Project.init(folder) as project:
        report = add(project, path)
        started = time.perf_counter()
        made = candidates(project, n, seed=seed)
        seconds = time.perf_counter() - started
        questions = made.questions
        asked = [question for question in questions if question.answerable]
        without = [question for question in questions if not question.answerable]
        reviewed = [replace(question, tags=()) for question in questions]
        findings = check(Found(reviewed), Texts(project._ledger))
        for question in [*random.Random(seed).sample(asked, min(SAMPLES, len(asked))), *without]:
            print(shown(question))
        return {
            "documents": len(report.added),
            "wanted": n,
            "made": len(questions),
            "seconds": seconds,
            "documents_asked_about": len({one.evidence[0].document for one in asked}),
            "candidates_per_document": len(asked) / len(report.added),
            "kinds": dict(Counter(question.tags[1] for question in questions)),
            "rejected": dict(made.rejected),
            "expected_in_span": share(in_span(project, one) for one in asked),
            "extract_says_it": share(answered(project, one) for one in asked),
            "nothing_there": share(nothing_there(project, one) for one in without),
            "extract_silent": share(
                project.ask(one.text, rung="extract").abstained for one in without
            ),
            "errors_found_by_check": sum(one.severity == "error" for one in findings),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, action="append", default=[])
    parser.add_argument("--beir", type=Path, action="append", default=[])
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    sets = {path.name: measure(path, given.n, given.seed) for path in given.docs + given.beir}
    write_result("questions_made", {"seed": given.seed, "sets": sets})


if __name__ == "__main__":
    main()
