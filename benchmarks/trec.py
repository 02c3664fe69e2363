"""Our retrieval measures beside trec_eval's, question by question, on BEIR folders.

    python benchmarks/trec.py PATH/TO/beir

Every set is run twice: with BM25 over its passages and its own judgements, and with random rankings
whose scores tie and random grades from -1 to 3. A set is a folder with corpus.jsonl, queries.jsonl
and qrels/*.tsv. Both sides see the same scores and judgements; a difference of 0.00005 in any
measure of any question ends the program with an error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from math import log
from pathlib import Path

import pytrec_eval

from measuring import write_result
from sartor.evaluation.measures.ranking import as_trec_eval_orders, ranking
from sartor.evaluation.measures.retrieval import retrieval
from sartor.knowledge.terms import terms
from sartor.text.languages import detect
from sartor.types import Evidence, Hit, Passage

CUTS = (1, 3, 10, 100)
DEPTH = 100
SEED = 0
DIFFERENT = 5e-5  # to four decimals
PAIRS = {
    "retrieval.recall@": "recall",
    "retrieval.precision@": "P",
    "retrieval.hit@": "success",
    "retrieval.ndcg@": "ndcg_cut",
}
WHOLE = {"retrieval.mrr": "recip_rank", "retrieval.map": "map"}

Run = dict[str, dict[str, float]]
Grades = dict[str, dict[str, int]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    found = {folder.name: compare(folder) for folder in sets_in(given.data)}
    report = {
        "trec_eval": f"pytrec-eval-terrier {pytrec_eval.__version__}",
        "cuts": CUTS,
        "sets": found,
    }
    write_result("trec", report)
    worst = max(run["largest difference"] for runs in found.values() for run in runs.values())
    return int(worst >= DIFFERENT)


def sets_in(data: Path) -> list[Path]:
    """Find the BEIR folders in a folder, or the one that it is."""
    if (data / "corpus.jsonl").exists():
        return [data]
    return sorted(path.parent for path in data.glob("*/corpus.jsonl"))


def compare(folder: Path) -> dict[str, dict[str, float]]:
    texts = {
        str(row["_id"]): f"{row.get('title', '')}\n{row['text']}"
        for row in rows(folder / "corpus.jsonl")
    }
    queries = {str(row["_id"]): row["text"] for row in rows(folder / "queries.jsonl")}
    grades = judgements(folder)
    bm25 = Bm25(texts)
    asked = {id: queries[id] for id in grades if id in queries}
    return {
        "bm25": differences({id: bm25.search(text) for id, text in asked.items()}, grades),
        "random": differences(random_run(list(texts), grades), regraded(grades)),
    }


def differences(run: Run, grades: Grades) -> dict[str, float]:
    """Compare every measure of every question; return the means and the largest difference."""
    names = dict(WHOLE) | {
        f"{ours}{k}": f"{theirs}_{k}" for k in CUTS for ours, theirs in PAIRS.items()
    }
    wanted = {*WHOLE.values(), *(f"{theirs}.{k}" for k in CUTS for theirs in PAIRS.values())}
    theirs = pytrec_eval.RelevanceEvaluator(grades, wanted).evaluate(run)
    worst, sums = 0.0, Counter()
    for question, scores in run.items():
        ours = measure(scores, grades[question])
        for name, their_name in names.items():
            worst = max(worst, abs(ours[name] - theirs[question][their_name]))
        sums.update(ours)
    means = {name: round(sums[name] / len(run), 4) for name in ("retrieval.ndcg@10", *WHOLE)}
    return {"questions": len(run), "largest difference": worst, **means}


def measure(scores: dict[str, float], grades: dict[str, int]) -> dict[str, float]:
    hits = [Hit(Passage(id, id, "", 0, 0), scores[id]) for id in as_trec_eval_orders(scores)]
    found = ranking(hits, [Evidence(id, grade=grade) for id, grade in grades.items()])
    return {name: value for k in CUTS for name, value in retrieval(found, k)}


def random_run(ids: list[str], grades: Grades) -> Run:
    """Rank what is judged and as much again that is not, with many equal scores."""
    chance = random.Random(SEED)
    return {
        question: {
            id: float(chance.randint(0, 20)) / 7
            for id in {*judged, *chance.sample(ids, min(DEPTH, len(ids)))}
        }
        for question, judged in grades.items()
    }


def regraded(grades: Grades) -> Grades:
    """Give what is judged any grade; at least one that is not negative, which trec_eval needs."""
    chance = random.Random(SEED)
    return {
        question: {id: chance.randint(-1, 3) for id in judged} | {"absent": chance.randint(0, 2)}
        for question, judged in grades.items()
    }


class Bm25:
    """A plain BM25 in memory: what matters here are its scores, not its speed."""

    def __init__(self, texts: dict[str, str], k1: float = 1.2, b: float = 0.75) -> None:
        counts = {id: Counter(terms(text, detect(text))) for id, text in texts.items()}
        mean = sum(found.total() for found in counts.values()) / len(counts)
        self._language = detect(" ".join(list(texts.values())[:50]))
        self._postings: dict[str, list[tuple[str, float]]] = {}
        for id, found in counts.items():
            long = k1 * (1 - b + b * found.total() / mean)
            for term, count in found.items():
                weight = count * (k1 + 1) / (count + long)
                self._postings.setdefault(term, []).append((id, weight))
        self._count = len(texts)

    def search(self, query: str) -> dict[str, float]:
        scores: Counter[str] = Counter()
        for term in set(terms(query, self._language)):
            held = self._postings.get(term, [])
            rarity = log(1 + (self._count - len(held) + 0.5) / (len(held) + 0.5))
            for id, weight in held:
                scores[id] += rarity * weight
        return dict(scores.most_common(DEPTH))


def judgements(folder: Path) -> Grades:
    """Read all judgements of a set, of whatever part."""
    grades: Grades = {}
    for path in sorted((folder / "qrels").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            question, passage, grade = line.split("\t")
            grades.setdefault(question, {})[passage] = int(grade)
    return grades


def rows(path: Path) -> Iterator[dict]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
