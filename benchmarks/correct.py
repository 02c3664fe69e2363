"""How far `answers.correct` and the checker's support agree with labels, matcher by matcher.

    python benchmarks/correct.py PATH/TO/data [--show]

Five sources of labels, each weak in its own way; what each can show is said beside its figures:

    halueval      a right and a hallucinated answer to each question; the right one is what is expected
    sentences     the right answer of halueval, said as a sentence together with its question
    translated    English expected texts against the German and Chinese sentences that hold them (XQuAD)
    references    reference answers of 10-Q filings against each other: whose question is it?
    ares          200 answers that people judged faithful or not, against the support found
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import write_result
from sartor.checking.checker import SupportChecker
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.correct import correct
from sartor.evaluation.measures.inventing import faithfulness
from sartor.protocols import Checker
from sartor.testing.retriever import MemoryLibrary
from sartor.text.question_answer import statement
from sartor.text.sentences import sentences
from sartor.types import Answer, Passage, Question

SEED = 0
SHOWS = {
    "halueval": "how often a wrong answer passes. The right answer is the expected text itself, so that it passes says little",
    "sentences": "whether a right answer passes when it is worded as a sentence. The sentences are made by rule",
    "translated": "whether numbers, dates and names are known again in another language's spelling, "
    "in sentences translated by people; the wrong ones are other sentences of the same paragraph",
    "references": "how often a long answer passes for that of another question on the same filing. No paraphrase is "
    "labelled, so how often right ones are refused cannot be seen here",
    "ares": "whether the share of supported sentences (half or more) agrees with people on faithfulness",
}


@dataclass(frozen=True)
class Judged:
    """One answer, what decided, and whether it is right: by us, and by the label."""

    matcher: str
    ours: bool
    label: bool
    example: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", action="store_true", help="print where we and the labels differ")
    given = parser.parse_args()
    checker = SupportChecker(MemoryLibrary([]))
    found = {
        "halueval": list(halueval(given.data, checker)),
        "sentences": list(as_sentences(given.data, checker)),
        "translated": list(translated(given.data)),
        "references": list(references(given.data, checker)),
        "ares": list(ares(given.data, checker)),
    }
    report = {name: {"shows": SHOWS[name], **by_matcher(rows)} for name, rows in found.items()}
    for rows_of_one in found.values() if given.show else ():
        show(rows_of_one)
    write_result("correct", report)
    return 0


# --- sources of labels --------------------------------------------------------------------------


def halueval(data: Path, checker: Checker) -> Iterator[Judged]:
    for row in rows(data / "faithfulness/halueval/qa_500.jsonl"):
        for key, label in (("right_answer", True), ("hallucinated_answer", False)):
            yield judged(row["question"], row["right_answer"], row[key], label, checker)


def as_sentences(data: Path, checker: Checker) -> Iterator[Judged]:
    for row in rows(data / "faithfulness/halueval/qa_500.jsonl"):
        said = statement(row["question"], row["right_answer"])
        yield judged(row["question"], row["right_answer"], said, True, checker)


def translated(data: Path) -> Iterator[Judged]:
    english = {row["_id"]: row for row in rows(data / "beir/xquad-en/queries.jsonl")}
    for language in ("de", "zh"):
        folder = data / f"beir/xquad-{language}"
        texts = {row["_id"]: row["text"] for row in rows(folder / "corpus.jsonl")}
        held = dict(line.split("\t")[:2] for line in qrels(folder))
        for row in rows(folder / "queries.jsonl"):
            expected = english[row["_id"]]["metadata"]["answers"][0]
            text, start = texts[held[row["_id"]]], row["metadata"]["answer_start"][0]
            for begin, end in sentences(text):
                holds = begin <= start < end
                other = row["metadata"]["answers"][0] not in text[begin:end]
                if holds or other:
                    one = judged(row["text"], expected, text[begin:end], holds, None)
                    if one.matcher == "number":
                        yield Judged(f"number, {language}", one.ours, one.label, one.example)


def references(data: Path, checker: Checker) -> Iterator[Judged]:
    folder = data / "docs/kg_rag/sec-10-q/data/v1"
    with (folder / "qna_data.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    chance = random.Random(SEED)
    for row in found:
        same = [one for one in found if one["Source Docs"] == row["Source Docs"] and one is not row]
        yield judged(row["Question"], row["Answer"], row["Answer"], True, checker)
        for other in chance.sample(same, min(3, len(same))):
            yield judged(row["Question"], row["Answer"], other["Answer"], False, checker)


def ares(data: Path, checker: Checker) -> Iterator[Judged]:
    path = data / "faithfulness/ares_judge/LLM_Judge_Test_Set_Human_Annotations.tsv"
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            document = row["Document"]
            context = (Passage("", "", document, 0, len(document)),)
            asked = Asked(Question("q", row["Question"]), Answer(row["Answer"], context=context))
            for value in faithfulness(asked, checker):
                good = value.value is not None and value.value >= 0.5
                label = row["Answer_Faithfulness_Label"] == "1"
                yield Judged(value.metric, good, label, row["Answer"][:150])


def judged(
    question: str, expected: str, answer: str, label: bool, checker: Checker | None
) -> Judged:
    found = correct(Asked(Question("q", question, (expected,)), Answer(answer)), checker)
    example = f"{question} | expected: {expected[:120]} | answer: {answer[:120]} | {found.reason}"
    return Judged(found.decided_by, bool(found.right), label, example)


# --- figures ------------------------------------------------------------------------------------


def by_matcher(found: list[Judged]) -> dict[str, dict]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        groups[one.matcher].append(one)
        if not one.matcher.startswith("faithfulness"):
            groups["all"].append(one)
    return {name: figures(group) for name, group in sorted(groups.items())}


def show(found: list[Judged]) -> None:
    """Print where we and the labels differ: texts of others do not go into the result file."""
    for one in found:
        if one.ours != one.label:
            print(one.example)


def figures(group: list[Judged]) -> dict[str, object]:
    """Count agreement; Cohen's kappa is what chance does not explain, None with labels of one kind."""
    total = len(group)
    agreed = sum(one.ours == one.label for one in group) / total
    ours, labels = sum(one.ours for one in group) / total, sum(one.label for one in group) / total
    chance = ours * labels + (1 - ours) * (1 - labels)
    right = [one for one in group if one.label]
    wrong = [one for one in group if not one.label]
    both = bool(right and wrong)
    return {
        "answers": total,
        "agreement": round(agreed, 4),
        "kappa": round((agreed - chance) / (1 - chance), 4) if both and chance < 1 else None,
        "right refused": f"{sum(not one.ours for one in right)} of {len(right)}",
        "wrong accepted": f"{sum(one.ours for one in wrong)} of {len(wrong)}",
    }


def qrels(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "qrels").glob("*.tsv")):
        yield from path.read_text(encoding="utf-8").splitlines()[1:]


def rows(path: Path) -> Iterator[dict]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
