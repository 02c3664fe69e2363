"""What the lab model can read: given passages, and through a whole project.

    python benchmarks/lab.py [--model FOLDER] [--questions 200] [--facts 300] [--passages 5]

First the standard tests of reading, on names that training never saw: with one to eight passages,
with wordings and with relations that it never saw. Then a handbook of such names becomes a project
(documents, questions, examples, prompt templates) and each rung without training answers its
questions: facts right, citations right of those, unanswerable questions refused, answers in the
house style (JSON) that the model has not been taught yet.

Writes results/lab.json.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from measuring import write_result
from sartor.evaluation.questions import read_questions
from sartor.lab import model_folder
from sartor.lab.handbook import write_project
from sartor.project import Project

RUNGS = ("prompt", "few-shot", "rag", "few-shot+rag")
SETTINGS = """
[model]
path = "{model}"
max_tokens = 80
threads = 1

[ask]
passages = {passages}
cache = false
"""
SEED = 7


def reading(model, questions):
    """Run the standard tests."""
    import torch
    from transformers import LlamaForCausalLM

    from sartor.lab.reading_test import measure_reading, standard_tests
    from sartor.lab.tokenizer import load_encoder

    torch.set_num_threads(1)
    network = LlamaForCausalLM.from_pretrained(model, dtype=torch.float32)
    encoder = load_encoder(model)
    return {
        name: {key: round(value, 3) for key, value in asdict(found).items()}
        for name, test in standard_tests(questions).items()
        for found in (measure_reading(network, encoder, test),)
    }


def is_json(text):
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def cites(answer, question):
    """Say whether a citation lies on the sentence that holds the answer."""
    gold = question.evidence[0]
    return any(
        cited.document_id == gold.document and cited.start < gold.end and cited.end > gold.start
        for cited in answer.citations
    )


def rung(project, name, questions):
    """Ask all questions and count."""
    assistant = project.assistant(rung=name)
    started = time.process_time()
    answers = [assistant.answer(question.text) for question in questions]
    seconds = time.process_time() - started
    told = list(zip(questions, answers, strict=True))
    known = [(q, a) for q, a in told if q.answerable]
    right = [(q, a) for q, a in known if q.expected[0].lower() in a.text.lower()]
    unknown = [a for q, a in told if not q.answerable]
    return {
        "questions": len(known),
        "found": share(
            q.evidence[0].document in {h.passage.document_id for h in a.hits} for q, a in known
        ),
        "facts right": share(pair in right for pair in known),
        "citations right of those": share(cites(a, q) for q, a in right),
        "abstains wrongly": share(a.abstained for _, a in known),
        "unanswerable": len(unknown),
        "unanswerable refused": share(a.abstained for a in unknown),
        "json": share(is_json(a.text) for a in answers),
        "cpu_ms": round(1000 * seconds / len(answers), 1),
    }


def share(flags):
    flags = list(flags)
    return round(sum(flags) / len(flags), 3) if flags else None


def rungs(model, facts, passages):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "handbook"
        with Project.init(root):
            pass
        (root / "sartor.toml").write_text(SETTINGS.format(model=model, passages=passages))
        book = write_project(root, facts=facts, seed=SEED)
        with Project(root) as project:
            project.add(root / "documents")
            questions = read_questions(root / "questions.jsonl")
            return {
                "documents": len(book.passages),
                **{name: rung(project, name, questions) for name in RUNGS},
            }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=model_folder())
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--facts", type=int, default=300)
    parser.add_argument("--passages", type=int, default=5)
    flags = parser.parse_args()
    write_result(
        "lab",
        {
            "reading": reading(flags.model, flags.questions),
            "handbook": rungs(flags.model, flags.facts, flags.passages),
        },
    )


if __name__ == "__main__":
    main()
