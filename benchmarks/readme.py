"""Write the table that the README opens with: `python benchmarks/readme.py`, after demo.py.

It stands between two marks and comes from results/demo.json alone; a test holds it to that.
"""

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
RESULT = HERE / "results/demo.json"
BEGIN, END = "<!-- from benchmarks/results/demo.json -->", "<!-- end -->"
BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
COLUMNS = {
    "answers.contains": "facts right",
    "format.valid": "in the wanted form",
    "citations.recall": "cited",
    "answers.abstained": "unanswerable refused",
}
HEAD = """| what is added to the model | {columns} | enough for |
|---|{rules}---|"""
ADDED = {
    "prompt": "a prompt",
    "few-shot": "examples",
    "rag": "retrieval",
    "few-shot+rag": "examples and retrieval",
    "lora": "a LoRA adapter",
    "lora+rag": "a LoRA adapter and retrieval",
}
WANTED = {"facts": "the facts", "form": "the form", "facts and form": "both"}
FOOT = """Each row is a *rung*, one way to answer: the model with a prompt alone, with examples in its prompt, with the passages that
search finds for the question (RAG), with a small layer of weights learned from examples (a LoRA adapter), or with both.
Enough means: `answers.correct >= 0.7` for the facts, `format.valid >= 0.9` for the form; the first that is, is taken.

`make demo`: {questions} questions about a made-up company's handbook, a tiny model that comes with Sartor, the adapters
trained on the spot; {minutes} minutes on {cores} cores. Figures and intervals: `benchmarks/results/demo.json`."""


def block(found):
    """Write the table with what stands below it."""
    lines = [
        HEAD.format(columns=" | ".join(COLUMNS.values()), rules="---|" * len(COLUMNS)),
        *(row(line) for line in found["table"] if line["measures"]),
    ]
    foot = FOOT.format(
        questions=max(line["measures"]["answers.correct"]["n"] for line in measured(found)),
        minutes=round(found["run"]["seconds"] / 60),
        cores=found["machine"]["cores"],
    )
    return "\n".join((BEGIN, *lines, "", foot, END))


def measured(found):
    return [line for line in found["table"] if line["measures"]]


def row(line):
    cells = [share(line["measures"].get(name)) for name in COLUMNS]
    chosen = ", ".join(WANTED[name] for name in line["chosen_for"])
    added, rung = ADDED[line["rung"]], line["rung"]
    named = f"{f'**{added}**' if chosen else added} (`{rung}`)"
    return f"| {' | '.join((named, *cells, chosen))} |"


def share(measure):
    return f"{100 * measure['mean']:.0f} %" if measure else "-"


def main():
    text = README.read_text()
    if not BLOCK.search(text):
        raise SystemExit(f"{README} has no place for the table: {BEGIN} ... {END}")
    made = block(json.loads(RESULT.read_text()))
    README.write_text(BLOCK.sub(lambda _: made, text))


if __name__ == "__main__":
    main()
