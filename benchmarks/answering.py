"""What Sartor adds around a model call: retrieve 10, pack, check 5 sentences; and the cache.

    python benchmarks/answering.py --data PATH/beir/scifact [--questions 200]

5,000 abstracts; the model answers at once with five sentences taken from the passages it was
given, each with its mark, so that all that is measured is ours. "first event" is the time until
`Retrieved` arrives, "extract" the answer without any model.
"""

import argparse
import itertools
import json
import re
import tempfile
import time
from pathlib import Path

from measuring import percentile, write_result
from sartor import Project
from sartor.testing.model import ScriptedModel
from sartor.text.sentences import sentences

DOCUMENTS = 5000
SENTENCES = 5
WARM_UP = 10


def five_sentences(messages, options=None):
    """Quote five sentences of the prompt, each with a mark, as a willing model would."""
    prompt = messages[-1].content
    found = [prompt[start:end] for start, end in sentences(prompt)]
    plain = [text for text in found if re.fullmatch(r"[A-Z][^\[\]<>#\n]{40,300}\.", text)]
    return " ".join(f"{text} [{n % 3 + 1}]" for n, text in enumerate(plain[:SENTENCES]))


def milliseconds(seconds):
    return {
        "p50": round(1000 * percentile(seconds, 0.5), 1),
        "p95": round(1000 * percentile(seconds, 0.95), 1),
    }


def timed(project, questions, **options):
    first, whole, sentence_counts = [], [], []
    for question in questions:
        started = time.perf_counter()
        events = project.stream(question, labels=None, **options)
        next(events)
        first.append(time.perf_counter() - started)
        *_, done = events
        whole.append(time.perf_counter() - started)
        sentence_counts.append(len(done.answer.sentences))
        violations = [
            cited
            for cited in done.answer.citations
            if project.document(cited.document_id).text[cited.start : cited.end] != cited.quote
        ]
        assert not violations
    return {
        "first event": milliseconds(first[WARM_UP:]),
        "whole": milliseconds(whole[WARM_UP:]),
        "sentences": round(sum(sentence_counts) / len(sentence_counts), 2),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--questions", type=int, default=200)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = itertools.islice((options.data / "corpus.jsonl").open(), DOCUMENTS)
        corpus = Path(folder) / "corpus.jsonl"
        corpus.write_text("".join(rows))
        lines = itertools.islice((options.data / "queries.jsonl").open(), options.questions)
        questions = [json.loads(line)["text"] for line in lines]
        fields = {"id": "_id", "title": "title", "text": "text"}
        with Project.init(Path(folder) / "project") as project:
            project.add(corpus, fields=fields)
            model = ScriptedModel(five_sentences)
            figures = {
                "documents": DOCUMENTS,
                "questions": len(questions) - WARM_UP,
                "rag, instant model": timed(project, questions, model=model),
                "the same again, from the cache": timed(project, questions, model=model),
                "extract": timed(project, questions, rung="extract"),
            }
    write_result("answering", figures)


if __name__ == "__main__":
    main()
