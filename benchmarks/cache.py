"""An answer from memory: how long it takes in a real project of 5,000 small documents.

    python benchmarks/cache.py

Writes results/cache.json. The assistant inside is one that quotes; a hit never reaches it, so what
is measured is the memory: key, change number, reading the answer, checking every quote against
its document, the events, and the trace.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from measuring import percentile, write_result
from sartor import Project
from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.memory import Memory
from sartor.assistants.remembering import Remembering
from sartor.testing.embedder import HashingEmbedder

WORDS = (
    "frame",
    "cushion",
    "oak",
    "linen",
    "drawer",
    "hinge",
    "varnish",
    "cabinet",
    "table",
    "lamp",
)
PASSAGES = 10


def write_documents(folder, count):
    """Small documents that differ: a title, and sentences of which one holds a number."""
    chance = random.Random(7)
    folder.mkdir()
    for number in range(count):
        lines = [
            f"The {chance.choice(WORDS)} of model {number} has a {chance.choice(WORDS)} of "
            f"{chance.randint(10, 99)} millimetres and a {chance.choice(WORDS)}."
            for _ in range(6)
        ]
        (folder / f"model-{number}.md").write_text(
            f"# Model {number}\n\n" + "\n".join(lines) + "\n"
        )


def milliseconds(stream):
    """Time to the first event, and to the last one."""
    started = time.perf_counter()
    next(stream)
    first = time.perf_counter()
    for event in stream:
        last = event
    return 1000 * (first - started), 1000 * (time.perf_counter() - started), last.answer


def summary(values):
    return {"p50": round(percentile(values, 0.5), 3), "p95": round(percentile(values, 0.95), 3)}


def measure(project, memory, questions, repeats):
    inner = ExtractAssistant(project, project, passages=PASSAGES)
    assistant = Remembering(
        inner,
        memory,
        fingerprint="benchmark",
        changes=project._ledger.last_change,
        library=project,
    )
    hits, first_events = [], []
    first_time = [milliseconds(assistant.stream(q, labels=None))[1] for q in questions]
    for _ in range(repeats):
        for question in questions:
            first, whole, answer = milliseconds(assistant.stream(question, labels=None))
            assert list(answer.timings) == ["cache"], "not from memory"
            first_events.append(first)
            hits.append(whole)
    return {
        "answered_ms": summary(first_time),
        "from_memory_ms": summary(hits),
        "first_event_from_memory_ms": summary(first_events),
        "hits": len(hits),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=5_000)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--repeats", type=int, default=5)
    given = options.parse_args()
    questions = [
        f"What has the frame of model {number * 37 % given.documents}?"
        for number in range(given.questions)
    ]
    with tempfile.TemporaryDirectory() as root:
        write_documents(Path(root) / "documents", given.documents)
        with Project.init(Path(root) / "project", embedder=HashingEmbedder()) as project:
            project.add(Path(root) / "documents")
            memory = Memory(project.folder / ".sartor/answers.db")
            figures = measure(project, memory, questions, given.repeats)
            memory.close()
            figures = {"documents": len(project.documents()), "passages": PASSAGES, **figures}
    write_result("cache", figures)


if __name__ == "__main__":
    main()
