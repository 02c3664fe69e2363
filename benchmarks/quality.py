"""Search quality on BEIR folders: BM25, dense, hybrid and RRF, each through the real parts.

    python benchmarks/quality.py PATH/TO/beir [--sets scifact xquad-zh] [--out results/quality.json]

A set is a folder with corpus.jsonl, queries.jsonl and qrels/*.tsv; one row is one passage. The
measures are those of `sartor.evaluation.measures`; with pytrec_eval installed they are compared
with trec_eval's on every run, and a difference ends the program with an error.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sartor.evaluation.measures.retrieval import ndcg, recall
from sartor.knowledge.embedding import EmbeddingSettings, open_embedder
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.search import SearchOptions, search
from sartor.knowledge.terms import VERSION, query_terms, terms
from sartor.protocols import Embedder, Entry
from sartor.text.languages import detect
from sartor.types import Passage

DEPTH = 100
VARIANTS = {
    "bm25": SearchOptions(k=DEPTH, mode="bm25", fold=0),
    "dense": SearchOptions(k=DEPTH, mode="dense", fold=0),
    "hybrid": SearchOptions(k=DEPTH, fold=0),
    "rrf": SearchOptions(k=DEPTH, fold=0, fusion="rrf"),
}


@dataclass(frozen=True)
class Collection:
    """One BEIR folder: passages by key, queries and their judged passages."""

    name: str
    passages: dict[int, Passage]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def read_collection(folder: Path) -> Collection:
    rows = _rows(folder / "corpus.jsonl")
    texts = {str(row["_id"]): f"{row.get('title', '')}\n{row['text']}".strip() for row in rows}
    passages = {
        key: Passage(id, id, text, 0, len(text)) for key, (id, text) in enumerate(texts.items(), 1)
    }
    grades = _grades(folder)
    queries = {str(row["_id"]): row["text"] for row in _rows(folder / "queries.jsonl")}
    judged = {id: text for id, text in queries.items() if id in grades}
    return Collection(folder.name, passages, judged, grades)


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _grades(folder: Path) -> dict[str, dict[str, int]]:
    """Read the judgements: of the test part where there is one."""
    files = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    grades: dict[str, dict[str, int]] = {}
    for line in files.get("test", min(files.values())).read_text().splitlines()[1:]:
        query, passage, grade = line.split("\t")
        grades.setdefault(query, {})[passage] = int(grade)
    return grades


def runs(collection: Collection, embedder: Embedder, folder: Path) -> tuple[dict, dict]:
    """Search every query in every variant: {variant: {query: [passage ids]}}, and why legs fell."""
    card = Card(embedder.fingerprint, embedder.dimension, VERSION)
    index = EdgeIndex.create(folder / collection.name, card)
    languages = _fill(index, collection, embedder)
    found: dict[str, dict[str, list[str]]] = {}
    dropped: Counter[str] = Counter()
    for variant, options in VARIANTS.items():
        found[variant] = {}
        for id, query in collection.queries.items():
            result = search(
                query,
                options,
                index=index,
                embedder=embedder,
                analyse=lambda text: query_terms(text, languages),
                passages=lambda keys: {key: collection.passages[key] for key in keys},
            )
            found[variant][id] = [hit.passage.id for hit in result.hits]
            if variant == "hybrid":
                dropped.update(
                    f"{ranking.leg}: {ranking.dropped}"
                    for ranking in result.explanation.rankings
                    if ranking.dropped
                )
    index.close()
    return found, dict(dropped)


def _fill(index: EdgeIndex, collection: Collection, embedder: Embedder) -> list[str]:
    """Index all passages and return their languages."""
    texts = [passage.text for passage in collection.passages.values()]
    languages = [detect(text) for text in texts]
    entries = [
        Entry(key, key, "default", collection.name, (), {}, tuple(terms(text, language)), vectors)
        for key, text, language, vectors in zip(
            collection.passages, texts, languages, embedder.embed_passages(texts), strict=True
        )
    ]
    index.apply(1, entries, [])
    return sorted(set(languages))


def measures(found: dict[str, list[str]], grades: dict[str, dict[str, int]]) -> dict[str, float]:
    """Average over the judged queries; one without an answer counts 0."""
    rows = []
    for query, judged in grades.items():
        ranks = {id: rank for rank, id in enumerate(found.get(query, []), start=1)}
        rows.append(
            {
                "ndcg@10": ndcg(ranks, judged, 10),
                "recall@10": recall(ranks, judged, 10),
                "recall@100": recall(ranks, judged, 100),
                "hit@10": float(recall(ranks, judged, 10) > 0),
            }
        )
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}


def compare_with_trec_eval(
    found: dict[str, list[str]], grades: dict[str, dict[str, int]], ours: dict[str, float]
) -> float | None:
    """Return the largest difference from trec_eval's figures, None where it is not installed."""
    try:
        import pytrec_eval
    except ImportError:
        return None
    names = {"ndcg@10": "ndcg_cut_10", "recall@10": "recall_10", "recall@100": "recall_100"}
    judge = pytrec_eval.RelevanceEvaluator(grades, {"ndcg_cut.10", "recall.10,100"})
    run = {
        query: {id: float(DEPTH - rank) for rank, id in enumerate(ids)}
        for query, ids in found.items()
    }
    rows = judge.evaluate(run).values()
    return max(
        abs(sum(row[theirs] for row in rows) / len(grades) - ours[name])
        for name, theirs in names.items()
    )


def measure(folder: Path, embedder: Embedder) -> dict:
    """Measure one set."""
    collection, started = read_collection(folder), time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        found, dropped = runs(collection, embedder, Path(work))
    figures = {name: measures(run, collection.grades) for name, run in found.items()}
    off = [compare_with_trec_eval(found[name], collection.grades, figures[name]) for name in found]
    if any(difference is not None and difference > 1e-6 for difference in off):
        raise SystemExit(f"{folder.name}: our measures differ from trec_eval's by {max(off)}")
    return {
        "passages": len(collection.passages),
        "queries": len(collection.queries),
        "figures": figures,
        "legs dropped in hybrid": dropped,
        "compared with trec_eval": None not in off,
        "seconds": round(time.perf_counter() - started, 1),
    }


def table(results: dict[str, dict]) -> str:
    lines = ["set | " + " | ".join(VARIANTS) + " | hybrid - better leg", "--- | " * 5 + "---"]
    for name, result in results.items():
        figures = {variant: row["ndcg@10"] for variant, row in result["figures"].items()}
        margin = figures["hybrid"] - max(figures["bm25"], figures["dense"])
        cells = [f"{figures[variant]:.3f}" for variant in VARIANTS]
        lines.append(" | ".join([name, *cells, f"{margin:+.3f}"]))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure search quality on BEIR folders.")
    parser.add_argument("beir", type=Path, help="a folder of BEIR folders")
    parser.add_argument("--sets", nargs="*", help="which of them; all by default")
    parser.add_argument("--precision", default="auto", help="auto, fp32, bf16 or int8")
    parser.add_argument(
        "--cache", type=Path, help="folder with the int8 model, if that is asked for"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results/quality.json")
    arguments = parser.parse_args()
    folders = sorted(path.parent for path in arguments.beir.glob("*/corpus.jsonl"))
    settings = EmbeddingSettings(precision=arguments.precision, cache_folder=arguments.cache)
    embedder, results = open_embedder(settings), {}
    embedder.embed_query = cache(embedder.embed_query)  # the variants share a query's vector
    for folder in folders:
        if not arguments.sets or folder.name in arguments.sets:
            results[folder.name] = measure(folder, embedder)
            print(f"{folder.name}: {results[folder.name]['seconds']} s", flush=True)
    embedder.close()
    report = {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "machine": platform.processor() or platform.machine(),
        "embedder": embedder.fingerprint,
        "options": "as shipped: weighted fusion 0.5, depth 100; folding off",
        "sets": results,
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n")
    print(table(results))


if __name__ == "__main__":
    main()
