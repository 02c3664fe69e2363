"""How fast, how small and how exact embedding is, on the abstracts of a BEIR corpus.

    python benchmarks/embedding.py path/to/scifact [--texts 400] [--precisions fp32,bf16,int8]

Each precision runs in a process of its own. Rates are given per CPU-second (what a passage costs,
whoever else is using the machine) and per second of wall time. The limit is what the same library
reaches with nothing but the model's matrix products, per CPU-second of one core. Writes
`benchmarks/results/embedding.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "embedding.json"
PRODUCTS = ((384, 384, 4), (384, 1536, 1), (1536, 384, 1))  # inputs, outputs, how many in a layer
LAYERS = 6
ROWS = 1_024
TEXTS_FOR_MEMORY = 2_000
QUERY = "Does vitamin D reduce the risk of respiratory infections in adults?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="a folder in BEIR layout")
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--precisions", default="fp32,bf16,int8")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        found = measure(arguments.corpus, arguments.texts, arguments.only, arguments.cache)
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as cache:
        if "int8" in arguments.precisions:
            make_int8(read_texts(arguments.corpus), Path(cache))
        runs = {
            precision: in_own_process(arguments, precision, cache)
            for precision in arguments.precisions.split(",")
        }
    result = {"machine": machine(), "texts": arguments.texts, "runs": runs}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def in_own_process(arguments: argparse.Namespace, precision: str, cache: str) -> dict:
    command = [sys.executable, __file__, str(arguments.corpus), "--texts", str(arguments.texts)]
    out = subprocess.check_output([*command, "--only", precision, "--cache", cache], text=True)
    return json.loads(out.splitlines()[-1])


def measure(corpus: Path, count: int, precision: str, cache: Path) -> dict:
    texts = read_texts(corpus)
    found = {"load_seconds_first_time": load(precision, cache)}
    found["load_seconds"] = load(precision, cache)
    embedder = open_one(precision, cache)
    found["query_ms"] = query_times(embedder, 100)
    found |= bulk(embedder, texts[:count])
    found["query_ms_during_bulk"] = query_during_bulk(embedder, texts[:count])
    found["pss_mb_at_most"] = memory(embedder, texts[:TEXTS_FOR_MEMORY], count)
    found |= limit(precision, found["tokens_per_passage"], found["passages_per_cpu_second"])
    found["cosine_to_fp32"] = cosines(embedder, texts[:64], cache)
    return found


def read_texts(corpus: Path) -> list[str]:
    with (corpus / "corpus.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, TEXTS_FOR_MEMORY)]
    return [f"{row['title']}\n\n{row['text']}" for row in rows]


def open_one(precision: str, cache: Path):
    from sartor.knowledge.embedding import EmbeddingSettings, open_local

    settings = EmbeddingSettings(precision=precision, cache_folder=cache, max_windows=1)
    return open_local(settings)


def make_int8(texts: list[str], cache: Path) -> None:
    from sartor.knowledge.embedding.int8 import build_int8
    from sartor.knowledge.embedding.opening import model_folder
    from sartor.knowledge.embedding.settings import EmbeddingSettings

    build_int8(model_folder(EmbeddingSettings(), print), texts[::20], cache, name="minilm")


def load(precision: str, cache: Path) -> float:
    """Seconds of wall time from the start of a process to its first vector."""
    program = (
        "from pathlib import Path\n"
        "from sartor.knowledge.embedding import EmbeddingSettings, open_local\n"
        f"cache = Path({str(cache)!r})\n"
        f"settings = EmbeddingSettings(precision={precision!r}, cache_folder=cache)\n"
        "open_local(settings).embed_query('hello')"
    )
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return round(time.perf_counter() - begin, 3)


def query_times(embedder, times: int) -> dict:
    embedder.embed_query(QUERY)
    taken = []
    for number in range(times):
        time.sleep(0.02)
        begin = time.perf_counter()
        embedder.embed_query(f"{QUERY} {number}")
        taken.append((time.perf_counter() - begin) * 1e3)
    taken.sort()
    return {"p50": round(taken[times // 2], 2), "p95": round(taken[times * 95 // 100], 2)}


def bulk(embedder, texts: list[str]) -> dict:
    embedder.embed_passages(texts[:32])
    begin, cpu = time.perf_counter(), time.process_time()
    spans = embedder.token_spans(texts)
    tokenizing = time.process_time() - cpu
    tokens = [min(len(one), embedder.window) + 2 for one in spans]
    begin, cpu = time.perf_counter(), time.process_time()
    embedder.embed_passages(texts)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - begin
    return {
        "tokens_per_passage": round(sum(tokens) / len(tokens), 1),
        "passages_per_cpu_second": round(len(texts) / cpu, 1),
        "passages_per_second": round(len(texts) / wall, 1),
        "cpu_ms_per_passage": round(cpu / len(texts) * 1e3, 2),
        "tokenizing_cpu_ms_per_passage": round(tokenizing / len(texts) * 1e3, 2),
    }


def query_during_bulk(embedder, texts: list[str]) -> dict:
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            for _ in embedder.embed_batches(texts):
                if stop.is_set():
                    return

    worker = threading.Thread(target=keep_busy)
    worker.start()
    time.sleep(1)
    try:
        return query_times(embedder, 100)
    finally:
        stop.set()
        worker.join()


def memory(embedder, texts: list[str], count: int) -> float:
    """Embed (all texts are planned, `count` computed) and watch the proportional set size."""
    most, done = 0, 0
    for numbers, _ in embedder.embed_batches(texts):
        most = max(most, pss())
        done += len(numbers)
        if done >= count:
            break
    return round(most / 1024, 1)


def pss() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def limit(precision: str, tokens: float, rate: float) -> dict:
    """Compare with a core that does nothing but the model's matrix products."""
    best = {(n, m): products_per_second(n, m, precision) for n, m, _ in PRODUCTS}
    weights = sum(n * m * times for n, m, times in PRODUCTS) * LAYERS
    attention = 2 * tokens * 384 * LAYERS
    seconds = sum(2 * tokens * n * m * times * LAYERS / best[n, m] for n, m, times in PRODUCTS)
    fastest = max(best.values())
    whole = seconds + 2 * tokens * attention / fastest
    return {
        "gflop_per_passage": round(2 * tokens * (weights + attention) / 1e9, 2),
        "best_gflops_per_core": {f"{n}x{m}": round(best[n, m] / 1e9) for n, m in best},
        "limit_passages_per_cpu_second": round(1 / whole, 1),
        "share_of_the_limit": round(rate * whole, 3),
    }


def products_per_second(inputs: int, outputs: int, precision: str) -> float:
    import numpy as np

    from sartor.knowledge.embedding.runtime import compile_graph

    request = compile_graph(product(inputs, outputs, precision), precision, streams=1)
    request = request.create_infer_request()
    rows = np.random.default_rng(0).normal(size=(ROWS, inputs)).astype(np.float32)
    request.infer([rows])
    best, repeats = 0.0, 20
    for _ in range(5):
        cpu = time.process_time()
        for _ in range(repeats):
            request.infer()
        best = max(best, 2 * ROWS * inputs * outputs * repeats / (time.process_time() - cpu))
    return best


def product(inputs: int, outputs: int, precision: str):
    """One matrix product; for int8 both sides are 8-bit integers."""
    import numpy as np

    from sartor.knowledge.embedding.runtime import import_openvino

    openvino = import_openvino()
    op = openvino.opset15
    rows = op.parameter([ROWS, inputs], np.float32)
    weights = np.random.default_rng(1).normal(size=(outputs, inputs)).astype(np.float32)
    left, right = rows, op.constant(weights)
    if precision == "int8":
        low, high = op.constant(np.float32(-4)), op.constant(np.float32(4))
        left = op.fake_quantize(rows, low, high, low, high, 256)
        whole = op.convert(op.constant((weights * 30).clip(-127, 127).astype(np.int8)), "f32")
        right = op.multiply(whole, op.constant(np.float32(1 / 30)))
    return openvino.Model([op.matmul(left, right, False, True)], [rows], "product")


def cosines(embedder, texts: list[str], cache: Path) -> dict:
    exact = open_one("fp32", cache).embed_passages(texts)
    found = embedder.embed_passages(texts)
    values = sorted(float((one * two).sum()) for one, two in zip(exact, found, strict=True))
    return {"least": round(values[0], 6), "mean": round(sum(values) / len(values), 6)}


def machine() -> dict:
    from sartor.knowledge.embedding.runtime import choose_precision, choose_threads

    chosen, threads = choose_precision("auto"), choose_threads(0)
    return {
        "processor": cpu_name(),
        "threads": threads.value,
        "precision": chosen.value,
        "precision_reason": chosen.reason,
        "load_when_started": os.getloadavg()[0],
        "python": platform.python_version(),
    }


def cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
