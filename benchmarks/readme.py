"""Write the table that the README opens with: `python benchmarks/readme.py`, after demo.py.

It stands between two marks and comes from results/demo.json alone; a test holds it to that.
"""

import json
import re
from pathlib import Path

from sartor.evaluation.reporting.figures import called
from sartor.ladder.bars import read_bar

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
RESULT = HERE / "results/demo.json"
BEGIN, END = "<!-- from benchmarks/results/demo.json -->", "<!-- end -->"
BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
MEASURES = ("answers.correct", "format.valid", "citations.recall", "answers.abstained")
HEAD = """| what is added to the model | {columns} | enough to be |
|---|{rules}---|"""
ADDED = {
    "prompt": "a prompt",
    "few-shot": "examples",
    "rag": "retrieval",
    "few-shot+rag": "examples and retrieval",
    "lora": "a LoRA adapter",
    "lora+rag": "a LoRA adapter and retrieval",
}
FOOT = """Each row is a *rung*, one way to answer: the model with a prompt alone, with examples in its prompt, with the passages that
search finds for the question (RAG), with a small layer of weights learned from examples (a LoRA adapter), or with both.
Right (`answers.correct`): the fact is there, or, where the documents hold none, nothing is said; who never answers is right
on those. In form (`format.valid`): JSON as asked for. Cited (`citations.recall`): sentences that their sources support.
Rightly silent (`answers.abstained`): questions without an answer that got none.
Enough is asked for as {bars}; the first rung that is, is taken.

`make demo`: {questions} questions about a made-up company's handbook, a tiny model that comes with Sartor, the adapters
trained on the spot; {minutes} minutes on {cores} cores. Figures and intervals: `benchmarks/results/demo.json`."""


def block(found):
    """Write the table with what stands below it."""
    lines = [
        HEAD.format(columns=" | ".join(map(called, MEASURES)), rules="---|" * len(MEASURES)),
        *(row(line, found["verdicts"]) for line in measured(found)),
    ]
    foot = FOOT.format(
        questions=max(line["measures"]["answers.correct"]["n"] for line in measured(found)),
        minutes=round(found["run"]["seconds"] / 60),
        cores=found["machine"]["cores"],
        bars=" and ".join(f"`{one['bar']}`" for one in found["verdicts"] if "," not in one["bar"]),
    )
    return "\n".join((BEGIN, *lines, "", foot, END))


def measured(found):
    return [line for line in found["table"] if line["measures"]]


def row(line, verdicts):
    cells = [share(line["measures"].get(name)) for name in MEASURES]
    bars = [read_bar(one["bar"], volume=1) for one in verdicts if one["rung"] == line["rung"]]
    chosen = ", ".join(bar.wanted for bar in bars)
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
