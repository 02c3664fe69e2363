"""How fast, how large and how exact the embedded index is, by number of passages.

    python benchmarks/index.py [--sizes 1000 10000 100000] [--scifact FOLDER] [--out FILE]

Passages are made up: vectors in clusters, words by Zipf's law. With a BEIR folder of SciFact the two
ways the engine offers for BM25 are compared on real words: its text index, and sparse vectors whose
weights are ours. Every size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from importlib.metadata import version
from math import log2
from pathlib import Path

import numpy as np
import qdrant_edge as engine

from sartor.knowledge.index.build import start_optimizing, wait_for
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.terms import terms
from sartor.protocols import Entry, Where

SIZES = [1_000, 10_000, 100_000]
DIMENSION = 384
CLUSTERS = 300
SPREAD = 0.7
VOCABULARY = 60_000
WORDS_PER_PASSAGE = 120
WORDS_PER_QUERY = 8
QUERIES = 200
DEPTH = 100  # hits per leg, as search asks for them
CARD = Card(fingerprint="benchmark", dimension=DIMENSION, analyser="benchmark")
FILTERS = {  # share of the passages -> the keys it keeps, and how to ask for them
    "all": (1, Where(labels=None)),
    "1/3": (3, Where(sources=("s0",))),
    "1/10": (10, Where(metadata={"tenth": 0})),
    "1/100": (100, Where(metadata={"hundredth": 0})),
}
RESULT = Path(__file__).parent / "results" / "index.json"


class Made:
    """Made-up passages, the same for the same size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._random = np.random.default_rng(size)
        self._centres = self._random.normal(size=(CLUSTERS, DIMENSION))
        ranks = np.arange(1, VOCABULARY + 1)
        self._chances = np.cumsum(1 / ranks) / np.sum(1 / ranks)
        self.vectors = self._unit(size)
        self.queries = self._unit(QUERIES)

    def _unit(self, count: int):
        chosen = self._centres[self._random.integers(0, CLUSTERS, count)]
        rows = chosen + SPREAD * self._random.normal(size=(count, DIMENSION))
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit.astype(np.float16).astype(np.float32)  # as the ledger keeps them

    def words(self, count: int) -> tuple[str, ...]:
        return tuple(f"w{n}" for n in np.searchsorted(self._chances, self._random.random(count)))

    def entries(self) -> Iterator[list[Entry]]:
        for start in range(0, self.size, 1_000):
            yield [self._entry(key) for key in range(start, min(start + 1_000, self.size))]

    def _entry(self, key: int) -> Entry:
        length = int(self._random.integers(WORDS_PER_PASSAGE // 2, WORDS_PER_PASSAGE * 3 // 2))
        vectors = self.vectors[key : key + 1]
        metadata = {"hundredth": key % 100, "tenth": key % 10}
        terms = self.words(length)
        return Entry(key, key // 5, "default", f"s{key % 3}", (), metadata, terms, vectors)


def measure_size(size: int, folder: Path) -> dict[str, object]:
    """Build, search, reopen, filter: everything there is to know about one size."""
    made = Made(size)
    figures: dict[str, object] = {"passages": size, **build(made, folder)}
    print(figures, file=sys.stderr, flush=True)
    index = EdgeIndex.open(folder, CARD)
    worth = index.worth_optimizing()
    figures["legs before graphs"] = legs(index, made)
    index.close()
    if worth:
        started = time.perf_counter()
        wait_for(start_optimizing(folder))
        figures["optimize seconds"] = round(time.perf_counter() - started, 1)
    print(figures, file=sys.stderr, flush=True)
    figures["reopen seconds"] = round(statistics.median(reopen(folder) for _ in range(3)), 3)
    index = EdgeIndex.open(folder, CARD)
    figures["legs"] = legs(index, made)
    figures["disk MB"] = disk(folder)
    figures["dense under a filter that keeps"] = {
        share: recall(index, made, np.arange(0, size, step), where)
        for share, (step, where) in FILTERS.items()
    }
    figures["upsert visible"] = upsert_visible(index, made)
    index.close()
    figures["memory PSS MB"] = in_a_process(["--memory-of", str(folder)])
    return figures


def build(made: Made, folder: Path) -> dict[str, object]:
    index = EdgeIndex.create(folder, CARD)
    cpu = wall = 0.0
    for number, entries in enumerate(made.entries(), 1):
        cpu_before, wall_before = time.process_time(), time.perf_counter()
        index.apply(number, entries, [])
        cpu += time.process_time() - cpu_before
        wall += time.perf_counter() - wall_before
    index.close()
    return {"ingest CPU seconds": round(cpu, 2), "ingest seconds": round(wall, 2)}


def legs(index: EdgeIndex, made: Made) -> dict[str, dict[str, float]]:
    """Time both legs and both together, as every caller without labels asks."""
    where = Where()
    texts = [made.words(WORDS_PER_QUERY) for _ in range(QUERIES)]
    bm25 = [timed(lambda: index.search_terms(text, DEPTH, where)) for text in texts]
    dense = [timed(lambda: index.search_vector(one, DEPTH, where)) for one in made.queries]
    both = [one + other for one, other in zip(bm25, dense, strict=True)]
    return {"bm25": spread(bm25), "dense": spread(dense), "both": spread(both)}


def timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def spread(seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1_000
    return {"p50 ms": round(float(p50), 2), "p95 ms": round(float(p95), 2)}


def recall(index: EdgeIndex, made: Made, among: np.ndarray, where: Where) -> dict[str, float]:
    """Compare with every vector there is among those that a filter keeps."""
    kept = made.vectors[among]
    found, seconds = 0, []
    for query in made.queries:
        best = {int(key) for key in among[np.argsort(-(kept @ query))[:10]]}
        started = time.perf_counter()
        hits = index.search_vector(query, DEPTH, where)
        seconds.append(time.perf_counter() - started)
        found += len(best & {hit.key for hit in hits[:10]})
    share = found / (len(made.queries) * min(10, len(among)))
    return {"recall@10": round(share, 4), **spread(seconds)}


def reopen(folder: Path) -> float:
    started = time.perf_counter()
    index = EdgeIndex.open(folder, CARD)
    index.search_terms(("w1",), 1, Where())
    seconds = time.perf_counter() - started
    index.close()
    return seconds


def upsert_visible(index: EdgeIndex, made: Made) -> dict[str, float]:
    """Put one entry, find it, drop it, find it gone; no flush, as between two flushes."""
    put, drop = [], []
    for number in range(50):
        entry = Entry(
            10**9 + number, 0, "default", "s", (), {}, (f"new{number}",), made.queries[:1]
        )
        put.append(timed(lambda: index.apply(index.applied() + 1, [entry], [])))
        assert index.search_terms(entry.terms, 1, Where())[0].key == entry.key
        drop.append(timed(lambda: index.apply(index.applied() + 1, [], [entry.key])))
        assert not index.search_terms(entry.terms, 1, Where())
    return {"put": spread(put), "drop": spread(drop)}


def memory_to_search(folder: Path) -> dict[str, float]:
    """Search by a sample of what is there; give this process's memory before and after."""
    before = memory()
    index = EdgeIndex.open(folder, CARD)
    for entry in index.entries(list(range(QUERIES))):
        index.search_terms(entry.terms[:WORDS_PER_QUERY], DEPTH, Where())
        index.search_vector(entry.vectors[0], DEPTH, Where())
    after = memory()
    index.close()
    return {"before opening": before, "after searching": after}


def memory() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    mapped = [line for line in lines if line.startswith("Pss:")]
    return round(int(mapped[0].split()[1]) / 1_000, 1)


def disk(folder: Path) -> float:
    blocks = sum(path.stat().st_blocks for path in folder.rglob("*"))
    return round(blocks * 512 / 1e6, 1)


# --- which BM25: the engine's text index, or sparse vectors weighted by us ------------------------


class SparseWords:
    """BM25 as sparse vectors: our term weights, the engine's inverse document frequencies."""

    def __init__(self, folder: Path, average: float) -> None:
        folder.mkdir()
        words = engine.EdgeSparseVectorParams(modifier=engine.Modifier.Idf)
        configuration = engine.EdgeConfig(sparse_vectors={"words": words}, wal_enabled=False)
        self._shard = engine.EdgeShard.create(str(folder), configuration)
        self._average = average

    def put(self, documents: dict[int, list[str]]) -> None:
        points = [
            engine.Point(key, {"words": self._weighted(terms)}, {})
            for key, terms in documents.items()
        ]
        self._shard.update(engine.UpdateOperation.upsert_points(points))

    def _weighted(self, terms: list[str]) -> engine.SparseVector:
        counts = Counter(map(term_number, terms))
        norm = 1.2 * (0.25 + 0.75 * len(terms) / self._average)
        weights = [count * 2.2 / (count + norm) for count in counts.values()]
        return engine.SparseVector(list(counts), weights)

    def drop(self, keys: list[int]) -> None:
        self._shard.update(engine.UpdateOperation.delete_points(keys))

    def search(self, terms: list[str]) -> list[tuple[int, float]]:
        numbers = list(dict.fromkeys(map(term_number, terms)))
        query = engine.SparseVector(numbers, [1.0] * len(numbers))
        request = engine.QueryRequest(DEPTH, query=engine.Query.Nearest(query, "words"))
        return [(hit.id, hit.score) for hit in self._shard.query(request)]

    def close(self) -> None:
        self._shard.close()


class TextWords:
    """BM25 as `EdgeIndex` does it."""

    def __init__(self, folder: Path, average: float) -> None:
        self._index = EdgeIndex.create(folder, CARD)

    def put(self, documents: dict[int, list[str]]) -> None:
        entries = [
            Entry(key, key, "default", "s", (), {}, tuple(terms), None)
            for key, terms in documents.items()
        ]
        self._index.apply(1, entries, [])

    def drop(self, keys: list[int]) -> None:
        self._index.apply(2, [], keys)

    def search(self, terms: list[str]) -> list[tuple[int, float]]:
        found = self._index.search_terms(terms, DEPTH, Where(labels=None))
        return [(hit.key, hit.score) for hit in found]

    def close(self) -> None:
        self._index.close()


def compare_words(beir: Path, folder: Path) -> dict[str, object]:
    """Measure both ways on SciFact's real words."""
    rows = [json.loads(line) for line in (beir / "corpus.jsonl").read_text().splitlines()]
    documents = {n: terms(f"{row['title']} {row['text']}", "en") for n, row in enumerate(rows)}
    names = [row["_id"] for row in rows]
    asked = [json.loads(line) for line in (beir / "queries.jsonl").read_text().splitlines()]
    queries = {row["_id"]: terms(row["text"], "en") for row in asked}
    relevant: dict[str, set[str]] = {}
    for line in (beir / "qrels" / "train.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(document)
    average = statistics.mean(map(len, documents.values()))
    ways = {
        "text index": (TextWords, average),
        "sparse, exact average length": (SparseWords, average),
        "sparse, length 256 assumed": (SparseWords, 256.0),
    }
    return {
        name: words_figures(way(folder / str(number), assumed), documents, names, queries, relevant)
        for number, (name, (way, assumed)) in enumerate(ways.items())
    }


def words_figures(way, documents, names, queries, relevant) -> dict[str, object]:
    started = time.process_time()
    for start in range(0, len(documents), 500):
        way.put({key: documents[key] for key in range(start, min(start + 500, len(documents)))})
    cpu = time.process_time() - started
    seconds, gains = [], []
    for query, wanted in relevant.items():
        began = time.perf_counter()
        hits = way.search(queries[query])
        seconds.append(time.perf_counter() - began)
        gains.append(ndcg([names[key] for key, _ in hits[:10]], wanted))
    sample = [queries[query] for query in list(relevant)[:100]]
    before = [way.search(words) for words in sample]
    extra = {10**6 + key: documents[key] for key in range(len(documents) // 2)}
    way.put(extra)
    way.drop(list(extra))
    after = [way.search(words) for words in sample]
    way.close()
    return {
        "nDCG@10": round(statistics.mean(gains), 4),
        **spread(seconds),
        "ingest CPU seconds": round(cpu, 2),
        "rankings unchanged after half was added twice and deleted": before == after,
    }


def ndcg(found: list[str], wanted: set[str]) -> float:
    gain = sum(1 / log2(place + 2) for place, name in enumerate(found) if name in wanted)
    return gain / sum(1 / log2(place + 2) for place in range(min(10, len(wanted))))


def term_number(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "little")


def machine() -> dict[str, object]:
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]  # fmt: skip
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "load before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "engine": f"qdrant-edge-py {version('qdrant-edge-py')}",
    }


def in_a_process(arguments: list[str]) -> object:
    """Run a part of this benchmark alone, so that its memory is its own."""
    command = [sys.executable, __file__, *arguments]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(child.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument(
        "--scifact", type=Path, help="BEIR folder: corpus, queries, qrels/train.tsv"
    )
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--one-size", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print(json.dumps(memory_to_search(options.memory_of)))
        return
    if options.one_size:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure_size(options.one_size, Path(folder) / "index")))
        return
    results: dict[str, object] = {"machine": machine(), "sizes": []}
    results["sizes"] = [in_a_process(["--one-size", str(size)]) for size in options.sizes]
    if options.scifact:
        with tempfile.TemporaryDirectory() as folder:
            results["BM25 on SciFact"] = compare_words(options.scifact, Path(folder))
    options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(options.out.read_text())


if __name__ == "__main__":
    main()
