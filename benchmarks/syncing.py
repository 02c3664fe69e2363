"""The life of a knowledge base: add, sync unchanged, edit 1 %, delete 1 %, search meanwhile.

    python benchmarks/syncing.py BEIR_FOLDER [--precision int8]

BEIR_FOLDER has a corpus.jsonl (SciFact, say). The default settings: long documents become several
passages, nothing is cut off. Writes results/syncing.json.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from measuring import SARTOR, Watched, percentile, write_result

FIELDS = ["--field", "id=_id", "--field", "title=title", "--field", "text=text"]
SMALL_DOCUMENTS = 5_000


def rows_of(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def cost(run, **more):
    return {
        "seconds": round(run.seconds, 2),
        "cpu_seconds": round(run.cpu_seconds, 2),
        "peak_pss_mb": round(run.peak_mb),
        **more,
    }


def report_of(run):
    return json.loads(run.output)["data"][0]


def database_bytes(project):
    return {p.name: p.read_bytes() for p in (project / ".sartor").glob("ledger.db*")}


def life(corpus, folder, environment):
    """Add, sync unchanged, edit, delete; return the figures of each step."""
    project, source = folder / "project", folder / "corpus.jsonl"
    rows = rows_of(corpus / "corpus.jsonl")
    write_rows(source, rows)
    Watched([*SARTOR, "init", str(project)])
    options = {"cwd": project, "env": environment}
    run = Watched([*SARTOR, "add", str(source), *FIELDS, "--json"], **options)
    report = report_of(run)
    steps = {
        "add": cost(
            run,
            documents=len(report["added"]),
            passages=report["passages"],
            documents_per_cpu_second=round(len(report["added"]) / run.cpu_seconds, 1),
            passages_per_cpu_second=round(report["passages"] / run.cpu_seconds, 1),
        )
    }
    before = database_bytes(project)
    run = Watched([*SARTOR, "sync", "--json"], **options)
    steps["unchanged"] = cost(run, ledger_written=before != database_bytes(project))
    steps["edit 1 %"] = edit(project, source, rows, options)
    steps["delete 1 %"] = delete(project, source, rows, options)
    return steps, project


def edit(project, source, rows, options):
    """Replace one sentence in 1 % of the documents."""
    chosen = random.Random(1).sample(range(len(rows)), len(rows) // 100)
    for number, at in enumerate(chosen):
        words = rows[at]["text"].split()
        rows[at]["text"] = " ".join([*words[:-3], f"Revised qzx{number}."])
    write_rows(source, rows)
    run = Watched([*SARTOR, "sync", "--json"], **options)
    report = report_of(run)
    return cost(
        run, documents=len(chosen), changed=len(report["changed"]), embedded=report["embedded"],
        new_passages=report["passages"],
    )  # fmt: skip


def delete(project, source, rows, options):
    """Remove 1 % of the rows and look for them with both legs."""
    from sartor import Project

    gone, kept = rows[: len(rows) // 100], rows[len(rows) // 100 :]
    write_rows(source, kept)
    run = Watched([*SARTOR, "sync", "--json"], **options)
    names, found = {str(row["_id"]) for row in gone}, 0
    with Project(project) as opened:
        for row in gone:
            query = " ".join(row["text"].split()[:40])
            for mode in ("bm25", "dense"):
                hits = opened.search(query, 10, mode, labels=None)
                found += any(hit.passage.document_id in names for hit in hits)
    return cost(run, documents=len(gone), found_afterwards=found)


def search_while_syncing(project, corpus, environment):
    """Time warm queries in this process, alone and while another process adds documents."""
    from sartor import Project

    questions = [row["text"] for row in rows_of(corpus / "queries.jsonl")][:200]
    with Project(project) as opened:
        quiet = timed(opened, questions)
        more = project.parent / "more.jsonl"
        rows = rows_of(corpus / "corpus.jsonl")[:600]
        write_rows(
            more,
            [{**row, "_id": f"more-{row['_id']}", "text": row["text"] + " Again."} for row in rows],
        )
        adding = subprocess.Popen(
            [*SARTOR, "add", str(more), *FIELDS], cwd=project, env=environment,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        busy = []
        while adding.poll() is None:
            busy += timed(opened, questions[:20])
    return {
        "quiet_ms": {"p50": percentile(quiet, 0.5), "p95": percentile(quiet, 0.95)},
        "while_syncing_ms": {
            "p50": percentile(busy, 0.5), "p95": percentile(busy, 0.95), "queries": len(busy),
        },
    }  # fmt: skip


def timed(project, questions):
    took = []
    for question in questions:
        started = time.perf_counter()
        project.search(question, 10, labels=None)
        took.append(round(1000 * (time.perf_counter() - started), 2))
    return took


def findable(folder, environment):
    """Seconds from `sartor add` on a folder of small files until a second process finds the last."""
    documents = folder / "small"
    documents.mkdir()
    for number in range(SMALL_DOCUMENTS):
        (documents / f"{number:05}.md").write_text(
            f"# Note {number}\n\nThe code word of note {number} is qzx{number}. It was written by hand "
            f"on day {number % 365} and concerns matter {number * 7 % 1000}.\n"
        )
    project = folder / "small-project"
    Watched([*SARTOR, "init", str(project)])
    started = time.monotonic()
    adding = subprocess.Popen(
        [*SARTOR, "add", str(documents)], cwd=project, env=environment, stdout=subprocess.DEVNULL
    )
    seconds = {}
    probe = threading.Thread(target=ask_until_all_found, args=(project, started, seconds))
    probe.start()
    adding.wait()
    probe.join()
    return {
        "documents": SMALL_DOCUMENTS,
        "add_seconds": round(time.monotonic() - started, 1),
        **seconds,
    }


def ask_until_all_found(project, started, seconds):
    """Look for the last note in fresh processes; then see that evenly spread ones are there too."""
    last = SMALL_DOCUMENTS - 1
    command = [*SARTOR, "search", "--mode", "bm25", "--json", "-k", "1"]
    while time.monotonic() - started < 300:
        done = subprocess.run([*command, f"qzx{last}"], cwd=project, capture_output=True, text=True)
        if f"qzx{last}." in done.stdout:
            seconds["last_findable_seconds"] = round(time.monotonic() - started, 1)
            break
    spread = range(0, SMALL_DOCUMENTS, SMALL_DOCUMENTS // 10)
    found = 0
    for number in spread:
        done = subprocess.run(
            [*command, f"qzx{number}"], cwd=project, capture_output=True, text=True
        )
        found += f"qzx{number}." in done.stdout
    seconds["spread_found"] = f"{found} of {len(spread)}"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--precision", default="auto")
    chosen = options.parse_args()
    environment = {**os.environ, "SARTOR_EMBEDDING_PRECISION": chosen.precision}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        small = findable(folder, environment)
        steps, project = life(chosen.corpus, folder, environment)
        searching = search_while_syncing(project, chosen.corpus, environment)
    write_result(
        "syncing",
        {
            "corpus": chosen.corpus.name,
            "steps": steps,
            "search": searching,
            "folder of small files": small,
        },
    )


if __name__ == "__main__":
    main()
