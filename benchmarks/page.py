"""Write docs/benchmarks.md from the result files: `python benchmarks/page.py`."""

from pathlib import Path

import page_answers
import page_measuring
import page_tuning
from page_parts import number, result, table, where

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs/benchmarks.md"

HEAD = """# Benchmarks

Written by `benchmarks/page.py` from the files in `benchmarks/results/`; each figure names its file. The
machines are small, shared and noisy: compare rows of one table, and CPU-seconds rather than seconds.
"""
PEER_MEASURES = {
    "passages_per_cpu_s": "passages per CPU-second",
    "ingest_peak_rss_mb": "ingest, peak MB",
    "cold_hybrid_s": "cold hybrid query, s",
    "hybrid_p50_ms": "warm hybrid p50, ms",
    "hybrid_p95_ms": "p95, ms",
    "hybrid_ndcg@10": "hybrid nDCG@10",
    "hybrid_recall@100": "recall@100",
    "reingest_cpu_ratio": "unchanged re-ingest, share of first",
    "edit_old_found_hybrid": "old text found after edit",
    "deleted_found_hybrid": "deleted text found",
}


def peers():
    found = result("peers")
    names = sorted(found["peers"], key=lambda name: (not name.startswith("ours"), name))
    rows = [
        [
            name.replace("ours/plain", "**Sartor**"),
            *(found["peers"][name].get(m) for m in PEER_MEASURES),
        ]
        for name in names
    ]
    best = {
        "passages_per_cpu_s": max, "ingest_peak_rss_mb": min, "cold_hybrid_s": min,
        "hybrid_p50_ms": min, "hybrid_p95_ms": min, "hybrid_ndcg@10": max,
    }  # fmt: skip
    ours = next(found["peers"][name] for name in names if name.startswith("ours"))
    others = [found["peers"][name] for name in names if not name.startswith("ours")]
    ratios = []
    for measure, choose in best.items():
        known = [peer[measure] for peer in others if measure in peer]
        ratios.append(
            [PEER_MEASURES[measure], ours[measure], choose(known), ours[measure] / choose(known)]
        )
    run = found["run"]
    return f"""## Beside the peers

SciFact, {number(run["docs"])} documents, {run["queries"]} queries, the same all-MiniLM-L6-v2 weights everywhere, one
document = one passage cut at the model's window, {run["threads"]} thread. Peers in fp32 by their own default, Sartor in
the precision it chooses on this CPU. {where(found, "peers")}

{table(["", *PEER_MEASURES.values()], rows)}

{table(["measure", "Sartor", "best peer", "ratio"], ratios)}
"""


def embedding():
    found = result("embedding")
    runs = found["runs"]
    keys = [
        key
        for key in next(iter(runs.values()))
        if not isinstance(next(iter(runs.values()))[key], dict | list | str)
    ]
    rows = [[key.replace("_", " "), *(run.get(key) for run in runs.values())] for key in keys]
    return f"""## Embedding alone

all-MiniLM-L6-v2 on {found["texts"]} SciFact abstracts. {where(found, "embedding")}

{table(["", *runs], rows)}
"""


def quality():
    found = result("quality")
    rows = []
    for name, scores in found["sets"].items():
        values = {
            leg: scores["figures"][leg]["ndcg@10"] for leg in ("bm25", "dense", "hybrid", "rrf")
        }
        rows.append(
            [name, *values.values(), values["hybrid"] - max(values["bm25"], values["dense"])]
        )
    means = [sum(row[at] for row in rows) / len(rows) for at in range(1, 6)]
    return f"""## Search quality

nDCG@10 through the real parts, one row = one passage; our measures are trec_eval's on every run.
The last column is hybrid minus the better leg. {where(found, "quality")}

{table(["set", "BM25", "dense", "hybrid", "RRF", "hybrid - better leg"], [*rows, ["mean", *means]])}
{int8(found)}"""


def int8(usual):
    found = result("quality-int8")
    if not found:
        return ""
    lines = [
        f"{name}: dense {one['figures']['dense']['ndcg@10']:.3f} against {usual['sets'][name]['figures']['dense']['ndcg@10']:.3f}, "
        f"hybrid {one['figures']['hybrid']['ndcg@10']:.3f} against {usual['sets'][name]['figures']['hybrid']['ndcg@10']:.3f}"
        for name, one in found["sets"].items()
    ]
    return f"""
With the int8 model (calibrated on texts of the same corpus), nDCG@10: {"; ".join(lines)}.
*`results/quality-int8.json`*
"""


def chunking():
    text = (HERE / "results/chunking.md").read_text()
    return f"""## Splitting

The published study's two recipes, written again from their description, and ours; 220 questions with exact
spans. The default is 200 tokens. Its rule was developed with both corpora in view, so read the recall as
"not measurably different" and the precision as better. *`results/chunking.json`*

{text.split("The same, with as many")[0].strip()}
"""


def syncing():
    found = result("syncing")
    steps = found["steps"]
    columns = ["seconds", "cpu_seconds", "peak_pss_mb"]
    rows = [
        [
            name,
            *(step.get(c) for c in columns),
            ", ".join(
                f"{k.replace('_', ' ')} {number(v)}" for k, v in step.items() if k not in columns
            ),
        ]
        for name, step in steps.items()
    ]
    quiet, busy, small = (
        found["search"]["quiet_ms"],
        found["search"]["while_syncing_ms"],
        found["folder of small files"],
    )
    return f"""## The life of a knowledge base

{found["corpus"]} with the default settings (long documents become several passages, nothing is cut off), whole
processes of the command line. {where(found, "syncing")}

{table(["step", "seconds", "CPU seconds", "peak PSS, MB", ""], rows)}

Warm hybrid search in one process: p50 {quiet["p50"]} ms, p95 {quiet["p95"]} ms; while another process adds documents: p50
{busy["p50"]} ms, p95 {busy["p95"]} ms over {busy["queries"]} queries.

A folder of {number(small["documents"])} small Markdown files: the last one is found by BM25 from a second process
{small.get("last_findable_seconds", "?")} s after `sartor add` starts ({small.get("spread_found", "?")} spread ones found then); all embedded after
{small["add_seconds"]} s.
"""


def start():
    found = result("start")
    rows = [[name, case["seconds"], case["cpu_seconds"]] for name, case in found["cases"].items()]
    return f"""## Starting

Whole processes, median of {found["runs"]}. {where(found, "start")}

{table(["", "seconds", "CPU seconds"], rows)}
"""


def index():
    found = result("index")
    rows = []
    for one in found["sizes"]:
        legs, one_percent = one["legs"], one["dense under a filter that keeps"]["1/100"]
        rows.append([
            one["passages"], legs["bm25"]["p50 ms"], legs["dense"]["p50 ms"], legs["both"]["p50 ms"],
            legs["both"]["p95 ms"], one_percent["recall@10"], one["reopen seconds"], one["disk MB"],
            one["memory PSS MB"]["after searching"], one["ingest CPU seconds"], one.get("optimize seconds"),
        ])  # fmt: skip
    head = [
        "passages", "BM25 p50, ms", "dense p50", "both p50", "both p95", "recall under a 1 % filter",
        "reopen, s", "disk, MB", "PSS, MB", "ingest CPU s", "graph build, s",
    ]  # fmt: skip
    words = [
        [name, one["nDCG@10"], one["p50 ms"]] for name, one in found["BM25 on SciFact"].items()
    ]
    return f"""## The index as it grows

Clustered vectors, words by Zipf's law, without the query's embedding. {where(found, "index")}

{table(head, rows)}

Two ways the engine offers for BM25, on SciFact; the first is used, because deleted documents leave no trace in
its scores and lengths are exact:

{table(["", "nDCG@10", "p50, ms"], words)}
"""


def reading():
    found = result("reading")
    rows = []
    for name, one in found.items():
        if isinstance(one, dict) and "files" in one:
            rows.append(
                [
                    name,
                    *(
                        one.get(key)
                        for key in ("files", "read", "failed", "skipped", "without an outcome")
                    ),
                ]
            )
    return f"""## Reading

Every file ends as read, failed or skipped, with its reason. {where(found, "reading")}

{table(["", "files", "read", "failed", "skipped", "without an outcome"], rows)}
"""


def footprint():
    found = result("footprint")
    return f"""## Footprint

The core in a fresh environment, without the weights (92 MB from the hub or a package): {found["distributions"]} distributions,
{found["megabytes"]} MB ({found["megabytes_without_compiled_python"]} MB without compiled Python files), installed in {found["install_seconds"]} s. {where(found, "footprint")}
"""


PARTS = {
    "peers": peers, "start": start, "footprint": footprint, "syncing": syncing, "embedding": embedding, "quality": quality,
    "chunking": chunking, "index": index, "reading": reading, "extract": page_answers.extract,
    "checking": page_answers.checking, "answering": page_answers.answering,
    "conflicts": page_answers.trust, "generation": page_answers.generation,
    "coverage": page_measuring.coverage, "decision": page_measuring.decision,
    "attribution": page_measuring.attribution, "correct": page_measuring.correct,
    "style": page_measuring.style, "questions_made": page_measuring.questions_made,
    "evaluating": page_measuring.evaluating,
    **{section.__name__: section for section in page_tuning.SECTIONS},
}  # fmt: skip


def main():
    parts = [write() for name, write in PARTS.items() if result(name)]
    PAGE.write_text("\n".join([HEAD, *parts]).rstrip() + "\n")


if __name__ == "__main__":
    main()
